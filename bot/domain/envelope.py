"""The envelope: the canonical description of exactly what is approved, and its sha256."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

from bot.domain.model import Container, Package
from bot.domain.needs import Copy, Part
from bot.domain.policy import Policy, Rollout, Stage

_SHORT: Final = 8  # characters of a digest
_WIDE: Final = 80  # of any other value


@dataclass(frozen=True)
class Change:
    """A fact that is not what was sealed; each side is empty where it has no such fact.

    As a text it shows each side where the two begin to differ. Whoever registers a package writes
    some of the facts, so nothing in them may end the quote, break the line or pass for a mark.
    """

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        pair = zip(self.before, self.after, strict=False)
        common = len(list(takewhile(lambda both: both[0] == both[1], pair)))
        before, after = _shown(self.before, common), _shown(self.after, common)
        return f"{_visible(self.name[:_WIDE])}: {before} → {after}"


@dataclass(frozen=True)
class Envelope:
    """What an approval is bound to: facts by name, such as `container 1 image digest`.

    Values that may be secret, such as an environment's, are in it as a sha256. An empty fact is none.
    """

    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The sha256 of the facts as canonical JSON."""
        return _sha256({name: value for name, value in self.facts.items() if value})

    @property
    def short(self) -> str:
        """The first characters, for people to compare by eye."""
        return self.digest[:_SHORT]

    @property
    def endpoint(self) -> str:
        """The endpoint that was sealed."""
        return self.facts.get("endpoint", "")

    @property
    def report(self) -> str:
        """The sha256 of the report that the package names, empty where it names none."""
        return self.facts.get("report", "")

    def with_facts(self, facts: Mapping[str, str]) -> "Envelope":
        """The same with more facts, such as those that the copy or the test brings."""
        return replace(self, facts={**self.facts, **facts})

    def changes(self, now: "Envelope") -> tuple[Change, ...]:
        """What is not as it was sealed, by name."""
        names = sorted({*self.facts, *now.facts})
        pairs = ((name, self.facts.get(name, ""), now.facts.get(name, "")) for name in names)
        return tuple(Change(name, before, after) for name, before, after in pairs if before != after)


def seal(  # noqa: PLR0913 - all that an approval is bound to
    package: Package,
    stage: Stage,
    policy: Policy,
    rollout: Rollout,
    evidence: Mapping[str, str],
    copies: Sequence[Copy],
) -> Envelope:
    """The envelope of a version on its way to a stage.

    Args:
        package: As registered.
        stage: Where it is to go.
        policy: The digest of its file is sealed, too, which covers what the stage says besides.
        rollout: How traffic will move.
        evidence: The sha256 of the `report` that the package names, and the digest of the manifest of
            the stage's `test data`.
        copies: The objects in S3 that the containers need, as they are now.
    """
    facts = {
        "package": package.arn,
        "containers": str(len(package.containers)),
        "mlops.toml": policy.digest,
        **_terms(stage, package.version.model, rollout),
        **evidence,
    }
    for number, container in enumerate(package.containers, 1):
        facts |= {f"container {number} {name}": value for name, value in _container(container).items()}
    for copy in copies:
        facts |= _source(copy)
    return Envelope({name: value for name, value in facts.items() if value})


def kept_facts(copies: Sequence[Copy], parts: Sequence[Part]) -> dict[str, str]:
    """What the copy brings: where each object lies now, its sha256, and what will run."""
    facts = {}
    for copy in copies:
        if copy.kept:
            facts[f"{copy.needed_by} copy"] = f"{copy.kept.version or 'unversioned'} of {copy.kept.uri}"
            facts[f"{copy.needed_by} sha256"] = copy.kept.sha256
    return facts | {f"container {n} runs": runs(part) for n, part in enumerate(parts, 1)}


def runs(part: Part) -> str:
    """The sha256 of all that a container runs: image, artifact's address, environment."""
    return _sha256([part.image, part.artifact, dict(part.environment)])


def _terms(stage: Stage, model: str, rollout: Rollout) -> dict[str, str]:
    capture = f"{stage.capture.percent} % to {stage.capture.to}" if stage.capture else ""
    return {
        "stage": stage.name,
        "endpoint": stage.endpoint_of(model),
        "rollout": str(rollout),
        "alarms": ", ".join(stage.alarms_of(model, rollout)),
        "runs on": _capacity(stage),
        "data capture": capture,
    }


def _capacity(stage: Stage) -> str:
    if stage.serverless:
        return f"serverless, {stage.serverless.memory} MB, {stage.serverless.concurrency} at once"
    return f"{stage.instance.count} × {stage.instance.type}" if stage.instance else ""


def _container(container: Container) -> dict[str, str]:
    environment = dict(container.environment)
    return {
        "image": container.image,
        "image digest": container.image_digest,
        "artifact address": container.artifact,
        "artifact ETag in the registry": container.artifact_etag,
        "environment": _sha256(environment) if environment else "",
        "settings": _sha256(container.rest) if container.rest else "",
    }


def _source(copy: Copy) -> dict[str, str]:
    return {f"{copy.needed_by} version": copy.source.version, f"{copy.needed_by} ETag": copy.source.etag}


def _shown(value: str, common: int) -> str:
    if not value:
        return "nothing"
    width = _SHORT if _is_digest(value) else _WIDE
    start = 0 if common < width else common - width // 4
    shown = _visible(value[start : start + width])
    more = "…" if width == _WIDE and start + width < len(value) else ""
    return f"`{'…' if start else ''}{shown}{more}`"


def _is_digest(value: str) -> bool:
    return len(value) == hashlib.sha256().digest_size * 2 and not set(value) - set("0123456789abcdef")


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() and c not in "`\\" else f"\\u{{{ord(c):x}}}" for c in text)


def _sha256(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()
