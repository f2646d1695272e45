"""What scoring a test transform takes: seconds and peak memory, each in a process of its own.

`python -m bench.scoring` prints the table; with the name of one problem it is one such process.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from bench.figures import table
from bot.domain.scoring import Problem, pairs, score

READING: Final = "the lines alone"
MOST_MB: Final = 256
_ROOT = Path(__file__).parent.parent
_PRIME: Final = 1_000_003
_FEW: Final = 997


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", nargs="?", choices=[READING, *Problem], help="measure here, print JSON")
    parser.add_argument("--lines", type=int, default=1_000_000)
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(_measured(wanted.one, wanted.lines)))
        return 0
    head = ["scoring", "lines", "s", "peak MB", "target"]
    print(table(head, rows(wanted.lines)))
    return 0


def rows(lines: int) -> list[list[str]]:
    """One row a problem, after one for making and pairing the lines."""
    measured = {name: measure(name, lines) for name in (READING, *Problem)}
    return [
        [name, str(lines), f"{took['seconds']:.1f}", f"{took['megabytes']:.0f}", f"≤ {MOST_MB} MB"]
        for name, took in measured.items()
    ]


def measure(name: str, lines: int) -> dict[str, float]:
    """`seconds` and `megabytes` (the most that were resident) of a fresh process."""
    command = [sys.executable, "-m", "bench.scoring", name, "--lines", str(lines)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(name: str, lines: int) -> dict[str, float]:
    problem = None if name == READING else Problem(name)
    made = pairs(_labels(problem, lines), _answers(problem, lines))
    started = time.perf_counter()
    if problem is None:
        scored = sum(1 for _ in made)
    else:
        dataset = score(problem, made)["dataset"]
        scored = dataset["item_count"] if isinstance(dataset, dict) else 0
    if scored != lines:
        raise SystemExit(f"{scored} of {lines} lines were scored")
    return {"seconds": time.perf_counter() - started, "megabytes": _peak()}


def _labels(problem: Problem | None, lines: int) -> Iterator[str]:
    if problem is Problem.REGRESSION:
        return (f"{1e9 + share},0.5,31,basic\n" for share in _shares(lines))
    classes = 3 if problem is Problem.MULTICLASS else 2
    few = [f"{round(share * _PRIME) % classes},0.5,31,basic\n" for share in _shares(_FEW)]
    return islice(cycle(few), lines)


def _answers(problem: Problem | None, lines: int) -> Iterator[str]:
    if problem is not Problem.MULTICLASS:
        return (f"{share!r}\n" for share in _shares(lines))
    few = [f"{(1 - share) / 4:.6f},{share:.6f},{(1 - share) * 3 / 4:.6f}\n" for share in _shares(_FEW)]
    return islice(cycle(few), lines)


def _shares(count: int) -> Iterator[float]:
    """As many different numbers from 0 to 1, in no order."""
    return (number * 104_729 % _PRIME / _PRIME for number in range(count))


def _peak() -> float:
    """MB. The kernel's own mark of this program: getrusage would begin with that of its parent."""
    with Path("/proc/self/status").open(encoding="utf-8") as lines:
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    raise SystemExit(main())
