"""A world to test in: the ports in memory, the people, SageMaker's events and the state machine."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.aws.errors import transient
from bot.aws.workflow import sentence_of
from bot.config import load_policy
from bot.domain.model import Version
from bot.domain.policy import Policy
from bot.domain.promotion import Promotion
from bot.domain.refusals import NotFound, NotUnderstood
from bot.slack import desk
from bot.slack.deliveries import ATTEMPTS
from bot.slack.views import APPROVE, REJECT, Message
from bot.usecases.hear import Event, ExecutionEnded, PackageChanged, hear
from bot.usecases.ports import Ports
from bot.usecases.step import step
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.channel import FakeChannel, Hung, words
from tests.fakes.clock import FakeClock
from tests.fakes.directory import PEOPLE, FakeDirectory
from tests.fakes.endpoints import FakeEndpoints
from tests.fakes.ledger import FakeLedger
from tests.fakes.lineage import FakeLineage
from tests.fakes.machine import Execution, Json
from tests.fakes.models import FakeModels
from tests.fakes.origins import FakeOrigins
from tests.fakes.registry import PREFIX, FakeRegistry
from tests.fakes.reports import FakeReports, quality
from tests.fakes.transforms import FakeTransforms
from tests.fakes.watched import Watch, die
from tests.fakes.workflow import FakeWorkflow

_EVENT_ATTEMPTS: Final = 3
_EVENT_RETRY_S: Final = 60
_VISIBILITY_S: Final = 180
HELD_OUT: Final = ((1, 0.9), (0, 0.2), (1, 0.7), (0, 0.6), (1, 0.4), (0, 0.1))
"""Of these a model that answers with the feature gets 8 of 9 pairs right: its AUC is 0.889."""


class World:
    """What a test says and sees. `ports` are watched; the fakes beside them are the bare ones."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.clock = FakeClock()
        self.artifacts = FakeArtifacts()
        self.registry = FakeRegistry(self.clock, self.artifacts)
        self.reports = FakeReports(self.artifacts)
        self.models = FakeModels()
        self.endpoints = FakeEndpoints(self.clock, self.registry, self.models)
        self.endpoints.cloudwatch.team_is_diligent = True
        self.transforms = FakeTransforms(self.clock, self.artifacts, self.models)
        self.ledger, self.channel = FakeLedger(self.clock), FakeChannel(self.clock)
        self.lineage, self.origins = FakeLineage(self.registry), FakeOrigins()
        self.directory, self.workflow = FakeDirectory(), FakeWorkflow(self.clock, self._step)
        self.watch = Watch()
        self.dead_letters: list[str] = []
        self._requests = 0
        self.ports = Ports(
            policy=policy or the_policy(),
            registry=self.watch.over("registry", self.registry),
            reports=self.watch.over("reports", self.reports),
            artifacts=self.watch.over("artifacts", self.artifacts),
            transforms=self.watch.over("transforms", self.transforms),
            endpoints=self.watch.over("endpoints", self.endpoints),
            ledger=self.watch.over("ledger", self.ledger),
            lineage=self.watch.over("lineage", self.lineage),
            origins=self.watch.over("origins", self.origins),
            workflow=self.watch.over("workflow", self.workflow),
            channel=self.watch.over("channel", self.channel),
            directory=self.watch.over("directory", self.directory),
            clock=self.clock,
        )

    # ---- what happens ------------------------------------------------------------------------------

    def register(self, model: str, *, report: bytes | None = None, auc: float = 0.9, **facts: Any) -> str:
        """Somebody registers a version with a report; SageMaker tells. Gives `churn:1`."""
        package = self.registry.register(model, **facts)
        uri = f"s3://models/{model}/{package.version.number}/statistics.json"
        self.reports.write(uri, quality(auc=auc) if report is None else report)
        if "report" not in facts:
            self.registry.change(package.version, report=uri)
        self.announce(str(package.version))
        return str(package.version)

    def holds_out(self, model: str, rows: Sequence[tuple[int, float]] = HELD_OUT, part: int = 0) -> None:
        """Somebody writes the model's held-out data: labels with the one feature that models look at."""
        text = "".join(f"{label},{feature},7\n" for label, feature in rows)
        self.artifacts.put(f"s3://models/{model}/test/part-{part}.csv", text.encode())

    def announce(self, version: str) -> None:
        """SageMaker's event about a version."""
        self.hears(PackageChanged(f"{PREFIX}/{version.replace(':', '/')}"))

    def hears(self, event: Event) -> None:
        """An event of AWS's, as handlers/events.py hears it and as Lambda tries it again."""
        for _ in range(_EVENT_ATTEMPTS):
            self.watch.reached("worker.event", after=False)
            try:
                hear(self.ports, event)
            except (NotFound, NotUnderstood):
                return
            except BaseException:  # noqa: BLE001 - a death, or a fault
                self.clock.passes(_EVENT_RETRY_S)
            else:
                return
        self.dead_letters.append(str(event))

    def stops(self, version: str, stage: str) -> None:
        """Somebody stops its execution by hand, and Step Functions tells."""
        promotion_id = self.promotion(version, stage).id
        self.workflow.stop(promotion_id)
        self.hears(ExecutionEnded(promotion_id, "ABORTED"))

    def runs(self) -> None:
        """The state machine goes on until everything waits or is done."""
        self.workflow.go_on()

    def says(self, who: str, text: str, request: str = "") -> str:
        """A person writes a command; gives the answer's words."""
        return self._delivered(
            lambda name: desk.commanded(self.ports, text, PEOPLE.get(who, who), name), request
        )

    def clicks(self, who: str, button: str, version: str, stage: str, request: str = "") -> str:
        """A person clicks `approve` or `reject` on a card; gives the answer's words."""
        promotion_id = self.promotion(version, stage).id
        action = {"approve": APPROVE, "reject": REJECT}[button]
        return self._delivered(
            lambda name: desk.clicked(self.ports, action, promotion_id, PEOPLE[who], name), request
        )

    def time_passes(self, **span: float) -> None:
        """Days, hours, minutes or seconds; then the state machine looks at its clock."""
        self.clock.passes(span.get("days", 0) * 86_400 + span.get("hours", 0) * 3600)
        self.clock.passes(span.get("minutes", 0) * 60 + span.get("seconds", 0))
        self.runs()

    def brings(self, version: str, stage: str) -> None:
        """From wherever it is to live, with everybody's approval."""
        self.runs()
        if stage == "production":
            self.says("ana", f"approve {version} to production")
            self.says("rita", f"approve {version} to production")
            self.runs()
        assert self.promotion(version, stage).status.value == "live"

    def serves_already(self, version: str, stage: str = "staging") -> None:
        """It went live there before the bot came."""
        endpoint = self.ports.policy.stage(stage).endpoint_of(version.partition(":")[0])
        self.endpoints.serves(endpoint, self.package(version).arn)

    # ---- what goes wrong ---------------------------------------------------------------------------

    def dies_before(self, call: str, nth: int = 1) -> None:
        """The worker is killed just before the nth of these calls, such as `workflow.resume`."""
        self.watch.interrupt(call, die, nth=nth)

    def dies_after(self, call: str, nth: int = 1) -> None:
        """The worker is killed just after it."""
        self.watch.interrupt(call, die, after=True, nth=nth)

    def breaks(self, call: str, error: Exception, times: int = 1) -> None:
        """The next calls raise this instead of doing anything."""

        def fail() -> None:
            raise error

        for _ in range(times):
            self.watch.interrupt(call, fail)

    def meanwhile(self, call: str, act: Callable[[], object], nth: int = 1, *, after: bool = False) -> None:
        """Somebody else does this just before (or after) the nth of these calls."""
        self.watch.interrupt(call, act, nth=nth, after=after)

    # ---- what is to be seen ------------------------------------------------------------------------

    def promotion(self, version: str, stage: str) -> Promotion:
        """The newest promotion of this version to this stage."""
        return self.promotions(version, stage)[-1]

    def promotions(self, version: str, stage: str) -> list[Promotion]:
        """All of them, oldest first."""
        return [one for one in self.ledger.all() if (str(one.version), one.stage) == (version, stage)]

    def status(self, version: str, stage: str) -> str:
        """Where it is."""
        return self.promotion(version, stage).status.value

    def card(self, version: str, stage: str) -> Hung:
        """Its only card."""
        cards = self.channel.of(self.promotion(version, stage).id)
        assert len(cards) == 1, f"{len(cards)} cards"
        return cards[0]

    def execution(self, version: str, stage: str) -> Execution:
        """Its execution."""
        return self.workflow.executions[self.promotion(version, stage).id]

    def package(self, version: str) -> Any:
        """As the registry has it."""
        model, number = version.split(":")
        return self.registry.package(Version(model, int(number)))

    # ---- AWS's part --------------------------------------------------------------------------------

    def _step(self, event: Json) -> Json:
        """What handlers/step.py does; a test may interrupt `step.Deploy` and its like."""
        self.watch.reached(f"step.{event['step']}", after=False)
        error = sentence_of(event.get("error") or {})
        with transient():
            self.ports.workflow.hold(event)  # type: ignore[attr-defined]  # the adapter's, not the port's
            answer = asdict(step(self.ports, event["step"], event["promotion"], error))
        pause = 30 * answer.pop("patience")
        return {**answer, "pause": pause}

    def _delivered(self, answer: Callable[[str], Message], request: str) -> str:
        """What the queue, handlers/worker.py and bot.slack.app.serve do; the last answer's words."""
        self._requests += 1
        name, said = request or f"request-{self._requests}", ""
        for attempt in range(ATTEMPTS):
            self.watch.reached("worker.delivery", after=False)
            try:
                if self.ports.ledger.was_done(name):
                    return said
                said = words(answer(name))
                self.ports.ledger.done(name)
            except BaseException:  # noqa: BLE001 - a death, or a fault
                if attempt + 1 < ATTEMPTS:
                    self.clock.passes(_VISIBILITY_S)
            else:
                return said
        self.dead_letters.append(name)
        return said


@cache
def the_policy() -> Policy:
    """tests/fakes/mlops.toml."""
    return load_policy(Path(__file__).with_name("mlops.toml"))


def policy_with(stage: str = "production", **changes: Any) -> Policy:
    """The same with one stage changed."""
    policy = the_policy()
    stages = tuple(replace(one, **changes) if one.name == stage else one for one in policy.stages)
    return replace(policy, stages=stages, digest=hashlib.sha256(repr(stages).encode()).hexdigest())
