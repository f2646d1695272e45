"""How far a promotion is: its face, its heading, the line of its steps, and its rollout."""

import re
from datetime import datetime
from typing import Final

from bot.domain.progress import Progress
from bot.domain.promotion import Promotion, Status

FACES: Final = {
    Status.OPENED: ":inbox_tray:",
    Status.SEALED: ":hourglass_flowing_sand:",
    Status.TESTED: ":hourglass_flowing_sand:",
    Status.WEIGHED: ":hourglass_flowing_sand:",
    Status.ASKING: ":raised_hand:",
    Status.APPROVED: ":white_check_mark:",
    Status.DEPLOYING: ":rocket:",
    Status.WATCHING: ":rocket:",
    Status.LIVE: ":large_green_circle:",
    Status.REJECTED: ":no_entry:",
    Status.REFUSED: ":no_entry:",
    Status.EXPIRED: ":alarm_clock:",
    Status.SUPERSEDED: ":white_circle:",
    Status.FAILED: ":red_circle:",
    Status.ROLLED_BACK: ":rewind:",
}
_HEADS: Final = {
    Status.OPENED: "Opened",
    Status.SEALED: "Being copied",
    Status.TESTED: "Being weighed",
    Status.WEIGHED: "Weighed",
    Status.ASKING: "Waiting for approval",
    Status.APPROVED: "Approved",
    Status.DEPLOYING: "Deploying",
    Status.WATCHING: "Rolling out",
    Status.LIVE: "Live",
    Status.REJECTED: "Rejected",
    Status.REFUSED: "Refused",
    Status.EXPIRED: "Expired",
    Status.SUPERSEDED: "Superseded",
    Status.FAILED: "Failed",
    Status.ROLLED_BACK: "Rolled back",
}
_STEPS: Final = ("Seal", "Copy", "Test", "Weigh", "Ask", "Deploy", "Watch", "Attest")
_AT: Final = {
    Status.OPENED: _STEPS.index("Seal"),
    Status.SEALED: _STEPS.index("Copy"),
    Status.TESTED: _STEPS.index("Weigh"),
    Status.WEIGHED: _STEPS.index("Ask"),
    Status.ASKING: _STEPS.index("Ask"),
    Status.APPROVED: _STEPS.index("Deploy"),
    Status.DEPLOYING: _STEPS.index("Deploy"),
    Status.WATCHING: _STEPS.index("Watch"),
    Status.LIVE: len(_STEPS),
}
_BAKING: Final = "Baking"
_MINUTE: Final = 60


def titled(promotion: Promotion) -> str:
    """`churn:11 to production (rollback)`."""
    return f"{promotion.title}{' (rollback)' if promotion.rollback else ''}"


def head(promotion: Promotion) -> str:
    """Where it is, as a heading."""
    copied = promotion.status is Status.SEALED and _is_copied(promotion)
    if promotion.rollback and (copied or promotion.status in {Status.TESTED, Status.WEIGHED}):
        return "Copied"
    return "Being tested" if copied else _HEADS[promotion.status]


def progress(promotion: Promotion) -> str:
    """Where the promotion is in the workflow, in one line."""
    reached, marks = _reached(promotion), []
    for number, name in enumerate(_STEPS):
        if name in _left_out(promotion, reached):
            reached += number == reached  # it is passed at once
        elif number < reached:
            marks.append(f"✓ {name}")
        elif number == reached:
            broken = promotion.status not in _AT
            marks.append(f"✗ *{name}*" if broken else f"▸ *{name}*")
        else:
            marks.append(name)
    return "  ›  ".join(marks)


def rollout(promotion: Promotion, now: datetime | None) -> str:
    """How far the rollout is, such as `canary 10 %, baking 4 of 10 min, 312 requests, 0 errors`."""
    progress = promotion.progress
    if progress is None:
        return ""
    facts = promotion.envelope.facts if promotion.envelope else {}
    kind, *_ = facts.get("rollout", "").split()[:1] or ["traffic"]
    share = f" {progress.percent} %" if progress.percent is not None else ""
    first = promotion.comparison is not None and not promotion.comparison.against
    moved = f"{kind}{share}" if (share or kind != "traffic") and not first else ""
    asked = f"{progress.requests:,} {_plural('request', progress.requests)}"
    failed = f"{progress.errors:,} {_plural('error', progress.errors)}"
    return ", ".join(part for part in (moved, _phase(progress, now), asked, failed) if part)


def _reached(promotion: Promotion) -> int:
    passed = [entry.status for entry in promotion.story if entry.status in _AT]
    last = passed[-1] if passed else Status.OPENED
    return _AT[last] + (last is Status.SEALED and _is_copied(promotion))


def _left_out(promotion: Promotion, reached: int) -> frozenset[str]:
    """Steps that have nothing to do."""
    silent: set[str] = set()
    asked = any(entry.status is Status.ASKING for entry in promotion.story)
    if reached > _STEPS.index("Ask") and not asked:
        silent.add("Ask")
    if promotion.rollback:  # what was good enough before is not weighed again
        silent |= {"Test", "Weigh"}
    elif reached > _STEPS.index("Test") and not promotion.trials:
        silent.add("Test")
    return frozenset(silent)


def _is_copied(promotion: Promotion) -> bool:
    return promotion.envelope is not None and "container 1 runs" in promotion.envelope.facts


def _phase(progress: Progress, now: datetime | None) -> str:
    """SageMaker's word in lower case, with how long it bakes where it does."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", progress.phase).lower()
    if progress.phase != _BAKING or not progress.bake:
        return words
    unit, seconds = ("min", _MINUTE) if progress.bake >= _MINUTE else ("s", 1)
    whole = f"{progress.bake / seconds:g} {unit}"
    if now is None or progress.since is None:
        return f"{words} for {whole}"
    baked = min(max(0.0, (now - progress.since).total_seconds()), progress.bake)
    return f"{words} {int(baked // seconds)} of {whole}"


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
