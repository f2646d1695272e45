"""Copy: the project gets its own copy of every object that the version needs."""

from datetime import timedelta
from typing import Final

from bot.domain.artifact import Blob, no_copy_of
from bot.domain.envelope import kept_facts
from bot.domain.needs import Copy, parts_of
from bot.domain.promotion import Promotion, Status
from bot.usecases.change import change
from bot.usecases.ports import Ports
from bot.usecases.seal import is_copied, same_package
from bot.usecases.void import is_void

_MB: Final = 2**20
_BUDGET: Final = timedelta(minutes=4)  # the adapter takes ten for one object, and Lambda fifteen in all


def copy(ports: Ports, promotion_id: str) -> bool:
    """Whether everything is copied; S3 copies exactly what was sealed, and nothing twice."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.SEALED or is_copied(promotion):
        return True
    if is_void(ports, promotion):
        return True
    kept, begun = [], ports.clock.now()
    for one in promotion.copies:
        if ports.clock.now() - begun > _BUDGET:
            return False
        blob = ports.artifacts.keep(one.source)
        if blob is None:
            return False
        _refuse_another(ports, promotion, one.source, blob)
        kept.append(Copy(one.needed_by, one.source, blob))
    parts = parts_of(same_package(ports, promotion), kept)
    facts = kept_facts(kept, parts)

    def decide(now: Promotion) -> Promotion | None:
        if now.status is not Status.SEALED or now.envelope is None or is_copied(now):
            return None
        sealed = now.envelope.with_facts(facts)
        text = f"{_what(kept)} Sealed with the sha256 of what was copied: `{sealed.short}`."
        return now.moved(Status.SEALED, ports.clock.now(), text, envelope=sealed, copies=tuple(kept))

    change(ports.ledger, promotion_id, decide)
    return True


def _refuse_another(ports: Ports, promotion: Promotion, source: Blob, blob: Blob) -> None:
    """Raises NotPossible where the copy is not what it was in an earlier promotion: somebody wrote it."""
    for known in ports.ledger.of_model(promotion.version.model):
        for copy in known.copies:
            if copy.source.is_same(source) and copy.kept and copy.kept.sha256 != blob.sha256:
                raise no_copy_of(blob.uri, source.uri)


def _what(kept: list[Copy]) -> str:
    if not kept:
        return "It needs nothing from S3."
    size = sum(one.kept.size for one in kept if one.kept)
    objects = "1 object" if len(kept) == 1 else f"{len(kept)} objects"
    return f"The project keeps its own copy of {objects}, {size / _MB:.1f} MB."
