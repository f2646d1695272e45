"""`make bench`: one interleaved run, medians, p95 and ratios to a baseline in the same run."""

import argparse
import http.client
import json
import ssl
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bench import cost, fleet, lineage, parsing, pictures, promotions, scoring
from bench.approval import MODEL, Approval, record
from bench.figures import median, p95, table
from bench.functions import subjects
from bench.lab import Trial, trial
from bench.stub import Stub
from bench.town import journeys, playground, reports
from infra.build import BUILD, build

_POLICY = Path(__file__).with_name("mlops.toml")


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=15, help="cold starts of each function")
    parser.add_argument("--warm", type=int, default=20, help="warm events in each of them")
    parser.add_argument("--journeys", type=int, default=20, help="promotions through the playground")
    parser.add_argument("--at-once", type=int, default=20, help="models that are promoted at once")
    parser.add_argument("--lines", type=int, default=1_000_000, help="lines of a test that are scored")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        policy = fleet.policy(Path(folder), [MODEL])
        artifact = build(target=BUILD / "bench", policy=policy)
        approval = record(artifact, policy)
        stub = Stub(Path(folder), approval.recording)
        try:
            poll = _functions(stub, artifact, approval, wanted.n, wanted.warm)
        finally:
            stub.stop()
    _artifact(artifact)
    _town(wanted.journeys)
    cost.report(promotions.report(wanted.journeys // 2, wanted.at_once), poll)
    print("\nScoring a test, each in a process of its own\n")
    print(table(["scoring", "lines", "s", "peak MB", "target"], scoring.rows(wanted.lines)))
    print(f"\nDrawing, through awslambdaric, n={wanted.n}\n")
    print(table(pictures.HEAD, pictures.rows(artifact, wanted.n)))
    print("\nParsing a report, each sort in a process of its own\n")
    print(table(parsing.HEAD, parsing.rows(wanted.n)))
    print("\nLineage by chat, over a local AWS in a process of its own\n")
    print(table(lineage.HEAD, lineage.rows(wanted.n)))
    return 0


def _functions(stub: Stub, artifact: Path, approval: Approval, count: int, warm: int) -> float:
    """Print the functions' tables; gives what a warm poller takes, in ms."""
    known = subjects(stub, artifact, approval)
    trials: dict[str, list[Trial]] = {name: [] for name in known}
    queue: list[float] = []
    for number in range(-1, count):
        calls = {}
        for name, subject in known.items():
            measured = trial(subject, warm)
            calls[name] = stub.taken()
            if number >= 0:
                trials[name].append(measured)
        _same(calls, "worker", "plain")
        _same(calls, "approval", "plain approval")
        queue += _queue_times(stub, warm)
        stub.taken()
    cold = {name: [t.cold for t in measured] for name, measured in trials.items()}
    warmed = {name: [w for t in measured for w in t.warm] for name, measured in trials.items()}
    peak = {name: median([t.peak for t in measured]) for name, measured in trials.items()}
    rows = [
        [
            subject.name,
            f"{median(cold[name]):.0f}",
            f"{p95(cold[name]):.0f}",
            f"{median(warmed[name]):.2f}",
            f"{p95(warmed[name]):.2f}",
            f"{peak[name]:.1f}",
        ]
        for name, subject in known.items()
    ]
    rows.append(["the queue’s own time", "", "", f"{median(queue):.2f}", f"{p95(queue):.2f}", ""])
    version = ".".join(map(str, sys.version_info[:3]))
    print(
        f"Cold starts and acknowledgements, awslambdaric, Python {version}, n={count}, interleaved (ms, MB)\n"
    )
    print(table(["function", "cold", "p95", "warm", "p95", "peak MB"], rows))
    bare_and_queue = median(warmed["bare"]) + median(queue)
    ratios = [
        ["door, cold / bare", _ratio(cold["door"], cold["bare"]), "≤ 2.2"],
        ["door, cold / Bolt’s lazy listener", _ratio(cold["door"], cold["bolt"]), "≤ 0.25"],
        ["door, warm / (bare + the queue)", f"{median(warmed['door']) / bare_and_queue:.2f}", "≤ 3"],
        ["door, peak memory / bare", f"{peak['door'] / peak['bare']:.2f}", "≤ 1.3"],
        ["worker, pending, cold / plain worker", _ratio(cold["worker"], cold["plain"]), "≤ 1.3"],
        [
            "worker, Approve, cold / plain worker",
            _ratio(cold["approval"], cold["plain approval"]),
            "≤ 1.3",
        ],
        [
            "worker, Approve, warm / plain worker",
            f"{median(warmed['approval']) / median(warmed['plain approval']):.2f}",
            "≤ 2",
        ],
    ]
    print("\n" + table(["ratio", "measured", "target"], ratios))
    return median(warmed["poller"])


def _same(calls: dict[str, list[str]], ours: str, theirs: str) -> None:
    if calls[ours] != calls[theirs]:
        more, less = (
            Counter(calls[name]) - Counter(calls[other]) for name, other in ((ours, theirs), (theirs, ours))
        )
        raise AssertionError(f"{ours} calls {dict(more)} more than {theirs} and {dict(less)} less")


def _ratio(ours: list[float], theirs: list[float]) -> str:
    return f"{median([a / b for a, b in zip(ours, theirs, strict=True)]):.2f}"


def _queue_times(stub: Stub, count: int) -> list[float]:
    """What a client waits for the queue's answer, over one TLS connection that is kept."""
    context = ssl.create_default_context(cafile=str(stub.bundle))
    connection = http.client.HTTPSConnection(urlsplit(stub.url).netloc, context=context)
    headers, times = {"x-amz-target": "AmazonSQS.SendMessage"}, []
    for _ in range(count + 1):
        started = time.perf_counter()
        connection.request("POST", "/", json.dumps({"MessageBody": "{}" * 400}), headers)
        connection.getresponse().read()
        times.append((time.perf_counter() - started) * 1e3)
    connection.close()
    return times[1:]


def _artifact(artifact: Path) -> None:
    files = [path for path in artifact.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 2**20
    print(f"\nArtifact beside boto3: {size:.1f} MB in {len(files)} files (target ≤ 20 MB)\n")


def _town(count: int) -> None:
    with playground() as seeded:
        started, memory = seeded.took, seeded.memory()
        answers, drawn = reports(seeded, count)
    with playground("--no-seed", "--policy", str(_POLICY)) as running:
        events, clicks = journeys(running, count)
    rows = [
        ["event → card", f"{median(events):.0f} ms", f"{p95(events):.0f} ms", "p95 ≤ 1500 ms"],
        ["click → UpdateEndpoint", f"{median(clicks):.0f} ms", f"{p95(clicks):.0f} ms", "p95 ≤ 1500 ms"],
        ["/mlops report → answer", f"{median(answers):.0f} ms", f"{p95(answers):.0f} ms", "≤ 1000 ms"],
        ["/mlops report → pictures", f"{median(drawn):.0f} ms", f"{p95(drawn):.0f} ms", ""],
        ["playground to ready", f"{started:.1f} s", "", "≤ 8 s"],
        ["its memory, all processes", f"{memory:.0f} MB", "", "≤ 600 MB"],
    ]
    print(f"The playground with --fast, n={count}, warm\n")
    print(table(["what", "median", "p95", "target"], rows))
    print()


if __name__ == "__main__":
    raise SystemExit(main())
