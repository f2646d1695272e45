"""What was live before, and the copies that the project still has of it."""

from collections.abc import Sequence

from bot.domain.model import Package
from bot.domain.needs import Copy
from bot.domain.promotion import Promotion, promotion_id
from bot.usecases.ports import Ports


def live_before(
    ports: Ports, package: Package, stage: str, known: Sequence[Promotion] | None = None
) -> Promotion | None:
    """The newest promotion that brought exactly this registration live in the stage.

    `known` are the model's promotions, newest first, where they were read already.
    """
    for one in ports.ledger.of_model(package.version.model) if known is None else known:
        # By its id, and not by the ARN alone: a deleted package's number may be given out again.
        same = one.id == promotion_id(package.arn, package.registered_at, stage, one.attempt)
        if same and one.went_live:
            return one
    return None


def kept_before(
    ports: Ports, package: Package, stage: str, known: Sequence[Promotion] | None = None
) -> tuple[Copy, ...]:
    """The copies with which it was live there, where all are still as they were; else none. So a version
    can be brought back whose own files are gone.
    """
    lived = live_before(ports, package, stage, known)
    copies = lived.copies if lived else ()
    there = all(copy.kept and ports.artifacts.exists_exactly(copy.kept) for copy in copies)
    return copies if there else ()
