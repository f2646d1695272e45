"""The Transforms port in memory."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.refusals import NotFound, NotPossible
from bot.usecases.hosting import Transform, TransformState
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.clock import FakeClock
from tests.fakes.models import FakeModels, Scores

JOB_S: Final = 30
"""So long a job takes."""


@dataclass
class _Job:
    transform: Transform
    created_at: datetime
    fault: str = ""
    status: str = "InProgress"
    reason: str = ""
    seconds: float = 0


class FakeTransforms:
    """Jobs that take their time; `begun` has every one of them, oldest first."""

    def __init__(self, clock: FakeClock, artifacts: FakeArtifacts, models: FakeModels | None = None) -> None:
        self._clock, self._artifacts = clock, artifacts
        self.models = models or FakeModels()
        self.begun: list[Transform] = []
        self._jobs: dict[str, _Job] = {}
        self._fault = self._refusal = ""

    def begin(self, transform: Transform) -> None:
        """See the port."""
        if transform.name in self._jobs:
            return
        if self._refusal:
            raise NotPossible(f"SageMaker refused: {self._refusal.rstrip('.')}.")
        self.begun.append(transform)
        self._jobs[transform.name] = _Job(transform, self._clock.now(), self._fault)
        self._fault = ""

    def state(self, name: str) -> TransformState | None:
        """See the port."""
        job = self._now(name)
        if job is None:
            return None
        what = job.transform
        return TransformState(
            job.status, job.created_at, job.reason, job.seconds, what.model, what.data, what.output
        )

    def stop(self, name: str) -> None:
        """See the port."""
        job = self._now(name)
        if job and job.status == "InProgress":
            job.status = "Stopped"

    def answer_by(self, start: str, scores: Scores) -> None:
        """From now on every model whose name starts so answers by this."""
        self.models.answer_by(start, scores)

    def fails(self, reason: str) -> None:
        """What the next job will come to."""
        self._fault = reason

    def refuses(self, reason: str) -> None:
        """SageMaker takes no job from now on; an empty reason ends that."""
        self._refusal = reason

    def _now(self, name: str) -> _Job | None:
        job = self._jobs.get(name)
        over = job and self._clock.now() >= job.created_at + timedelta(seconds=JOB_S)
        if job and over and job.status == "InProgress":
            job.seconds = JOB_S
            job.status, job.reason = ("Failed", job.fault) if job.fault else self._run(job.transform)
        return job

    def _run(self, transform: Transform) -> tuple[str, str]:
        files = self._artifacts.files(transform.data)
        if not files:
            return "Failed", f'ClientError: No S3 objects found under S3 URL "{transform.data}".'
        try:
            for blob in files:
                name = blob.uri.removeprefix(transform.data).lstrip("/")
                answers = [f"{self._answer(transform, line)}\n" for line in self._lines(blob.uri)]
                self._artifacts.put(f"{transform.output.rstrip('/')}/{name}.out", "".join(answers).encode())
        except (ValueError, NotFound) as error:
            return "Failed", f"ClientError: {error}"
        return "Completed", ""

    def _lines(self, uri: str) -> list[str]:
        text = self._artifacts.read(uri, 2**30).decode()
        return [line for line in text.splitlines() if line.strip()]

    def _answer(self, transform: Transform, line: str) -> str:
        return self.models.answer(transform.model, line.partition(",")[2])
