"""The envelope: the canonical description of exactly what is approved, and its sha256."""

import hashlib
import json
from dataclasses import asdict, dataclass

from bot.domain.model import Container, Package
from bot.domain.policy import Stage


@dataclass(frozen=True)
class Envelope:
    """What an approval is bound to.

    `content` is the digest of what runs (images, artifacts, environments); `digest` also covers where
    and how it is rolled out, the evidence and the policy.
    """

    content: str
    digest: str

    @property
    def short(self) -> str:
        """The first characters, for people to compare by eye."""
        return self.digest[:8]


def content_of(containers: tuple[Container, ...]) -> str:
    """The sha256 of what a package's containers run."""
    return _sha256([asdict(container) for container in containers])


def seal(package: Package, stage: Stage, report_digest: str, policy_digest: str) -> Envelope:
    """The envelope of a version on its way to a stage."""
    content = content_of(package.containers)
    whole = {
        "package": package.arn,
        "content": content,
        "stage": stage.name,
        "endpoint": stage.endpoint_of(package.version.model),
        "rollout": {**asdict(stage.rollout), "bake": stage.rollout.bake.total_seconds()},
        "report": report_digest,
        "policy": policy_digest,
    }
    return Envelope(content, _sha256(whole))


def _sha256(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
