"""Views: data to message, pure. What people see of promotions and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.comparison import Comparison, Row
from bot.domain.promotion import Entry, Promotion, Status
from bot.slack import blocks as b
from bot.usecases.ports import Picture

APPROVE: Final = "promotion.approve"
REJECT: Final = "promotion.reject"
METRICS_SHOWN: Final = 12
_NAME, _COMMENT, _LINES, _STORY = 80, 300, 1500, 2500  # so that a whole card is never too long for Slack

_STEPS: Final = ("Seal", "Weigh", "Ask", "Deploy", "Watch", "Attest")
_AT: Final = {
    Status.OPENED: 0,
    Status.SEALED: 1,
    Status.WEIGHED: 2,
    Status.ASKING: 2,
    Status.APPROVED: 3,
    Status.DEPLOYING: 3,
    Status.WATCHING: 4,
    Status.LIVE: 6,
}
_FACES: Final = {
    Status.OPENED: ":inbox_tray:",
    Status.SEALED: ":hourglass_flowing_sand:",
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
    Status.SEALED: "Being weighed",
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


@dataclass(frozen=True)
class Message:
    """A message: `text` is what notifications and screen readers say."""

    text: str
    blocks: list[b.Block]


def card(picture: Picture) -> Message:
    """The one message that pictures a promotion."""
    promotion = picture.promotion
    shown: list[b.Block] = [
        b.header(f"{promotion.version} → {promotion.stage}"),
        b.section(f"{_FACES[promotion.status]} *{_HEADS[promotion.status]}*\n{_now(picture)}"),
        b.context(progress(promotion)),
    ]
    if promotion.comparison:
        was = "(before)" if promotion.status in {Status.LIVE, Status.SUPERSEDED} else "(live)"
        shown += comparison(promotion.comparison, str(promotion.version), was)
    shown.append(b.fields(_origin(picture)))
    if consents := _consents(promotion):
        shown.append(b.context(b.clamp(consents, _LINES)))
    shown.append(b.context(_footer(promotion)))
    if promotion.status is Status.ASKING:
        shown.append(_buttons(promotion))
    return Message(f"{promotion.title}: {_HEADS[promotion.status].lower()}", b.few(shown))


def told(entry: Entry) -> Message:
    """A line of the story, for the card's thread."""
    text = b.clamp(b.mrkdwn(entry.text), _STORY)
    return Message(text, [b.section(f"{_FACES[entry.status]} {text}")])


def progress(promotion: Promotion) -> str:
    """Where the promotion is in the workflow, in one line."""
    statuses = [entry.status for entry in promotion.story if entry.status in _AT]
    reached = _AT[statuses[-1]] if statuses else 0
    marks = []
    for number, name in enumerate(_STEPS):
        if name == "Ask" and reached > number and Status.ASKING not in statuses:
            continue
        if number < reached:
            marks.append(f"✓ {name}")
        elif number == reached:
            broken = promotion.status not in _AT
            marks.append(f"✗ *{name}*" if broken else f"▸ *{name}*")
        else:
            marks.append(name)
    return "  ›  ".join(marks)


def comparison(compared: Comparison, candidate: str, beside: str = "(live)") -> list[b.Block]:
    """The metrics beside the champion's, and what is left out or lacking."""
    shown: list[b.Block] = []
    if compared.rows:
        champion = str(compared.champion) if compared.champion else ""
        head = ["Metric", candidate, *([f"{champion} {beside}", "Δ"] if champion else []), "Guardrail"]
        shown.append(b.table(head, [_cells(row, champion) for row in compared.rows[:METRICS_SHOWN]]))
    hidden = max(0, len(compared.rows) - METRICS_SHOWN) + compared.left_out
    notes = list(compared.notes) + ([f"… {hidden} more metrics in the report"] if hidden > 0 else [])
    if notes:
        shown.append(b.context(b.clamp(b.mrkdwn("  ·  ".join(notes)), _LINES)))
    return shown


def number(value: float | None) -> str:
    """A metric as people read it: four significant digits, and no exponent for what can be counted."""
    if value is None:
        return "–"
    countable = 10_000 <= abs(value) < 10**12  # noqa: PLR2004
    return f"{value:,.0f}" if countable else f"{value:.4g}"


def _cells(row: Row, champion: str) -> list[str]:
    cells = [b.clamp(row.metric, _NAME), number(row.candidate)]
    if champion:
        cells += [number(row.champion), _difference(row)]
    return [*cells, _verdict(row)]


def _difference(row: Row) -> str:
    if row.difference is None:
        return "–"
    arrow = {True: " better", False: " worse", None: ""}[row.better]
    return f"{row.difference:+.3g}{arrow}"


def _verdict(row: Row) -> str:
    if row.guardrail_met is None:
        return "–"
    return f"{'✓' if row.guardrail_met else '✗'} {row.guardrail}"


def _now(picture: Picture) -> str:
    promotion = picture.promotion
    told_last = b.clamp(b.mrkdwn(promotion.last.text), _STORY)
    if promotion.status is Status.ASKING:
        needed = " and ".join(f"*{wanted.count}* of *{b.escape(wanted.group)}*" for wanted in picture.still)
        verdict = b.mrkdwn(promotion.comparison.verdict) if promotion.comparison else ""
        if promotion.comparison and promotion.comparison.warnings:
            verdict = f":warning: {verdict}"
        expires = f" Expires {b.moment(picture.expires_at)}." if picture.expires_at else ""
        return f"{verdict}\nStill needed: {needed}.{expires}" if needed else told_last
    return told_last


def _origin(picture: Picture) -> list[str]:
    promotion = picture.promotion
    name = b.escape(b.clamp(promotion.registered_by.name, _NAME) or "unknown")
    proposer = f"by {b.person(promotion.proposer)}" if promotion.proposer else "by itself"
    texts = [
        f"*Registered*\nby {b.person(picture.maker) if picture.maker else name}",
        f"*Training job*\n{_code(promotion.training_job)}",
        f"*Proposed*\n{proposer}",
    ]
    if promotion.report:
        texts.append(f"*Report*\n{_code(promotion.report.rsplit('/', 1)[-1])}")
    return texts


def _code(text: str) -> str:
    return f"`{b.escape(b.clamp(text.replace('`', ''), _NAME))}`" if text else "–"


def _consents(promotion: Promotion) -> str:
    lines = []
    for consent in promotion.consents:
        said = f" — “{b.escape(b.clamp(consent.comment, _COMMENT))}”" if consent.comment else ""
        groups = b.escape(", ".join(consent.groups))
        lines.append(f"✓ {b.person(consent.person)} for {groups}, {b.moment(consent.at)}{said}")
    return "\n".join(lines)


def _footer(promotion: Promotion) -> str:
    sealed = f"sealed `{promotion.envelope.short}`  ·  " if promotion.envelope else ""
    return f"{sealed}`{promotion.id}`  ·  opened {b.moment(promotion.opened_at)}"


def _buttons(promotion: Promotion) -> b.Block:
    return b.actions(
        [
            b.button("Approve", APPROVE, promotion.id, "primary"),
            b.button("Reject", REJECT, promotion.id, "danger"),
        ]
    )


def lines(title: str, texts: Sequence[str], empty: str) -> Message:
    """A titled list, or the sentence for when there is nothing."""
    if not texts:
        return Message(empty, [b.section(empty)])
    return Message(title, b.few([b.section(f"*{title}*"), *(b.section(text) for text in texts)]))
