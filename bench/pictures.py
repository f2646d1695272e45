"""What drawing takes: three pictures cold, one warm, memory, and the size of what only drawing needs.

`python -m bench.pictures` prints the table.
"""

import argparse
from collections.abc import Callable
from itertools import chain, cycle
from pathlib import Path
from typing import Any, Final

from bench.figures import median, p95, table
from bench.functions import SUBJECTS
from bench.lab import Subject, trial
from infra.build import BUILD, build

HEAD: Final = ("pictures", "median", "p95", "target")
_MOST_COLD_MS, _MOST_WARM_MS, _MOST_MB, _MOST_PACKED_MB = 700, 60, 64, 10
_NEEDED: Final = ("resvg_py", "resvg_py-*", "bot/slack/pictures")


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=15, help="cold starts")
    parser.add_argument("--warm", type=int, default=21, help="warm pictures in each of them")
    wanted = parser.parse_args()
    print(table(HEAD, rows(build(target=BUILD / "bench"), wanted.n, wanted.warm)))
    return 0


def rows(artifact: Path, count: int = 15, warm: int = 21) -> list[list[str]]:
    """Process start to three pictures, one picture of each kind afterwards, peak memory, size.

    Args:
        artifact: What infra.build built for this machine.
        count: How many processes; one more comes first and does not count.
        warm: How many pictures each of them draws afterwards.
    """
    taken = [trial(_subject(artifact), warm) for _ in range(count + 1)][1:]
    cold, peak = [one.cold for one in taken], [one.peak for one in taken]
    warmed = [took for one in taken for took in one.warm]
    return [
        ["three, cold", f"{median(cold):.0f} ms", f"{p95(cold):.0f} ms", f"≤ {_MOST_COLD_MS} ms"],
        ["one, warm", f"{median(warmed):.0f} ms", f"{p95(warmed):.0f} ms", f"≤ {_MOST_WARM_MS} ms"],
        ["peak memory", f"{median(peak):.1f} MB", f"{p95(peak):.1f} MB", f"≤ {_MOST_MB} MB"],
        ["package", f"{packed(artifact) / 2**20:.1f} MB", "", f"≤ {_MOST_PACKED_MB} MB"],
    ]


def packed(artifact: Path) -> int:
    """Bytes of what is in the artifact for drawing alone: the renderer, its fonts, our drawings."""
    folders = [folder for pattern in _NEEDED for folder in artifact.glob(pattern)]
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())


def _subject(artifact: Path) -> Subject:
    return Subject("three pictures", "pictures.handler", (SUBJECTS, artifact), {}, _events())


def _events() -> Callable[[], dict[str, Any]]:
    """All three at first, then one after the other."""
    asked = chain([[0, 1, 2]], cycle([[0], [1], [2]]))
    return lambda: {"which": next(asked)}


if __name__ == "__main__":
    raise SystemExit(main())
