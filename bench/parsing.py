"""What parsing a large report takes: milliseconds, each sort in a process of its own.

`python -m bench.parsing` prints the table; with the name of one sort it is one such process.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench.figures import median, p95, table
from bot.domain.formats import parse_report

MOST_MS: Final = 150
MEGABYTES: Final = 5
HEAD: Final = ("parsing", "MB", "least, ms of CPU", "median", "p95", "× json.loads", "peak MB", "target")
_ROOT = Path(__file__).parent.parent
_PRIME: Final = 1_000_003


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", nargs="?", choices=_SORTS, help="measure here, print JSON")
    parser.add_argument("-n", type=int, default=15, help="times that each file is parsed")
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(_measured(wanted.one, wanted.n)))
        return 0
    print(table(HEAD, rows(wanted.n)))
    return 0


def rows(times: int = 15) -> list[list[str]]:
    """One row a sort of file."""
    measured = {name: measure(name, times) for name in _SORTS}
    return [
        [
            name,
            f"{took['megabytes']:.1f}",
            f"{took['least']:.0f}",
            f"{took['median']:.0f}",
            f"{took['p95']:.0f}",
            f"{took['median'] / took['json']:.1f}",
            f"{took['peak']:.0f}",
            f"< {MOST_MS} ms",
        ]
        for name, took in measured.items()
    ]


def measure(name: str, times: int) -> dict[str, float]:
    """`least`, `median` and `p95` (ms), `json` (what json.loads alone takes), `megabytes` of the file, and
    the `peak` memory of a fresh process.
    """
    command = [sys.executable, "-m", "bench.parsing", name, "-n", str(times)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(name: str, times: int) -> dict[str, float]:
    raw = _SORTS[name]()
    took, floor = [], []
    for _ in range(times):
        started = time.process_time()
        json.loads(raw)
        floor.append((time.process_time() - started) * 1e3)
        started = time.process_time()
        report = parse_report(raw, "s3://acme-ml/churn/12/evaluation.json")
        took.append((time.process_time() - started) * 1e3)
        if not report.metrics or report.oddities[1:]:
            raise SystemExit(f"{name} was not read: {report.oddities[:3]}")
        del report  # or the next parsing would be charged for freeing it
    return {
        "least": min(took),
        "median": median(took),
        "p95": p95(took),
        "json": median(floor),
        "megabytes": len(raw) / 2**20,
        "peak": _peak(),
    }


def _curves() -> bytes:
    points = 66_000
    shares = [number / points for number in range(points)]
    block = {
        "auc": {"value": 0.91, "standard_deviation": 0.003},
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": shares,
            "true_positive_rates": [share**0.5 for share in shares],
        },
        "precision_recall_curve": {
            "recalls": shares,
            "precisions": [1 - share**2 / 2 for share in shares],
        },
    }
    return _file({"binary_classification_metrics": block})


def _many() -> bytes:
    metrics = {
        f"latency_of_route_{number:05}_ms": {
            "value": share,
            "standard_deviation": share / 10,
            "notes": "n" * 330,
        }
        for number, share in enumerate(_shares(12_000))
    }
    return _file({"metrics": metrics})


def _shap() -> bytes:
    values = {f"feature_{number:06}": share for number, share in enumerate(_shares(140_000))}
    label = {"global_shap_values": values, "expected_value": 0.37}
    return _file({"version": "1.0", "explanations": {"kernel_shap": {"label0": label}}})


def _shares(count: int) -> list[float]:
    """As many different numbers from 0 to 1, in no order."""
    return [number * 104_729 % _PRIME / _PRIME for number in range(count)]


def _file(document: Mapping[str, object]) -> bytes:
    raw = json.dumps(document).encode()
    if not 0.9 < len(raw) / 2**20 / MEGABYTES < 1.1:  # noqa: PLR2004 - about
        raise SystemExit(f"{len(raw)} bytes are not about {MEGABYTES} MB")
    return raw


def _peak() -> float:
    """MB. The kernel's own mark of this program: getrusage would begin with that of its parent."""
    with Path("/proc/self/status").open(encoding="utf-8") as lines:
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


_SORTS: Final[Mapping[str, Callable[[], bytes]]] = {
    "long curves": _curves,
    "12,000 metrics between texts": _many,
    "SHAP values of 140,000 features": _shap,
}

if __name__ == "__main__":
    raise SystemExit(main())
