"""A world to test in: the ports in memory, the people, SageMaker's events and the state machine."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.aws.workflow import sentence_of
from bot.config import load_policy
from bot.domain.model import Version
from bot.domain.policy import Policy
from bot.domain.promotion import Promotion
from bot.domain.refusals import Refusal
from bot.slack import desk
from bot.slack.deliveries import ATTEMPTS
from bot.slack.views import APPROVE, REJECT, Message
from bot.usecases.ports import Ports
from bot.usecases.propose import registered
from bot.usecases.step import step
from tests.fakes.channel import FakeChannel, Hung, words
from tests.fakes.clock import FakeClock
from tests.fakes.directory import PEOPLE, FakeDirectory
from tests.fakes.endpoints import FakeEndpoints
from tests.fakes.ledger import FakeLedger
from tests.fakes.machine import Execution, Json
from tests.fakes.registry import FakeRegistry
from tests.fakes.reports import FakeReports, quality
from tests.fakes.watched import Watch, die
from tests.fakes.workflow import FakeWorkflow

_EVENT_ATTEMPTS: Final = 3
_EVENT_RETRY_S: Final = 60
_VISIBILITY_S: Final = 180


class World:
    """What a test says and sees. `ports` are watched; the fakes beside them are the bare ones."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.clock = FakeClock()
        self.registry, self.reports = FakeRegistry(self.clock), FakeReports()
        self.endpoints = FakeEndpoints(self.clock, self.registry)
        self.ledger, self.channel = FakeLedger(self.clock), FakeChannel(self.clock)
        self.directory, self.workflow = FakeDirectory(), FakeWorkflow(self.clock, self._step)
        self.watch = Watch()
        self.dead_letters: list[str] = []
        self._requests = 0
        self.ports = Ports(
            policy=policy or the_policy(),
            registry=self.watch.over("registry", self.registry),
            reports=self.watch.over("reports", self.reports),
            endpoints=self.watch.over("endpoints", self.endpoints),
            ledger=self.watch.over("ledger", self.ledger),
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

    def announce(self, version: str) -> None:
        """SageMaker's event about a version, tried again as Lambda does."""
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{version.replace(':', '/')}"
        for _ in range(_EVENT_ATTEMPTS):
            try:
                registered(self.ports, arn)
            except Refusal:
                return
            except BaseException:  # noqa: BLE001 - a death, or a fault
                self.clock.passes(_EVENT_RETRY_S)
            else:
                return
        self.dead_letters.append(arn)

    def runs(self) -> None:
        """The state machine goes on until everything waits or is done."""
        self.workflow.runs()

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
        self.ports.workflow.hold(event)  # type: ignore[attr-defined]  # the adapter's, not the port's
        error = sentence_of(event.get("error") or {})
        return {**asdict(step(self.ports, event["step"], event["promotion"], error)), "pause": 30}

    def _delivered(self, answer: Callable[[str], Message], request: str) -> str:
        """What the queue, handlers/worker.py and bot.slack.app.serve do; the last answer's words."""
        self._requests += 1
        name, said = request or f"request-{self._requests}", ""
        for attempt in range(ATTEMPTS):
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
    return replace(policy, stages=stages)
