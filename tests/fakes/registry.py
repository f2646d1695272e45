"""The Registry port in memory."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from bot.domain.model import Approval, Container, Identity, ModelSummary, Package, Version
from bot.domain.refusals import NotFound, NotPossible
from bot.domain.wording import strip
from bot.usecases.ports import Conflict
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.clock import FakeClock

PREFIX: Final = "arn:aws:sagemaker:us-east-1:123456789012:model-package"
LONGEST_NOTE: Final = 1024


class FakeRegistry:
    """Packages by version; a number is given out once, unless a test takes it back by deleting. Their
    artifacts are written where there is a place for them.
    """

    def __init__(self, clock: FakeClock, artifacts: FakeArtifacts | None = None) -> None:
        self._clock, self._artifacts = clock, artifacts
        self._packages: dict[Version, Package] = {}
        self._groups: list[str] = []
        self._archived: set[Version] = set()

    def register(self, model: str, *, by: str = "cara", number: int = 0, **facts: Any) -> Package:
        """A new version; `facts` are fields of Package."""
        self.group(model)
        version = Version(model, number or 1 + max((p.version.number for p in self._of(model)), default=0))
        job = f"{model}-job-{version.number}"
        artifact = f"s3://models/{job}/output/model.tar.gz"
        etag = f"etag-{version.number}"
        if self._artifacts and "containers" not in facts:
            etag = self._artifacts.put(artifact, f"the model of {version}".encode()).etag
        made = Package(
            version=version,
            arn=f"{PREFIX}/{version.model}/{version.number}",
            status="Completed",
            approval=Approval.PENDING,
            registered_at=self._clock.now(),
            registered_by=Identity(by),
            containers=(Container("acme/xgboost:1", "sha256:1", artifact, etag),),
            training_job=job,
        )
        self._packages[version] = replace(made, **facts)
        return self._packages[version]

    def group(self, model: str) -> None:
        """A model, which may have no versions yet."""
        if model not in self._groups:
            self._groups.append(model)

    def change(self, version: Version, **facts: Any) -> None:
        """Somebody changes a package in the registry itself."""
        self._packages[version] = replace(self._packages[version], **facts)

    def delete(self, version: Version) -> None:
        """Somebody deletes a package."""
        del self._packages[version]

    def archive_card(self, version: Version) -> None:
        """Somebody archives a package's model card."""
        self._archived.add(version)

    def package(self, version: Version) -> Package:
        """See the port."""
        if found := self._packages.get(version):
            return found
        newest = self.latest(version.model)
        raise NotFound(f"The registry has no {version}. The newest is {newest}: `/mlops show {newest}`.")

    def latest(self, model: str) -> Version:
        """See the port."""
        return self.versions(model, 1)[0].version

    def versions(self, model: str, most: int) -> Sequence[Package]:
        """See the port."""
        newest = sorted(self._of(model), key=lambda package: package.registered_at, reverse=True)
        if not newest:
            raise NotFound(f"The registry has no version of “{model}”. `/mlops models` lists what it has.")
        return newest[:most]

    def models(self) -> Sequence[ModelSummary]:
        """See the port."""
        return [self._summary(model) for model in sorted(self._groups)]

    def approve(self, arn: str, note: str) -> None:
        """See the port."""
        self._set(arn, Approval.APPROVED, note)

    def reject(self, arn: str, note: str) -> None:
        """See the port."""
        self._set(arn, Approval.REJECTED, note)

    def write_card(self, arn: str, content: str, instead_of: str) -> None:
        """See the port."""
        package = self.package(Version.of_arn(arn))
        if package.card == content:
            return
        if package.card != instead_of:
            raise Conflict(arn)
        if package.version in self._archived:
            raise NotPossible(
                f"The model card of {package.version} is archived, so nothing more is written into it. "
                f"Set it to Draft in the registry first."
            )
        self.change(package.version, card=content)

    def _set(self, arn: str, approval: Approval, note: str) -> None:
        version = self.package(Version.of_arn(arn)).version
        line = " ".join(strip(note).split())
        cut = line if len(line) <= LONGEST_NOTE else f"{line[: LONGEST_NOTE - 1]}…"
        self.change(version, approval=approval, approval_note=cut)

    def _of(self, model: str) -> list[Package]:
        return [package for package in self._packages.values() if package.version.model == model]

    def _summary(self, model: str) -> ModelSummary:
        if not self._of(model):
            return ModelSummary(model, None, None)
        newest = self.versions(model, 1)[0]
        return ModelSummary(model, newest.version, newest.approval)
