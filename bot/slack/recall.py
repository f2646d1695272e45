"""Recall as a message: which versions learned from a thing, where they serve, and what nobody can judge."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import sentences, telling, verdicts
from bot.domain.lineage.graph import Kind
from bot.domain.refusals import NotUnderstood
from bot.domain.wording import listed
from bot.slack import blocks as b
from bot.slack.actions import RECALL_BACK, RECALL_FREEZE
from bot.slack.inert import inert
from bot.slack.lineage import unread
from bot.slack.views import Message
from bot.usecases.contain import Contained
from bot.usecases.traced import Asked, Exposed, Recalled

_EXPOSED, _MODELS, _NUMBERS, _NAMES, _SETS, _STEPS = 15, 15, 12, 10, 5, 3
_LINE, _VALUE, _SUMMARY = 600, 1900, 400
_ASKS: Final = "Each goes by its policy: whoever decides there is asked, and the audit holds who did."


def recalled(found: Recalled) -> Message:
    """Everything that learned from a thing, what is live first."""
    name, summary = sentences.address(found.asked.name), _summary(found)
    shown = [b.header(f"What learned from {name}"), b.section(_safe(summary, _SUMMARY))]
    shown += [b.section(_exposed(found, one)) for one in found.exposed[:_EXPOSED]]
    if len(found.exposed) > _EXPOSED:
        shown.append(b.section(f"… and {len(found.exposed) - _EXPOSED:,} more live places."))
    shown += [b.section(text) for text in (_others(found), _unregistered(found)) if text]
    shown += [b.section(f":warning: {_safe(text)}") for text in _unknown(found)]
    matched = verdicts.matched(found.asked.name, found.found, found.graph)
    shown += [b.context(_safe(text)) for text in (matched, _frozen(found)) if text]
    if buttons := _buttons(found):
        shown.append(b.actions(buttons))
    return Message(_safe(f"{name}: {summary}", _SUMMARY), b.few(shown))


def contained(found: Sequence[Contained]) -> Message:
    """What became of each model that was to be rolled back or frozen."""
    lines = []
    for one in found:
        if one.promotion:
            text = f"Proposed {one.promotion.title}, which did not learn from it. Its card follows it."
        else:
            text = one.said
        where = f"{one.model}{f' in {one.stage}' if one.stage else ''}"
        lines.append(b.section(f"*{b.escape(where)}*: {_safe(text)}"))
    return Message("; ".join(one.model for one in found) or "Nothing to do.", b.few(lines))


def asked_of(value: str) -> Asked:
    """What a recall's button is about. Raises NotUnderstood."""
    kind, mark, name = value.partition("|")
    if not mark or not name or kind not in {"", *Kind}:
        raise NotUnderstood("I do not know this button. `/mlops help` lists what I understand.")
    return Asked(name, Kind(kind) if kind else None)


def _summary(found: Recalled) -> str:
    live = len({one.version for one in found.exposed})
    return verdicts.verdict(found.asked.name, found.found, live, found.versions, found.unread)


def _exposed(found: Recalled, one: Exposed) -> str:
    share = verdicts.serving(one.share, one.how)
    stage = f" ({one.stage})" if one.stage else " (no stage of mlops.toml)"
    where = _safe(f"{share}{stage}")
    head = f":red_circle: *{b.escape(str(one.version))}* live on `{_code(one.endpoint)}`{where}"
    lines = [head, _safe(verdicts.decided(one.promotion))]
    if way := _way(found, one):
        lines.append(_safe(way))
    return "\n".join(lines)


def _way(found: Recalled, one: Exposed) -> str:
    jobs = [sentences.quoted(found.graph, key) for key in verdicts.jobs_between(found.found, one.version)]
    return f"It learned by {sentences.some(jobs)}." if jobs else ""


def _others(found: Recalled) -> str:
    by = verdicts.idle(found.found)
    lines = []
    for model, versions in list(by.items())[:_MODELS]:
        numbers = [str(one.version.number) for one in versions[:_NUMBERS]]
        more = f", … {len(versions) - _NUMBERS:,} more" if len(versions) > _NUMBERS else ""
        lines.append(f"{b.escape(model)}: {', '.join(numbers)}{more}")
    if len(by) > _MODELS:
        lines.append(f"… {len(by) - _MODELS:,} more models")
    return "\n".join(["*Not live, but learned from it*", *lines]) if lines else ""


def _unregistered(found: Recalled) -> str:
    names = [f"`{_code(node.name)}`" for node in found.found.unregistered]
    if not names:
        return ""
    serve = "serves" if len(names) == 1 else "serve"
    said = sentences.some(names, _NAMES)
    return f":red_circle: {said} {serve} something that learned from it and is no version."


def _unknown(found: Recalled) -> Iterator[str]:
    if names := [f"`{telling.name(node)}`" for node in found.found.unjudged]:
        yield f"Nobody can say what these live endpoints learned from: {sentences.some(names, _NAMES)}."
    if found.unread:
        yield f"{verdicts.waiting(found.unread)}. Ask again: I read some at each answer."
    if found.found.gaps:
        yield unread(found.graph, found.found.gaps, 0)


def _frozen(found: Recalled) -> str:
    return f"Frozen already: {listed(list(found.frozen))}." if found.frozen else ""


def _buttons(found: Recalled) -> list[b.Block]:
    value = f"{found.asked.kind or ''}|{found.asked.name}"
    if not found.exposed or len(value) > _VALUE:
        return []
    back = b.confirm(
        "Propose rollbacks?", f"To the newest version of each that did not learn from it. {_ASKS}", "Propose"
    )
    shown = [b.button("Propose rollbacks…", RECALL_BACK, value, "danger", back)]
    models = {one.version.model for one in found.exposed} - set(found.frozen)
    if models:
        asks = b.confirm(f"Freeze {len(models)} model{'' if len(models) == 1 else 's'}?", _ASKS, "Ask for it")
        shown.append(b.button("Freeze the models…", RECALL_FREEZE, value, "danger", asks))
    return shown


def _code(name: str) -> str:
    return b.escape(b.clamp(name.replace("`", "'"), 80))


def _safe(text: str, most: int = _LINE) -> str:
    return b.clamp(b.mrkdwn(inert(text)), most)
