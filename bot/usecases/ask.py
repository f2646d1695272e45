"""Ask: put the question to the people whom the policy names."""

from collections.abc import Sequence

from bot.domain.policy import Requirement, Stage
from bot.domain.promotion import Promotion, Status
from bot.domain.quorum import needed
from bot.usecases.change import change
from bot.usecases.ports import Ports


def ask(ports: Ports, promotion_id: str) -> None:
    """Weighed → asking; those who are to be notified are addressed once."""

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.WEIGHED:
            return None
        stage = ports.policy.stage(now.stage)
        wanted = stage.asks(rollback=now.rollback)
        asking = now.moved(Status.ASKING, ports.clock.now(), _question(ports, stage, wanted))
        return asking if now.rollback else asking.with_evidence()

    change(ports.ledger, promotion_id, decide)


def _question(ports: Ports, stage: Stage, wanted: Sequence[Requirement] | None) -> str:
    if wanted is None:
        return f"Nobody may approve for {stage.name}: mlops.toml gives it no approvals."
    names = [name for group in stage.notify for name in ports.policy.groups.get(group, ())]
    addressed = " ".join(ports.directory.mentions(names)) if names else ""
    return f"Waiting for approval by {needed(wanted)}. {addressed}".strip()
