"""Promotions through a whole playground: one alone and twenty at once, their outcome, time and states.

`python -m bench.promotions` prints the tables.
"""

import argparse
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from bench.figures import median, p95, table
from bench.fleet import Fleet, Told, policy
from bench.town import playground, until

_ALONE: Final = "alone"
_PLAIN: Final = "plain"  # it has no held-out data
_MOST_SECONDS: Final = 10


def main() -> int:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=10, help="promotions alone, one after the other")
    parser.add_argument("--at-once", type=int, default=20, help="models that are promoted at once")
    wanted = parser.parse_args()
    report(wanted.n, wanted.at_once)
    return 0


def report(count: int, at_once: int) -> dict[str, Told]:
    """Measure, print and give one promotion of each kind, by what kind it is.

    Raises:
        AssertionError: An outcome was wrong.
    """
    models = [f"fleet-{number:02d}" for number in range(1, at_once + 1)]
    with tempfile.TemporaryDirectory() as folder:
        written = policy(Path(folder), [_ALONE, *models])
        with playground("--no-seed", "--policy", str(written)) as running:
            fleet = Fleet(running)
            alone = [_alone(fleet, number) for number in range(1, count + 2)][1:]
            together, total = _at_once(fleet, models)
            wrong = fleet.wrong(models)
            straight, _ = fleet.story(_PLAIN, 1)
            tested, approved = fleet.story(_ALONE, count + 2)
    if wrong:
        raise AssertionError("\n".join(wrong))
    print(f"Registration → live in staging, tested on held-out data, --fast; n={count} alone\n")
    rows = [
        _row("one promotion alone", [told.seconds for told in alone], f"≤ {_MOST_SECONDS} s"),
        _row(f"{at_once} at once, each", [told.seconds for told in together], ""),
        [f"{at_once} at once, all of them", f"{total:.1f} s", "", ""],
        ["wrong outcomes", str(len(wrong)), "", "0"],
    ]
    print(table(["what", "median", "p95", "target"], rows))
    print(f"\nWhere a promotion's time goes: ms in each state, alone and {at_once} at once\n")
    print(table(["state", "alone", "p95", "at once", "p95"], _states(alone, together)))
    ends = (straight, tested, approved)
    return dict(
        zip(("straight to staging", "tested, to staging", "approved, to production"), ends, strict=True)
    )


def _alone(fleet: Fleet, number: int) -> Told:
    started = fleet.register(fleet.prepare(_ALONE, number))
    told = fleet.told(_ALONE, number, "staging", started)
    until(lambda: fleet.is_asking(_ALONE, number) or None, 0.1)
    return told


def _at_once(fleet: Fleet, models: list[str]) -> tuple[list[Told], float]:
    """The executions, and seconds until the last was over."""
    prepared = [fleet.prepare(model, 1) for model in models]
    with ThreadPoolExecutor(len(models)) as pool:
        started = list(pool.map(fleet.register, prepared))
        # Looking costs the playground time too: one looks, model after model.
    told = [fleet.told(model, 1, "staging", began) for model, began in zip(models, started, strict=True)]
    total = max(began + one.seconds for began, one in zip(started, told, strict=True)) - min(started)
    for model in models:
        until(lambda model=model: fleet.is_asking(model, 1) or None, 0.1)  # type: ignore[misc]  # a loop's own
    return told, total


def _row(what: str, seconds: list[float], target: str) -> list[str]:
    return [what, f"{median(seconds):.1f} s", f"{p95(seconds):.1f} s", target]


def _states(alone: list[Told], together: list[Told]) -> list[list[str]]:
    ours, theirs = _spent(alone), _spent(together)
    return [
        [name, *(f"{figure(spent[name]):.0f}" for spent in (ours, theirs) for figure in (median, p95))]
        for name in ours
        if name in theirs
    ]


def _spent(executions: list[Told]) -> dict[str, list[float]]:
    """Milliseconds by state, all visits of one execution together, in the order of the path."""
    found: dict[str, list[float]] = defaultdict(list)
    for told in executions:
        for name, spent in _visits(told.events).items():
            found[name].append(spent)
    return found


def _visits(events: list[dict[str, Any]]) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    for event in events:
        if entered := event.get("stateEnteredEventDetails"):
            spent[entered["name"]] -= event["timestamp"].timestamp() * 1e3
        elif left := event.get("stateExitedEventDetails"):
            spent[left["name"]] += event["timestamp"].timestamp() * 1e3
    return {name: milliseconds for name, milliseconds in spent.items() if milliseconds >= 0}


if __name__ == "__main__":
    raise SystemExit(main())
