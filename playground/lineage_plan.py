"""A company's lineage by chance from a seed, described plainly: who read what, made what, serves what."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_SUBJECTS: Final = ("cards", "loans", "claims", "leads", "orders", "stock", "trips", "calls")
_AIMS: Final = ("risk", "churn", "demand", "fraud", "value", "price", "delay", "reach")
_LAKE: Final = "s3://acme-lake"
_MODELS: Final = "s3://acme-trained"
_HUB: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
_TRAINERS: Final = tuple(f"{_HUB}/train-{name}" for name in ("trees:3.1", "trees:3.2", "nets:0.9"))
_PREPARERS: Final = tuple(f"{_HUB}/prepare-{name}" for name in ("spark:2", "pandas:1.4"))
_SERVING: Final = f"{_HUB}/serve:1"
_LOOSE: Final = 3


@dataclass(frozen=True)
class Job:
    """`kind` is training or processing; `reads` are addresses in S3, prefixes or objects, `makes` too."""

    kind: str
    name: str
    reads: tuple[str, ...]
    makes: tuple[str, ...]
    image: str
    commit: str = ""


@dataclass(frozen=True)
class Made:
    """A version, `name` as `loans-risk:3`, of an artifact; its containers run `image`."""

    name: str
    artifact: str
    image: str = _SERVING


@dataclass(frozen=True)
class Variant:
    """What an endpoint serves with this weight: a version by name; or an artifact as it lies there, with
    `image`.
    """

    endpoint: str
    serves: str
    weight: float = 1.0
    image: str = _SERVING


@dataclass(frozen=True)
class Project:
    """All of it. What an artifact was made by is in the jobs, or nobody knows it."""

    data: tuple[str, ...]
    jobs: tuple[Job, ...]
    versions: tuple[Made, ...]
    variants: tuple[Variant, ...]

    @property
    def loose(self) -> tuple[str, ...]:
        """The endpoints of models that nobody made and nobody registered."""
        return tuple(one.endpoint for one in self.variants if "/loose/" in one.serves)


def planned(models: int, versions: int, data_sets: int, seed: int) -> Project:
    """A project of this size; the same seed makes the same one."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    lake = _Lake(chance, data_sets)
    names = [f"{subject}-{aim}" for aim in _AIMS for subject in _SUBJECTS][:models]
    fleet = _Fleet(chance, lake, names)
    fleet.train(versions)
    jobs = (*lake.jobs, *fleet.jobs)
    return Project(lake.addresses, jobs, tuple(fleet.versions), tuple(fleet.variants()))


class _Lake:
    """Data sets: raw ones, features that jobs make of them, parts of these, and some that all share."""

    def __init__(self, chance: random.Random, count: int) -> None:
        self._chance = chance
        raw, shared, nested = count // 3, count // 12, count // 6
        self._raw = [f"{_LAKE}/raw/source-{place:02d}/" for place in range(raw - 2)]
        # The first begins the second, and nobody wrote a slash: whoever reads the one reads both.
        self._raw += [f"{_LAKE}/raw/sales", f"{_LAKE}/raw/sales-before-2024/"]
        self.shared = [f"{_LAKE}/shared/calendar-{place}/" for place in range(shared)]
        self.features = [
            f"{_LAKE}/features/set-{place:02d}/" for place in range(count - raw - shared - nested)
        ]
        self.nested = [f"{one}2026/" for one in self.features[:nested]]
        self.jobs = [self._prepared(place) for place in range(len(self.features))]

    @property
    def addresses(self) -> tuple[str, ...]:
        """All of them."""
        return (*self._raw, *self.shared, *self.features, *self.nested)

    def some(self, count: int) -> tuple[str, ...]:
        """What one training job reads: mostly features, sometimes a part of them or raw data."""
        pools = (self.features, self.features, self.nested, self.shared, self._raw)
        found = [self._chance.choice(self._chance.choice(pools)) for _ in range(count)]
        return tuple(dict.fromkeys(found))

    def _prepared(self, place: int) -> Job:
        """The job that makes a set of features, of raw data and now and then of features before it."""
        read = self._chance.sample(self._raw, self._chance.randint(1, 3))
        if place and self._chance.random() < 0.4:  # noqa: PLR2004 - now and then
            read.append(self.features[self._chance.randrange(place)])
        name, image = f"prepare-{place:02d}", self._chance.choice(_PREPARERS)
        makes = (self.features[place],)
        return Job("processing", name, tuple(read), makes, image, _commit(f"prepare {place % 5}"))


class _Fleet:
    """Models: their training jobs, their versions, and where these serve."""

    def __init__(self, chance: random.Random, lake: _Lake, models: Sequence[str]) -> None:
        self._chance, self._lake, self._models = chance, lake, models
        self.jobs: list[Job] = []
        self.versions: list[Made] = []

    def train(self, count: int) -> None:
        """So many versions, each model having some. Every set of features is read whole by one of them; every
        fiftieth version was brought by hand.
        """
        for place in range(count):
            model = self._models[place % len(self._models)]
            name = f"{model}:{place // len(self._models) + 1}"
            if place % 50 == 49:  # noqa: PLR2004 - every fiftieth
                self.versions.append(Made(name, f"{_MODELS}/by-hand/{place}/model.tar.gz"))
                continue
            job = self._job(f"train-{name.replace(':', '-')}", place)
            self.jobs.append(job)
            self.versions.append(Made(name, job.makes[0]))

    def _job(self, name: str, place: int) -> Job:
        read = self._lake.some(self._chance.randint(1, 3))
        if place < len(self._lake.features):
            read = tuple(dict.fromkeys((self._lake.features[place], *read)))
        if self.jobs and place % 20 == 19:  # noqa: PLR2004 - some go on from a model that is there
            read = (*read, self._chance.choice(self.jobs).makes[0])
        commit = _commit(f"{name[:12]} {place % 7}") if self._chance.random() < 0.8 else ""  # noqa: PLR2004 - most
        makes = (f"{_MODELS}/{name}/output/model.tar.gz",)
        return Job("training", name, read, makes, self._chance.choice(_TRAINERS), commit)

    def variants(self) -> Iterator[Variant]:
        """Twelve endpoints, one of them with two versions, and three that nobody knows anything of."""
        newest = {one.name.partition(":")[0]: one for one in self.versions}
        by_hand = next((one for one in self.versions if "/by-hand/" in one.artifact), self.versions[-1])
        for model in self._models[:8]:
            yield Variant(model, newest[model].name)
        tried, twice, bare = self._models[8:11]
        yield from (Variant(tried, f"{tried}:1", 9.0), Variant(tried, newest[tried].name, 1.0))
        yield from (Variant(f"{twice}-staging", newest[twice].name) for _ in range(2))
        yield Variant(f"{bare}-unregistered", newest[bare].artifact)
        yield Variant("brought-by-hand", by_hand.name)
        for place in range(_LOOSE):
            yield Variant(f"loose-{place}", f"{_MODELS}/loose/{place}/model.tar.gz")


def _commit(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
