"""The table of formats, and parsing by it. A new format joins with one function and one sample."""

import hashlib
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.formats import (
    bias,
    common,
    constraints,
    explainability,
    language_models,
    model_card,
    model_quality,
    scores_by_class,
    statistics,
    violations,
)
from bot.domain.formats.decoding import decoded, too_deep
from bot.domain.formats.reading import NEXT, Found
from bot.domain.formats.values import shown
from bot.domain.refusals import Unreadable
from bot.domain.report import Oddity, Report
from bot.domain.wording import listed, named


@dataclass(frozen=True)
class Format:
    """How one shape of evidence is known and read.

    `claims` names the keys at the top of a file that are of this format; a file may hold several formats
    beside each other, and what none claims is read as home-made. `read` takes what it finds; it is given
    only the claimed keys. `sample` is a file in tests/domain/data/reports.
    """

    name: str
    claims: Callable[[Mapping[str, Any]], Collection[str]]
    read: Callable[[Mapping[str, Any], Found], None]
    sample: str


FORMATS: Final[tuple[Format, ...]] = (
    Format("model quality", model_quality.claims, model_quality.read, "model-quality-binary.json"),
    Format("bias", bias.claims, bias.read, "bias-analysis.json"),
    Format("explainability", explainability.claims, explainability.read, "explainability-analysis.json"),
    Format("constraint violations", violations.claims, violations.read, "violations-data-quality.json"),
    Format("statistics", statistics.claims, statistics.read, "statistics.json"),
    Format("constraints", constraints.claims, constraints.read, "constraints-data-quality.json"),
    Format("model card", model_card.claims, model_card.read, "model-card-evaluations.json"),
    Format(scores_by_class.NAME, scores_by_class.claims, scores_by_class.read, "scores-by-class.json"),
    Format(language_models.NAME, language_models.claims, language_models.read, "language-model.json"),
)
_FEW: Final = 5
_CUT: Final = 40


def parse_report(raw: bytes, uri: str) -> Report:
    """The report in a file of any known format, or of home-made metrics.

    Raises:
        Unreadable: The file is no JSON, or has nothing in it that is evidence.
    """
    document, found = decoded(raw, uri), Found(uri=uri)
    try:
        _read(document, found)
    except RecursionError:
        raise too_deep(uri) from None
    if not _is_evidence(found):
        raise Unreadable(
            f"The report {uri} has no number that I can use; {_top(document)}{_first(found)}. {NEXT}"
        )
    if found.unnoted:
        found.oddities.append(Oddity("$", f"has {found.unnoted:,} more things that I did not take"))
    return Report(
        kind=listed(list(dict.fromkeys(found.kinds))),
        uri=uri,
        digest=hashlib.sha256(raw).hexdigest(),
        metrics=tuple(found.metrics),
        problem=found.problem,
        data=found.data,
        curves=tuple(found.curves),
        matrices=tuple(found.matrices),
        attributions=tuple(found.attributions),
        violations=tuple(found.violations),
        constraints=tuple(found.constraints),
        oddities=tuple(found.oddities),
    )


def _read(document: Any, found: Found) -> None:
    if not isinstance(document, Mapping):
        common.read(document, found)
        return
    claimed: set[str] = set()
    for one in FORMATS:
        if keys := one.claims(document):
            found.kinds.append(one.name)
            one.read({key: document[key] for key in keys if key in document}, found)
            claimed.update(keys)
    rest = {key: value for key, value in document.items() if key not in claimed} if claimed else document
    common.read(rest, found)


def _is_evidence(found: Found) -> bool:
    """Home-made metrics of which none has a number are no report: any JSON looks like that."""
    if set(found.kinds) <= {common.NAME} and all(math.isnan(metric.value) for metric in found.metrics):
        return bool(found.curves or found.matrices)
    return any(
        [
            found.metrics,
            found.curves,
            found.matrices,
            found.attributions,
            found.violations,
            found.constraints,
        ]
    )


def _top(document: Any) -> str:
    if isinstance(document, Mapping):
        names = [f"“{named(key)[:_CUT]}”" for key in document]
        more = [f"{len(names) - _FEW:,} more"] if len(names) > _FEW else []
        return f"at the top I found {listed(names[:_FEW] + more) or 'nothing'}"
    return f"all that it holds is {shown(document)}"


def _first(found: Found) -> str:
    return f", and {found.oddities[0]}" if found.oddities else ""
