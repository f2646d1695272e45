"""Attest: what serves is what was approved, and answers as it was tested, or it is not live."""

import math
from typing import Final

from bot.domain.envelope import Change, Envelope, kept_facts
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotPossible
from bot.domain.wording import one_line
from bot.usecases.change import change
from bot.usecases.deployment import endpoint_of
from bot.usecases.hosting import Serving
from bot.usecases.ports import Ports
from bot.usecases.seal import envelope_now, same_package, void_text
from bot.usecases.trial import sample_of

_SAME: Final = 1e-4  # single precision, in other batches and on other instances
_SERVED: Final = ("package", "stage", "endpoint", "container ")
"""What must still be as sealed when it serves. Evidence and mlops.toml were settled by the approval."""


def attest(ports: Ports, promotion_id: str) -> None:
    """Watching → live, after what serves was compared with what was sealed, and tried."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.WATCHING or promotion.envelope is None:
        return
    endpoint = endpoint_of(ports, promotion)
    serving = ports.endpoints.serving(endpoint)
    if serving is None or serving.config != promotion.resource or serving.arns != (promotion.arn,):
        what = ", ".join(serving.arns) if serving else "nothing"
        raise NotPossible(f"Approved was {promotion.arn}, but `{endpoint}` serves {what}.")
    if changed := _changed(ports, promotion, serving):
        raise NotPossible(void_text(promotion, changed))
    smoke = _smoke(ports, promotion, endpoint)
    text = (
        f"Live on `{endpoint}`: approved `{promotion.envelope.short}` = serving `{promotion.envelope.short}`."
        f"{smoke}"
    )
    change(ports.ledger, promotion_id, lambda now: _live(ports, now, text))


def _changed(ports: Ports, promotion: Promotion, serving: Serving) -> tuple[Change, ...]:
    """What of the envelope is not so in what serves."""
    now = envelope_now(ports, promotion, same_package(ports, promotion), evidence=False)
    served = {name: value for name, value in now.facts.items() if not name.endswith(" runs")}
    runs = kept_facts((), serving.parts)
    sealed = promotion.envelope or Envelope()
    changed = sealed.changes(Envelope({**served, **runs}))
    return tuple(one for one in changed if one.name.startswith(_SERVED))


def _smoke(ports: Ports, promotion: Promotion, endpoint: str) -> str:
    """What is said of the smoke test; raises NotPossible where the variant answers otherwise than the
    transform did.
    """
    most = ports.policy.stage(promotion.stage).smoke
    trial = promotion.trials[0] if promotion.trials else None
    sample = sample_of(ports, trial) if trial and trial.report and most else None
    if sample is None:
        return ""
    asked, wanted = sample.lines[:most], sample.answers[:most]
    given = ports.endpoints.answer(endpoint, asked)
    if len(given) != len(wanted):
        raise NotPossible(
            f"The smoke test failed: `{endpoint}` answers {len(given)} lines where the test transform "
            f"answered {len(wanted)}."
        )
    for number, (want, got) in enumerate(zip(wanted, given, strict=True), 1):
        if not _alike(want, got):
            raise NotPossible(
                f"The smoke test failed: to line {number} of the test data `{endpoint}` answers "
                f"“{one_line(got)[:80]}”, and the test transform answered “{one_line(want)[:80]}”."
            )
    return f" It answers {len(given)} lines of the test data as the test did."


def _alike(want: str, got: str) -> bool:
    """Whether two answers say the same; numbers may differ by their last digits."""
    ours, theirs = want.split(","), got.split(",")
    if len(ours) != len(theirs):
        return False
    return all(_same(a.strip(), b.strip()) for a, b in zip(ours, theirs, strict=True))


def _same(want: str, got: str) -> bool:
    try:
        return math.isclose(float(want), float(got), rel_tol=_SAME, abs_tol=_SAME)
    except ValueError:
        return want == got


def _live(ports: Ports, promotion: Promotion, text: str) -> Promotion | None:
    if promotion.status is not Status.WATCHING:
        return None
    return promotion.moved(Status.LIVE, ports.clock.now(), text, progress=None)
