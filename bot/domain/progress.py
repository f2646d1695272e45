"""Progress: how far the rollout and the test of a promotion are."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.artifact import Manifest
from bot.domain.policy import Instance


@dataclass(frozen=True)
class Progress:
    """How far a rollout is: `phase` in SageMaker's words (such as Baking), the share of traffic that the
    new version has, since when the phase lasts and for how many seconds it bakes, what was asked of the
    endpoint and how often it failed since the rollout began.
    """

    phase: str
    percent: int | None = None
    since: datetime | None = None
    bake: float = 0
    requests: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Trial:
    """The test: which transform job scored the version on which data, and the report that came of it.

    `report` is empty until it is scored; `seconds` is what the job was billed for on `instance`; `job`
    is empty where the report was there already. `problem` says why there is none. `key` names what is
    tested, on which data.
    """

    job: str
    data: Manifest
    instance: Instance
    model: str = ""
    report: str = ""
    seconds: float = 0
    rows: int = 0
    problem: str = ""
    key: str = ""
