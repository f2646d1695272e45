"""What lineage answers take with a graph of a thousand things: time, and calls to AWS, cold and warm.

`python -m bench.lineage` prints the table. The local AWS is in a process of its own.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path
from typing import Final, TypeVar

from bench.figures import median, p95, table
from bot.domain.lineage.graph import Kind
from bot.domain.model import Version
from bot.usecases.lineage import trace
from bot.usecases.recall import recall
from bot.usecases.traced import Asked
from bot.wiring import Wired
from playground.apart import ApartAws
from playground.aws.identity import ACCOUNT, KEY, REGION, SECRET
from playground.lineage_project import project

T = TypeVar("T")
HEAD: Final = ("lineage", "median", "p95", "calls", "most", "target")
_POLICY: Final = Path(__file__).with_name("mlops.toml")
_VERSIONS: Final = 280  # with their jobs, data, images and commits about a thousand things
_MOST_MS: Final = 2000
_SETTLED: Final = timedelta(hours=2)


class LateClock:
    """A clock for which nothing was registered lately."""

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC) + _SETTLED


class Bot(Wired):
    """The ports of a new process, some time after the last registration."""

    @cached_property
    def clock(self) -> LateClock:  # type: ignore[override]  # another clock
        """See the ports."""
        return LateClock()


@dataclass
class Taken:
    """Milliseconds and calls of some answers of one kind."""

    what: str
    target: str = ""
    times: list[float] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    def row(self) -> list[str]:
        """For the table."""
        times = [f"{figure(self.times):.0f} ms" for figure in (median, p95)]
        return [self.what, *times, f"{median(self.calls):.0f}", str(max(self.calls)), self.target]


class Bench:
    """A project that is there, and answers about it, timed one by one."""

    def __init__(self, aws: ApartAws) -> None:
        self._aws = aws
        made = project(aws.client("sagemaker"), versions=_VERSIONS)
        self.data = [Asked(uri, Kind.DATA) for uri in made.data]
        names = [one.name.rpartition(":") for one in made.versions]
        self.versions = [Version(model, int(number)) for model, _, number in names]

    def bot(self, ledger: str) -> Bot:
        """A process of the bot that has just started, over this ledger."""
        prefix = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
        return Bot({"LEDGER_TABLE": ledger, "REGISTRY_ARN_PREFIX": prefix}, _POLICY)

    def timed(self, taken: Taken, answer: Callable[[], T]) -> T:
        """Add what one answer takes, and give it."""
        self._aws.calls()
        started = time.perf_counter()
        answered = answer()
        taken.times.append((time.perf_counter() - started) * 1e3)
        taken.calls.append(sum(self._aws.calls().values()))
        return answered


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="warm answers of each kind")
    wanted = parser.parse_args()
    print(table(HEAD, rows(wanted.n)))
    return 0


def rows(count: int = 20) -> list[list[str]]:
    """Recall and trace: with nothing kept, in a new process with a full ledger, and warm.

    Args:
        count: How many warm answers of each kind.
    """
    with _account() as aws:
        bench = Bench(aws)
        cold, bot = _cold(bench, aws.ledger("ledger"))
        size = len(recall(bot, bench.data[0]).graph.nodes)
        found = [*cold, *_new(bench, aws, "ledger"), *_warm(bench, bot, count)]
    return [[f"{size} things, of {_VERSIONS} versions", "", "", "", "", ""], *(one.row() for one in found)]


def _cold(bench: Bench, ledger: str) -> tuple[Sequence[Taken], Bot]:
    """Answers until every version is read and kept; gives the bot that has read them."""
    first, others = Taken("recall, first of all"), Taken("recall, 25 more versions to be read")
    bot = bench.bot(ledger)
    bench.timed(first, lambda: recall(bot, bench.data[0]))
    while bench.timed(others, lambda: recall(bot, bench.data[0])).unread:
        pass
    return (first, others), bot


def _new(bench: Bench, aws: ApartAws, ledger: str) -> Iterator[Taken]:
    """The first answers of new processes: the ledger has everything, or nothing."""
    full, empty = Taken("recall, new process", f"≤ {_MOST_MS} ms"), Taken("trace, first of all")
    for place, version in enumerate(bench.versions[:5]):
        fresh, blank = bench.bot(ledger), bench.bot(aws.ledger(f"empty-{place}"))
        bench.timed(full, lambda bot=fresh: recall(bot, bench.data[0]))  # type: ignore[misc]  # a loop's own
        bench.timed(empty, lambda bot=blank, of=version: trace(bot, of))  # type: ignore[misc]  # likewise
    yield from (full, empty)


def _warm(bench: Bench, bot: Bot, count: int) -> Iterator[Taken]:
    recalls, traces = (Taken(f"{what}, warm", f"≤ {_MOST_MS} ms") for what in ("recall", "trace"))
    for asked, version in islice(zip(cycle(bench.data), cycle(bench.versions), strict=False), count):
        bench.timed(recalls, lambda of=asked: recall(bot, of))  # type: ignore[misc]  # a loop's own
        bench.timed(traces, lambda of=version: trace(bot, of))  # type: ignore[misc]  # likewise
    yield from (recalls, traces)


@contextmanager
def _account() -> Iterator[ApartAws]:
    """A local AWS, and the environment in which the bot's clients find it."""
    aws, before = ApartAws(), dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
    }
    try:
        yield aws
    finally:
        os.environ.clear()
        os.environ.update(before)
        aws.stop()


if __name__ == "__main__":
    raise SystemExit(main())
