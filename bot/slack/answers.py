"""Answers to commands: data to message, pure."""

from collections.abc import Sequence

from bot.domain.lineage import keys
from bot.domain.policy import Requirement
from bot.domain.promotion import Promotion, said
from bot.domain.quorum import needed
from bot.slack import blocks as b
from bot.slack.actions import HISTORY_OLDER, LINEAGE
from bot.slack.evidence import comparison
from bot.slack.grammar import VERBS, Verb
from bot.slack.shelf import who_decides
from bot.slack.steps import titled
from bot.slack.views import Message, lines
from bot.usecases.decide import Decision
from bot.usecases.look import Live, ModelStatus, Shown, Waiting


def sentence(text: str) -> Message:
    """One sentence with marks."""
    said = b.section(b.mrkdwn(text))
    return Message(said["text"]["text"], [said])


def helped(verb: Verb | None) -> Message:
    """One verb in detail, or all of them."""
    if verb:
        text = f"`/mlops {verb.usage}`\n{verb.summary}\nFor example: `/mlops {verb.example}`"
        return Message(verb.summary, [b.section(text)])
    rows = [f"`/mlops {verb.usage}`\n{verb.summary}" for verb in VERBS]
    return lines("What I understand", rows, "")


def approved(decision: Decision) -> Message:
    """What a person reads whose approval counted."""
    promotion, missing = decision.promotion, decision.ruling.missing
    if missing:
        return sentence(f"Your approval of {promotion.title} counts. Still needed: {needed(missing)}.")
    return sentence(f"You approved {promotion.title}. It goes out now; its card shows how far it is.")


def rejected(decision: Decision) -> Message:
    """What a person reads who rejected."""
    return sentence(f"You rejected {decision.promotion.title}. Its card and the registry say why.")


def proposed(promotion: Promotion) -> Message:
    """What a person reads who proposed."""
    return sentence(f"Proposed {promotion.title}. Its card follows it from here.")


def rolling_back(promotion: Promotion, asked: Sequence[Requirement] | None) -> Message:
    """What a person reads who wants a version back.

    Args:
        promotion: The rollback.
        asked: Whom the stage asks for one, None where nobody may approve.
    """
    version, stage = promotion.version, promotion.stage
    text = f"Rolling {version.model} back to {version} in {stage}. Its card follows it from here."
    return sentence(f"{text} {who_decides(stage, asked)}" if asked != () else text)


def waiting(promotions: Sequence[Waiting]) -> Message:
    """The answer to `pending`."""
    texts = []
    for wait in promotions:
        title = b.escape(titled(wait.promotion))
        linked = f"<{wait.link}|{title}>" if wait.link else f"*{title}*"
        asked = b.moment(wait.promotion.last.at)
        texts.append(
            f":raised_hand: {linked}\nStill needed: {b.escape(needed(wait.still))}  ·  since {asked}"
        )
    return lines("Waiting for a decision", texts, "Nothing waits for a decision.")


def statuses(models: Sequence[ModelStatus], left_out: int) -> Message:
    """The answer to `status` and `models`."""
    texts = [_status(model) for model in models]
    if left_out:
        texts.append(f"… {left_out} more. `/mlops status MODEL` looks at one.")
    empty = "The registry has no models yet. Register one with `create_model_package`."
    return lines("Models", texts, empty)


def shown(version: Shown) -> Message:
    """The answer to `show`."""
    package = version.package
    approval = f"{package.status}, {package.approval.value}"
    maker = b.escape(package.registered_by.name or "unknown")
    texts: list[b.Block] = [
        b.header(str(package.version)),
        b.fields(
            [
                f"*Registry*\n{b.escape(approval)}",
                f"*Registered*\n{b.moment(package.registered_at)} by {maker}",
                f"*Training job*\n`{b.escape(package.training_job or '–')}`",
                f"*Live*\n{_live(version.live)}",
            ]
        ),
    ]
    beside = "(then live)" if version.promotions else "(live)"
    texts += comparison(version.comparison, str(package.version), beside)
    if version.comparison.rows:
        texts.append(b.context(f"`/mlops report {package.version}` shows all of the evidence."))
    if package.approval_note:
        texts.append(b.context(b.escape(package.approval_note)))
    texts += [b.section(_promoted(promotion)) for promotion in version.promotions[:10]]
    lineage, model = keys.version(package.version), package.version.model
    texts.append(
        b.actions([b.button("Lineage", LINEAGE, lineage), b.button("History", HISTORY_OLDER, f"{model}|")])
    )
    return Message(f"{package.version}: {approval}", b.few(texts))


def _promoted(promotion: Promotion) -> str:
    back = " (rollback)" if promotion.rollback else ""
    return f"→ *{b.escape(promotion.stage)}*{back}: {said(promotion.status)}, {b.moment(promotion.last.at)}"


def _status(model: ModelStatus) -> str:
    latest = ""
    if model.summary.latest and model.summary.approval:
        latest = f"  ·  newest {b.escape(str(model.summary.latest))}, {model.summary.approval.value}"
    moving = "".join(
        f"\n:hourglass_flowing_sand: {b.escape(titled(promotion))}: {said(promotion.status)}"
        for promotion in model.under_way
    )
    return f"*{b.escape(model.summary.name)}*{latest}\n{_live(model.live)}{moving}"


def _live(stages: Sequence[Live]) -> str:
    return "\n".join(f"{b.escape(live.stage)}: {_serving(live)}" for live in stages)


def _serving(live: Live) -> str:
    if not live.status:
        return "nothing"
    name = b.escape(str(live.version)) if live.version else f"`{b.escape(live.endpoint)}`"
    return name if live.status == "InService" else f"{name} ({b.escape(live.status)})"
