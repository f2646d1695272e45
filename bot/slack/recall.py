"""Recall as a message: which versions learned from a thing, where they serve, and what nobody can judge."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Graph, Kind, Node
from bot.domain.lineage.recall import Learned
from bot.domain.refusals import NotUnderstood
from bot.domain.wording import listed, moment, person
from bot.slack import blocks as b
from bot.slack import branches
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
    name, summary = _shortened(found.asked.name), _summary(found)
    shown = [b.header(f"What learned from {name}"), b.section(_safe(summary, _SUMMARY))]
    shown += [b.section(_exposed(found, one)) for one in found.exposed[:_EXPOSED]]
    if len(found.exposed) > _EXPOSED:
        shown.append(b.section(f"… and {len(found.exposed) - _EXPOSED:,} more live places."))
    shown += [b.section(text) for text in (_others(found), _unregistered(found)) if text]
    shown += [b.section(f":warning: {_safe(text)}") for text in _unknown(found)]
    shown += [b.context(_safe(text)) for text in (_matched(found), _frozen(found)) if text]
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
    learned, live = found.found.learned, len({one.version for one in found.exposed})
    unjudged = len(found.found.unjudged)
    if not found.found.starts:
        doubt = _doubt(found, unjudged)
        return f"Nothing that I have read knows `{_shortened(found.asked.name)}`{doubt or '.'}"
    if not learned:
        doubt = _doubt(found, unjudged)
        none = f"None of {found.versions:,} versions that I have read learned from it"
        return f"{none}{doubt or ', and every live endpoint has a lineage to judge by.'}"
    models = len({one.version.model for one in learned})
    many = f"{len(learned):,} version{'' if len(learned) == 1 else 's'}"
    of = f" of {models:,} models" if models > 1 else f" of {learned[0].version.model}"
    lives = "none of them is live" if not live else f"{live:,} of them {'is' if live == 1 else 'are'} live"
    return f"{many}{of} learned from it; {lives}{_doubt(found, unjudged) or '.'}"


def _doubt(found: Recalled, unjudged: int) -> str:
    """What keeps an answer from being the whole one, as a sentence's end."""
    said = []
    if unjudged:
        has = "has" if unjudged == 1 else "have"
        said.append(f"{unjudged:,} of {found.found.endpoints:,} live endpoints {has} no lineage to judge by")
    if found.unread:
        said.append(f"{found.unread:,} versions are not read yet")
    if found.found.gaps:
        where = len({gap.at for gap in found.found.gaps})
        said.append(f"{where:,} branch{'' if where == 1 else 'es'} could not be read")
    return f" — but {listed(said)}." if said else ""


def _exposed(found: Recalled, one: Exposed) -> str:
    share = f" with {one.share} of the traffic" if one.share else ""
    stage = f" ({one.stage})" if one.stage else " (no stage of mlops.toml)"
    where = _safe(f"{share}{stage}")
    head = f":red_circle: *{b.escape(str(one.version))}* live on `{_code(one.endpoint)}`{where}"
    lines = [head, _safe(_decided(one))]
    if way := _way(found, one):
        lines.append(_safe(way))
    return "\n".join(lines)


def _decided(one: Exposed) -> str:
    promotion = one.promotion
    if promotion is None:
        return "No promotion of mine put it there."
    since = f" Live since {moment(promotion.went_live)}." if promotion.went_live else ""
    if not promotion.consents:
        return f"Its stage asks nobody: the evidence decided.{since}"
    return f"Approved by {listed([person(consent.person) for consent in promotion.consents])}.{since}"


def _way(found: Recalled, one: Exposed) -> str:
    learned = next((it for it in found.found.learned if it.version == one.version), None)
    jobs = [key for key in (learned.way if learned else ()) if key.startswith("job:")]
    names = [f"`{branches.name(_node(found.graph, key))}`" for key in jobs[:_STEPS]]
    more = [f"{len(jobs) - _STEPS:,} more"] if len(jobs) > _STEPS else []
    return f"It learned by {listed([*names, *more])}." if jobs else ""


def _others(found: Recalled) -> str:
    by = defaultdict[str, list[Learned]](list)
    for one in found.found.learned:
        if not one.live:
            by[one.version.model].append(one)
    lines = []
    for model, versions in list(by.items())[:_MODELS]:
        numbers = [str(one.version.number) for one in versions[:_NUMBERS]]
        more = f", … {len(versions) - _NUMBERS:,} more" if len(versions) > _NUMBERS else ""
        lines.append(f"{b.escape(model)}: {', '.join(numbers)}{more}")
    if len(by) > _MODELS:
        lines.append(f"… {len(by) - _MODELS:,} more models")
    return "\n".join(["*Not live, but learned from it*", *lines]) if lines else ""


def _unregistered(found: Recalled) -> str:
    names = [f"`{_code(node.name)}`" for node in found.found.unregistered[:_NAMES]]
    more = (
        [f"{len(found.found.unregistered) - _NAMES:,} more"] if len(found.found.unregistered) > _NAMES else []
    )
    if not names:
        return ""
    return f":red_circle: {listed([*names, *more])} serve something that learned from it and is no version."


def _unknown(found: Recalled) -> Iterator[str]:
    unjudged = found.found.unjudged
    if unjudged:
        names = [f"`{branches.name(node)}`" for node in unjudged[:_NAMES]]
        more = [f"{len(unjudged) - _NAMES:,} more"] if len(unjudged) > _NAMES else []
        yield f"Nobody can say what these live endpoints learned from: {listed([*names, *more])}."
    if found.unread:
        yield f"{found.unread:,} versions are not read yet. Ask again: I read some at each answer."
    if found.found.gaps:
        yield unread(found.graph, found.found.gaps, 0)


def _matched(found: Recalled) -> str:
    nodes = [_node(found.graph, key) for key in found.found.starts]
    if not nodes or [node.name for node in nodes] == [found.asked.name]:
        return ""
    names = [f"`{branches.name(node)}`" for node in nodes[:_SETS]]
    more = [f"{len(nodes) - _SETS:,} more"] if len(nodes) > _SETS else []
    return f"It stands for {len(nodes):,}: {listed([*names, *more])}."


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


def _node(graph: Graph, key: str) -> Node:
    return graph.by_key.get(key) or keys.bare(key)


def _shortened(name: str) -> str:
    return branches.name(Node(name, Kind.DATA, name))


def _code(name: str) -> str:
    return b.escape(b.clamp(name.replace("`", "'"), 80))


def _safe(text: str, most: int = _LINE) -> str:
    return b.clamp(b.mrkdwn(inert(text)), most)
