"""The envelope: the canonical description of exactly what is approved, and its sha256."""

import hashlib
import json
from dataclasses import asdict, dataclass

from bot.domain.model import Container, Package
from bot.domain.policy import ModelPolicy, Stage


@dataclass(frozen=True)
class Envelope:
    """What an approval is bound to.

    `content` is the digest of the package's containers as registered; `terms` that of the stage and of
    what is demanded of the model; `report` is the evidence's sha256, empty where there is none. `digest`
    covers them all.
    """

    content: str
    digest: str
    terms: str = ""
    report: str = ""
    endpoint: str = ""

    @property
    def short(self) -> str:
        """The first characters, for people to compare by eye."""
        return self.digest[:8]


def content_of(containers: tuple[Container, ...]) -> str:
    """The sha256 of what a package's containers run."""
    return _sha256([asdict(container) for container in containers])


def terms_of(stage: Stage, rules: ModelPolicy) -> str:
    """The sha256 of what the policy says about this stage and this model."""
    return _sha256([asdict(stage), asdict(rules)])


def seal(package: Package, stage: Stage, rules: ModelPolicy, report: str) -> Envelope:
    """The envelope of a version on its way to a stage."""
    sealed = {
        "package": package.arn,
        "content": content_of(package.containers),
        "endpoint": stage.endpoint_of(package.version.model),
        "terms": terms_of(stage, rules),
        "report": report,
    }
    return Envelope(sealed["content"], _sha256(sealed), sealed["terms"], report, sealed["endpoint"])


def _sha256(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
