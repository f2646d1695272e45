"""Paired: what two tests on the same data say of their difference, from the lines that each left.

A test's lines lie beside its report, as `reports/<key>.lines.json`. Tests from before there were such
lines have none, and are compared as if their data differed.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from bot.domain.pairing import MOST_BYTES, Lines, paired
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion
from bot.domain.refusals import Refusal
from bot.domain.scoring import Problem
from bot.usecases.ports import Ports


def keep(ports: Ports, report: str, lines: Lines) -> None:
    """Write a test's lines beside its report; before it, so that where the report is, they are."""
    document = {
        "problem": lines.problem,
        "lines": lines.total,
        "indexes": lines.indexes,
        "pairs": lines.pairs,
    }
    ports.artifacts.write(_uri(report), json.dumps(document).encode())


def paired_of(
    ports: Ports, ours: Trial | None, theirs: Trial | None, weighed: Iterable[Promotion] = ()
) -> Mapping[str, float]:
    """By metric, the standard deviation of the difference between two tests on the same data; empty where
    nobody knows it.

    Args:
        ports: The world.
        ours: One test, None where there was none.
        theirs: The other.
        weighed: Promotions that may have weighed the same two: what the ledger has of them counts.
    """
    if ours is None or theirs is None or ours.data != theirs.data:
        return {}
    reports = {ours.report, theirs.report}
    if "" in reports or len(reports) == 1:
        return {}
    if known := _known(weighed, reports):
        return known
    with suppress(Refusal):
        mine, other = _lines(ports, ours), _lines(ports, theirs)
        return paired(mine, other) if mine and other else {}
    return {}


def _known(weighed: Iterable[Promotion], reports: set[str]) -> Mapping[str, float]:
    for promotion in weighed:
        if promotion.comparison and {trial.report for trial in promotion.trials} == reports:
            rows = promotion.comparison.rows
            found = {row.metric: row.paired_deviation for row in rows if row.paired_deviation is not None}
            if found:
                return found
    return {}


def _lines(ports: Ports, trial: Trial) -> Lines | None:
    content = ports.artifacts.read(_uri(trial.report), 2 * MOST_BYTES)
    with suppress(ValueError, KeyError, TypeError):
        return _read(json.loads(content))
    return None


def _read(document: Mapping[str, Any]) -> Lines:
    indexes = tuple(int(index) for index in document["indexes"])
    pairs = tuple((str(label), str(answer)) for label, answer in document["pairs"])
    if len(indexes) != len(pairs):
        raise ValueError
    return Lines(Problem(document["problem"]), int(document["lines"]), indexes, pairs)


def _uri(report: str) -> str:
    return f"{report.removesuffix('.json')}.lines.json"
