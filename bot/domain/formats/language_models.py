"""Evaluations of language models, as FMEval writes them: scores of a data set and of its categories."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.formats.naming import Place
from bot.domain.formats.reading import Found
from bot.domain.formats.structure import name_of, objects, text, unread
from bot.domain.formats.values import at, said
from bot.domain.wording import named

NAME: Final = "language model evaluation"
_OF: Final = ("eval_name", "evaluation_name")
_PASSED: Final = ("prompt_template", "output_path", "model_name", "version")
_KNOWN: Final = (*_OF, "dataset_name", "dataset_scores", "category_scores", "error", *_PASSED)


@dataclass(frozen=True)
class _Score:
    name: str
    part: str
    value: Any
    error: Any
    path: str
    evaluation: str
    dataset: str


def knows(entry: object) -> bool:
    """Whether an object is one evaluation."""
    return isinstance(entry, dict) and (
        isinstance(entry.get("dataset_scores"), list) or isinstance(entry.get("category_scores"), list)
    )


def claims(document: Mapping[str, Any]) -> Collection[str]:
    """The scores, and what was evaluated."""
    return _KNOWN if knows(document) else ()


def read(document: Mapping[str, Any], found: Found) -> None:
    """One evaluation as the whole file (fmeval: EvalOutput)."""
    read_all([(Place(), document)], found)


def read_all(evaluations: Sequence[tuple[Place, Mapping[str, Any]]], found: Found) -> None:
    """A score's name is as it is; its part is its category, and the data set as well where several
    evaluations have a score of that name. Where the data set is the same, the evaluation's name comes
    first.
    """
    scores = [score for place, entry in evaluations for score in _scores(entry, place, found)]
    alike: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for score in scores:
        alike[score.name, score.part][score.dataset] += 1
    for score in scores:
        sets = alike[score.name, score.part]
        name, part = score.name, score.part
        if len(sets) > 1:
            part = ", ".join(filter(None, [f"dataset={score.dataset}", score.part]))
        if sets[score.dataset] > 1 and score.evaluation:
            name = f"{score.evaluation}.{score.name}"
        found.metric(name, score.value, score.path, part=part, error=score.error)


def _scores(entry: Mapping[str, Any], place: Place, found: Found) -> Iterator[_Score]:
    unread(entry, _KNOWN, place.path, found)
    if entry.get("error") is not None:
        found.odd(at(place.path, "error"), f"says: {said(entry['error'])}")
    yield from _listed(entry, "dataset_scores", place, entry, found)
    where = at(place.path, "category_scores")
    for path, category in objects(entry.get("category_scores") or [], where, found):
        unread(category, ("name", "scores"), path, found)
        if name := name_of(category, path, found):
            inner = Place(path, place.name, place.part).of(f"category={name}")
            yield from _listed(category, "scores", inner, entry, found)


def _listed(
    holder: Mapping[str, Any], key: str, place: Place, entry: Mapping[str, Any], found: Found
) -> Iterator[_Score]:
    evaluation = next((named(entry[of]) for of in _OF if isinstance(entry.get(of), str)), "")
    for path, score in objects(holder.get(key) or [], at(place.path, key), found):
        unread(score, ("name", "value", "error"), path, found)
        if name := name_of(score, path, found):
            of = place.called(name)
            yield _Score(
                of.name,
                of.part,
                score.get("value"),
                score.get("error"),
                at(path, "value"),
                evaluation,
                text(entry.get("dataset_name")),
            )
