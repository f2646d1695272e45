"""SageMaker models in memory: what they are made of, and what they answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.needs import Part
from bot.domain.refusals import NotPossible

Scores = Callable[[str], str]
"""A model's answer to one CSV line of features."""
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FakeModel:
    """A model; `arn` is the package behind it, `tags` say for whom it was made."""

    arn: str
    parts: tuple[Part, ...] = ()
    tags: Tags = ()


class FakeModels:
    """Models by name; endpoints and transforms share them, so that both answer alike."""

    def __init__(self) -> None:
        self._models: dict[str, FakeModel] = {}
        self._scores: dict[str, Scores] = {}

    def make(self, name: str, model: FakeModel) -> None:
        """A new one, or the same again, which has the new one's tags from now on."""
        there = self._models.get(name, model)
        if there.parts != model.parts:
            raise NotPossible(
                f"A SageMaker model named {name} exists already with another content. Delete it, then "
                f"propose this version again."
            )
        self._models[name] = replace(there, tags=model.tags)

    def forget(self, name: str, promotion: str) -> None:
        """From now on there is none of that name which was made for this promotion."""
        if name in self._models and is_made_for(self._models[name].tags, promotion):
            del self._models[name]

    def delete(self, name: str) -> None:
        """From now on there is none of that name."""
        self._models.pop(name, None)

    def find(self, name: str) -> FakeModel | None:
        """The model of that name."""
        return self._models.get(name)

    def answer_by(self, start: str, scores: Scores) -> None:
        """From now on every model whose name starts so answers by this, such as `churn-12-`."""
        self._scores[start] = scores

    def answer(self, name: str, line: str) -> str:
        """What the model answers to a line; by default its first feature, as a score from 0 to 1."""
        starts = [start for start in self._scores if name.startswith(start)]
        return self._scores[max(starts, key=len)](line) if starts else first_feature(line)


def is_made_for(tags: Tags, promotion: str) -> bool:
    """Whether tags say that something was made for the promotion of that id."""
    return bool(promotion) and dict(tags).get("mlops:promotion") == promotion


def first_feature(line: str) -> str:
    """The first feature, kept within 0 and 1. Raises ValueError where it is no number."""
    return repr(min(max(float(line.partition(",")[0]), 0.0), 1.0))
