"""Views: data to message, pure. What people see of promotions and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.promotion import Entry, Promotion, Status
from bot.slack import blocks as b
from bot.slack.drawing import Drawing
from bot.slack.evidence import comparison, measured_on
from bot.slack.inert import inert
from bot.slack.steps import FACES, head, progress, rollout, titled
from bot.usecases.ports import Picture

APPROVE: Final = "promotion.approve"
REJECT: Final = "promotion.reject"
SHELF: Final = "promotion.shelf"
REPORT: Final = "promotion.report"
_NAME, _COMMENT, _COST = 80, 300, 600
_VERDICT, _NEEDED = 1800, 800  # so that who is needed is seen below the longest verdict
_LINES, _STORY = 1500, 2500  # so that a whole card is never too long for Slack


@dataclass(frozen=True)
class Message:
    """A message: `text` is what notifications and screen readers say; `drawings` are pictures that Slack
    cannot draw itself, which are uploaded and hung below the blocks.
    """

    text: str
    blocks: list[b.Block]
    drawings: tuple[Drawing, ...] = ()


def card(picture: Picture) -> Message:
    """The one message that pictures a promotion."""
    promotion = picture.promotion
    back = " (rollback)" if promotion.rollback else ""
    shown: list[b.Block] = [
        b.header(f"{promotion.version} → {promotion.stage}{back}"),
        b.section(f"{FACES[promotion.status]} *{head(promotion)}*\n{_now(picture)}"),
        b.context(progress(promotion)),
    ]
    if promotion.comparison:
        was = "(before)" if promotion.status in {Status.LIVE, Status.SUPERSEDED} else "(live)"
        shown += comparison(promotion.comparison, str(promotion.version), was)
    shown.append(b.fields(_origin(picture)))
    consents = b.clamp(_consents(promotion), _LINES)
    smaller = (
        _drift(promotion),
        measured_on(promotion),
        _model_card(promotion),
        consents,
        _cost(promotion),
        _footer(promotion),
    )
    shown += [b.context(text) for text in smaller if text]
    if buttons := _buttons(picture):
        shown.append(b.actions(buttons))
    return Message(f"{titled(promotion)}: {head(promotion).lower()}", b.few(shown))


def told(entry: Entry) -> Message:
    """A line of the story, for the card's thread."""
    text = sentence(entry.text, entry.status)
    return Message(text, [b.section(f"{FACES[entry.status]} {text}")])


def sentence(text: str, status: Status) -> str:
    """What the story says, as mrkdwn; marks are live only in the reason that a person gave."""
    return b.clamp(b.mrkdwn(text if status is Status.REJECTED else inert(text)), _STORY)


def _now(picture: Picture) -> str:
    promotion = picture.promotion
    told_last = sentence(promotion.ending, promotion.status)
    if promotion.status is Status.WATCHING:
        moved = b.escape(rollout(promotion, picture.now))
        return f"{told_last}\n{moved}" if moved else told_last
    if promotion.status is not Status.ASKING or not picture.still:
        return told_last
    needed = " and ".join(f"*{wanted.count}* of *{b.escape(wanted.group)}*" for wanted in picture.still)
    expires = f" Expires {b.moment(picture.expires_at)}." if picture.expires_at else ""
    return f"{_verdict(promotion)}\nStill needed: {b.clamp(needed, _NEEDED)}.{expires}"


def _verdict(promotion: Promotion) -> str:
    """What the weighing came to; a rollback is not weighed, and its story says what it brings back."""
    if promotion.rollback:
        weighed = (entry.text for entry in promotion.story if entry.status is Status.WEIGHED)
        return b.clamp(b.mrkdwn(inert(next(weighed, ""))), _VERDICT)
    compared = promotion.comparison
    if compared is None:
        return ""
    said = b.clamp(b.mrkdwn(inert(compared.verdict)), _VERDICT)
    return f"{':warning: ' if compared.warnings else ''}{said}"


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


def _drift(promotion: Promotion) -> str:
    if not promotion.data_drift or promotion.is_over:
        return ""
    return f":warning: Training data has changed since: {b.escape(promotion.data_drift)}."


def _model_card(promotion: Promotion) -> str:
    card = promotion.model_card
    if card is None:
        return ""
    said = {"owner": card.owner, "risk": card.risk_rating, "intended use": card.intended_uses or card.purpose}
    words = [f"{name} *{b.escape(inert(b.clamp(text, _COMMENT)))}*" for name, text in said.items() if text]
    return f"Model card: {'  ·  '.join(words)}" if words else ""


def _footer(promotion: Promotion) -> str:
    sealed = f"sealed `{promotion.envelope.short}`  ·  " if promotion.envelope else ""
    return f"{sealed}`{promotion.id}`  ·  opened {b.moment(promotion.opened_at)}"


def _cost(promotion: Promotion) -> str:
    if promotion.cost is None or not promotion.is_over:
        return ""
    return b.clamp(b.escape(f"cost {promotion.cost.sentence}"), _COST)


def _buttons(picture: Picture) -> list[b.Block]:
    promotion = picture.promotion
    shown = []
    if promotion.status is Status.ASKING:
        shown += [
            b.button("Approve", APPROVE, promotion.id, "primary"),
            b.button("Reject", REJECT, promotion.id, "danger"),
        ]
    if promotion.comparison and promotion.comparison.rows:
        shown.append(b.button("Report", REPORT, promotion.id))
    if picture.can_roll_back:
        shown.append(b.button("Roll back…", SHELF, promotion.id))
    return shown


def lines(title: str, texts: Sequence[str], empty: str) -> Message:
    """A titled list, or the sentence for when there is nothing."""
    if not texts:
        return Message(empty, [b.section(empty)])
    return Message(title, b.few([b.section(f"*{title}*"), *(b.section(text) for text in texts)]))
