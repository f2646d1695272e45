"""Fuzzing the parsers of reports: mutated samples, byte by byte and value by value.

`python -m bench.fuzz --minutes 5` ends with 1 and the file that broke a promise, as base64. `--engine
hypothesis` makes up structures instead; with `--engine atheris`, where atheris is installed, coverage guides
the mutations of bytes.
"""

import argparse
import base64
import copy
import gzip
import importlib
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.formats import parse_report
from bot.domain.refusals import Unreadable

URI: Final = "s3://acme-ml/churn/12/evaluation.json"
SLOW_S: Final = 2.0
_SAMPLES: Final = Path(__file__).parent.parent / "tests" / "domain" / "data" / "reports"
_SCALARS: Final = (
    None,
    True,
    False,
    0,
    1,
    -1,
    0.5,
    1e308,
    10**400,
    math.nan,
    math.inf,
    "",
    "NaN",
    "0.5",
    "1e999",
)
_TEXTS: Final = ("\ud800", "\ue000U0CEO\ue003", "a\nb", "a" * 5000, "value", "metrics", "\x00", "\u2028", "=")
_PIECES: Final = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b":",
    b"\\ud800",
    b"9" * 40,
    b"NaN",
    b"-",
    b"\xff",
    b"\x00",
)


def main() -> int:
    """Fuzz and count; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--engine", choices=["mutator", "hypothesis", "atheris"], default="mutator")
    wanted = parser.parse_args()
    if wanted.engine == "atheris":
        return _with_atheris(wanted.minutes)
    ends = time.monotonic() + wanted.minutes * 60
    if wanted.engine == "hypothesis":
        return _with_hypothesis(ends)
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same again
    count, read = 0, 0
    for raw in _mutations(chance):
        if problem := broken(raw):
            print(f"after {count} files: {problem}\n{base64.b64encode(raw).decode()}")
            return 1
        count, read = count + 1, read + _is_read(raw)
        if time.monotonic() > ends:
            break
    print(f"{count} files, {read} of them read as reports, none broke a promise")
    return 0


def broken(raw: bytes) -> str:
    """The promise that parsing these bytes breaks, empty where it breaks none."""
    started = time.process_time()
    try:
        report = parse_report(raw, URI)
    except Unreadable as refused:
        said = refused.sentence
        return "" if said.isprintable() and said.endswith(".") else f"says {said!r}"
    except Exception as error:  # noqa: BLE001 - exactly what must not be
        return f"raises {error!r}"
    if time.process_time() - started > SLOW_S:
        return f"takes more than {SLOW_S} s"
    keys = [metric.key for metric in report.metrics]
    checks = {
        "a value is no float": all(type(metric.value) is float for metric in report.metrics),
        "a name is no printable line": all(
            metric.name and metric.key.isprintable() for metric in report.metrics
        ),
        "a key is there twice": len(set(keys)) == len(keys),
        "a path begins nowhere": all(oddity.path.startswith("$") for oddity in report.oddities),
        "a note is no printable line": all(str(oddity).isprintable() for oddity in report.oddities),
        "a feature has no number": all(
            math.isfinite(value) for one in report.attributions for _, value in one.features
        ),
        "a bound is no number": all(math.isfinite(one.threshold) for one in report.constraints),
        "a point is no share": all(0 <= n <= 1 for curve in report.curves for xy in curve.points for n in xy),
        "a matrix is not square": all(
            len(row) == len(matrix.counts) == len(matrix.classes)
            for matrix in report.matrices
            for row in matrix.counts
        ),
        "it has no kind": bool(report.kind),
    }
    return next((promise for promise, kept in checks.items() if not kept), "")


def _is_read(raw: bytes) -> bool:
    try:
        parse_report(raw, URI)
    except Unreadable:
        return False
    return True


def _mutations(chance: random.Random) -> Iterator[bytes]:
    samples = [json.loads(path.read_bytes()) for path in sorted(_SAMPLES.glob("*.json"))]
    while True:
        document = copy.deepcopy(chance.choice(samples))
        for _ in range(chance.randint(1, 4)):
            document = _restructured(document, chance.choice(samples), chance)
        raw = json.dumps(document).encode()
        yield raw
        for _ in range(chance.randint(1, 3)):
            raw = _scrambled(raw, chance)
        yield raw
        if chance.random() < 0.2:  # noqa: PLR2004 - one in five
            yield _encoded(raw, chance)


def _restructured(document: Any, other: Any, chance: random.Random) -> Any:
    """The document with another value, key or part of another document somewhere."""
    holder = chance.choice(list(_holders(document)) or [[document]])
    key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match chance.randint(0, 5):
        case 0:
            holder[key] = chance.choice(_SCALARS + _TEXTS)
        case 1:
            holder[key] = copy.deepcopy(chance.choice(list(_holders(other))))
        case 2 if isinstance(holder, dict):
            holder[
                chance.choice(
                    [*_TEXTS, *chance.choice([one for one in _holders(other) if isinstance(one, dict)])]
                )
            ] = holder[key]
        case 3 if isinstance(holder, dict):
            del holder[key]
        case 4:
            holder[key] = [holder[key]]
        case _:
            return {chance.choice(_TEXTS): document}
    return document


def _holders(document: Any) -> Iterator[Any]:
    if isinstance(document, dict | list) and document:
        yield document
        for value in document.values() if isinstance(document, dict) else document:
            yield from _holders(value)


def _scrambled(raw: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(raw) + 1), chance.randint(0, 12)
    piece = chance.choice([*_PIECES, chance.randbytes(chance.randint(1, 4)), raw[start : start + length] * 2])
    return raw[:start] + piece + raw[start + length * chance.randint(0, 1) :]


def _encoded(raw: bytes, chance: random.Random) -> bytes:
    text = raw.decode(errors="replace")
    ways: list[Callable[[], bytes]] = [
        partial(text.encode, "utf-16"),
        partial(text.encode, "utf-32-be"),
        partial(text.encode, "utf-8-sig"),
        lambda: gzip.compress(raw)[: -chance.randint(1, 20)],
        lambda: gzip.compress(raw) + gzip.compress(raw),
        lambda: _scrambled(gzip.compress(raw), chance),
    ]
    return chance.choice(ways)()


def _with_hypothesis(ends: float) -> int:
    words = sorted({key for path in _SAMPLES.glob("*.json") for key in _keys(json.loads(path.read_bytes()))})
    scalars = st.sampled_from([*_SCALARS, *_TEXTS]) | st.integers() | st.floats() | st.text(max_size=8)
    documents = st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(words) | st.text(max_size=4), inner, max_size=6)
        ),
        max_leaves=40,
    )

    @settings(max_examples=2_000, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(document=documents)
    def once(document: object) -> None:
        problem = broken(json.dumps(document).encode())
        assert not problem, problem  # noqa: S101 - what hypothesis shrinks

    rounds = 0
    while time.monotonic() < ends:
        once()
        rounds += 1
    print(f"{rounds * 2_000} structures, none broke a promise")
    return 0


def _keys(document: Any) -> Iterator[str]:
    for holder in _holders(document):
        if isinstance(holder, dict):
            yield from holder


def _with_atheris(minutes: float) -> int:
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed here: pip install atheris, or leave --engine out", file=sys.stderr)
        return 2

    def once(raw: bytes) -> None:
        if problem := broken(raw):
            raise AssertionError(problem)

    atheris.instrument_all()
    found = tempfile.mkdtemp(prefix="fuzz-")  # what is new goes into the first folder, crashes too
    print(f"atheris writes to {found}", flush=True)
    limits = [f"-max_total_time={int(minutes * 60)}", "-max_len=8192", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *limits, found, str(_SAMPLES)], once)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
