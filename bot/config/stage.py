"""A rung of the ladder: its endpoint, who decides, and how it is deployed."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.config import address, capacity
from bot.config.rollout import rollout
from bot.config.table import Table
from bot.domain.policy import Capture, Requirement, Rollout, Stage

_KNOWN: Final = (
    "name",
    "endpoint",
    "approvals",
    "notify",
    "four_eyes",
    "expires",
    "rollout",
    "instance",
    "serverless",
    "capture",
    "smoke",
    "rollback",
)
_LATER: Final = frozenset({"remind", "freeze"})
_NAME: Final = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
_MOST_LITERAL: Final = 40  # of an endpoint's 63 characters (Amazon SageMaker API: CreateEndpoint)


def stage(table: Table, groups: Mapping[str, Sequence[str]]) -> Stage:
    """What the table says about a stage; `groups` are those that it may name."""
    table.only(*_KNOWN, later=_LATER)
    notify = table.texts("notify")
    for group in notify:
        _known_group(table, "notify", group, groups)
    eyes = table.value("four_eyes", bool, "true or false")
    rollback = table.table("rollback")
    rollback.only("approvals")
    said = Stage(
        name=_named(table, "name"),
        endpoint=_endpoint(table),
        approvals=_approvals(table, groups),
        notify=notify,
        four_eyes=True if eyes is None else eyes,
        expires=table.span("expires", timedelta(days=7)),
        rollout=rollout(table.table("rollout")),
        instance=capacity.instance(table, "instance"),
        serverless=capacity.serverless(table, "serverless"),
        capture=_capture(table),
        rollback_approvals=_approvals(rollback, groups),
        smoke=table.whole("smoke", 0, 100, 10),
    )
    _possible(table, said)
    return said


def _possible(table: Table, said: Stage) -> None:
    """Refuse what a serverless endpoint cannot do."""
    if said.serverless is None:
        return
    if said.instance is not None:
        raise table.wrong("serverless", "does not go with `instance`; take the one or the other out")
    if said.capture is not None:  # SageMaker Developer Guide: Deploy models with Serverless Inference
        raise table.wrong("serverless", "does not go with `capture`; take the one or the other out")
    if said.rollout != Rollout():  # SageMaker Developer Guide: Deployment guardrails
        raise table.wrong(
            "serverless",
            "takes only the rollout all-at-once without alarms, as SageMaker guards no serverless endpoint; "
            "take `rollout` out",
        )


def _named(table: Table, key: str) -> str:
    name = table.text(key, required=True)
    if not _NAME.fullmatch(name):
        raise table.wrong(key, f"is “{name}”; use letters, digits and single hyphens")
    return name


def _endpoint(table: Table) -> str:
    endpoint = table.text("endpoint", required=True)
    if "{model}" not in endpoint or not _NAME.fullmatch(endpoint.replace("{model}", "m")):
        raise table.wrong("endpoint", "must hold {model}, and besides it letters, digits and single hyphens")
    if len(endpoint.replace("{model}", "")) > _MOST_LITERAL:
        raise table.wrong(
            "endpoint", f"must have at most {_MOST_LITERAL} characters besides {{model}}; shorten it"
        )
    return endpoint


def _approvals(table: Table, groups: Mapping[str, Sequence[str]]) -> tuple[Requirement, ...] | None:
    if "approvals" not in table.items:
        return None
    requirements = []
    for entry in table.tables("approvals"):
        entry.only("group", "count")
        group = entry.text("group", required=True)
        _known_group(entry, "group", group, groups)
        requirements.append(Requirement(group, entry.whole("count", 1, 20, 1)))
    if len({requirement.group for requirement in requirements}) < len(requirements):
        raise table.wrong("approvals", "names a group twice; raise its count instead")
    return tuple(requirements)


def _known_group(table: Table, key: str, group: str, groups: Mapping[str, Sequence[str]]) -> None:
    if group not in groups:
        near = difflib.get_close_matches(group, groups, 1, 0.5)
        hint = f"did you mean “{near[0]}”?" if near else f"[groups] has {', '.join(groups) or 'none'}"
        raise table.wrong(key, f"names the group “{group}”, which [groups] does not list; {hint}")


def _capture(table: Table) -> Capture | None:
    if "capture" not in table.items:
        return None
    inner = table.table("capture")
    inner.only("percent", "to")
    return Capture(inner.whole("percent", 0, 100), address.prefix(inner, "to"))
