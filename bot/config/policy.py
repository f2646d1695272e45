"""mlops.toml, read and validated into a Policy.

A key that is not known, or not built yet, is an error that says so; nothing is ever ignored.
"""

import difflib
import hashlib
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from bot.config.table import Table
from bot.domain.comparison import direction
from bot.domain.guardrails import parse_guardrail
from bot.domain.policy import (
    MACHINE,
    Instance,
    ModelPolicy,
    Policy,
    Requirement,
    Rollout,
    RolloutKind,
    Stage,
)
from bot.domain.refusals import Unreadable

_LATER: Final = {"stages": {"remind", "freeze"}, "models": {"test_data"}}
_NAME = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}|@[a-z0-9._-]+")
_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_TAG = re.compile(r"[\w .:/=+@-]{1,256}")  # Amazon SageMaker API: Tag; \w are letters, digits and _
_MOST_LITERAL: Final = 40  # of an endpoint's 63 characters (Amazon SageMaker API: CreateEndpoint)
_LONGEST_BAKE: Final = timedelta(hours=1)  # Amazon SageMaker API: TrafficRoutingConfig
_MOST_ALARMS: Final = 10  # Amazon SageMaker API: AutoRollbackConfig


def load_policy(path: Path) -> Policy:
    """The policy in the file.

    Raises:
        Unreadable: The file is missing, no TOML, or says something that is not understood; the
            sentence names the key.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}.") from None
    return parse_policy(raw, path.name)


def parse_policy(raw: bytes, name: str = "mlops.toml") -> Policy:
    """The policy in the file's bytes; see `load_policy`."""
    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not TOML: {error}.") from None
    top = Table(document, name)
    top.only("project", "groups", "people", "stages", "models")
    project = top.table("project", required=True)
    project.only("name", "channel")
    groups = _groups(top.table("groups"))
    return Policy(
        project=_project_name(project),
        channel=project.text("channel", required=True),
        groups=groups,
        people=_people(top.table("people")),
        stages=_ladder(top, groups),
        models={key: _model(table) for key, table in top.table("models").sub_tables()},
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _project_name(table: Table) -> str:
    name = table.text("name", required=True)
    if not _TAG.fullmatch(name):  # what is deployed is tagged with it
        says = "must be at most 256 letters, digits, spaces and _ . : / = + - @, as SageMaker's tags want it"
        raise table.wrong("name", says)
    return name


def _ladder(top: Table, groups: Mapping[str, Sequence[str]]) -> tuple[Stage, ...]:
    stages = tuple(_stage(table, groups) for table in top.tables("stages"))
    names = {stage.name for stage in stages}
    if not names or len(names) < len(stages):
        raise Unreadable(f"{top.where} needs at least one [[stages]], each with a name of its own.")
    taken: dict[str, Stage] = {}
    for stage in stages:
        # SageMaker takes names that differ only in case for one (Amazon SageMaker API: CreateEndpoint).
        first = taken.setdefault(stage.endpoint.lower(), stage)
        if first is not stage:
            raise Unreadable(
                f"{top.where}: the stages “{first.name}” and “{stage.name}” have the same endpoint "
                f"“{stage.endpoint}”; give each an endpoint of its own, such as “{{model}}-{stage.name}”."
            )
    return stages


def _groups(table: Table) -> dict[str, tuple[str, ...]]:
    groups = {}
    for name in table.items:
        groups[name] = table.texts(name)
        for entry in groups[name]:
            if not _PERSON.fullmatch(entry):
                raise table.wrong(name, f"has “{entry}”; write a Slack user id or a @user-group")
    return groups


def _people(table: Table) -> dict[str, str]:
    people = {}
    for name in table.items:
        people[name] = table.text(name, required=True)
        if people[name] != MACHINE and not _ID.fullmatch(people[name]):
            raise table.wrong(name, f"is “{people[name]}”; write a Slack user id, or “{MACHINE}”")
    return people


def _stage(table: Table, groups: Mapping[str, Sequence[str]]) -> Stage:
    known = ("name", "endpoint", "approvals", "notify", "four_eyes", "expires", "rollout", "instance")
    table.only(*known, later=_LATER["stages"])
    notify = table.texts("notify")
    for group in notify:
        _known_group(table, "notify", group, groups)
    eyes = table.value("four_eyes", bool, "true or false")
    return Stage(
        name=_named(table, "name"),
        endpoint=_endpoint(table),
        approvals=_approvals(table, groups),
        notify=notify,
        four_eyes=True if eyes is None else eyes,
        expires=table.span("expires", timedelta(days=7)),
        rollout=_rollout(table.table("rollout")),
        instance=_instance(table) if "instance" in table.items else None,
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


def _rollout(table: Table) -> Rollout:
    table.only("kind", "percent", "bake", "alarms")
    kind = table.text("kind") or RolloutKind.ALL_AT_ONCE.value
    if kind in {"linear", "rolling"}:
        raise table.wrong("kind", f"“{kind}” is not built yet; use all-at-once or canary")
    if kind not in {known.value for known in RolloutKind}:
        raise table.wrong("kind", f"is “{kind}”; use all-at-once or canary")
    alarms = table.texts("alarms")
    if len(alarms) > _MOST_ALARMS:
        raise table.wrong("alarms", f"must be at most {_MOST_ALARMS}, as SageMaker wants it")
    if kind == RolloutKind.ALL_AT_ONCE:
        if table.items.keys() & {"percent", "bake"}:
            raise table.wrong("kind", "all-at-once takes no percent and no bake")
        return Rollout(alarms=alarms)
    bake = table.span("bake", timedelta(minutes=10))
    if bake > _LONGEST_BAKE:
        raise table.wrong("bake", "must be at most “1h”, as SageMaker wants it")
    return Rollout(RolloutKind.CANARY, table.whole("percent", 1, 50), bake, alarms)


def _instance(table: Table) -> Instance:
    inner = table.table("instance")
    inner.only("type", "count")
    return Instance(inner.text("type", required=True), inner.whole("count", 1, 100, 1))


def _model(table: Table) -> ModelPolicy:
    table.only("channel", "guardrails", "tolerance", later=_LATER["models"])
    bounds = table.table("guardrails")
    tolerance = table.table("tolerance")
    return ModelPolicy(
        channel=table.text("channel"),
        guardrails=tuple(_bound(bounds, metric) for metric in bounds.items),
        tolerance={metric: _tolerated(tolerance, metric) for metric in tolerance.items},
    )


def _bound(table: Table, metric: str) -> Any:
    try:
        return parse_guardrail(metric, table.text(metric, required=True))
    except Unreadable as problem:
        raise Unreadable(f"{table.where}: {problem.sentence}") from None


def _tolerated(table: Table, metric: str) -> float:
    value = table.value(metric, (int, float), "a number")
    if not 0 <= value <= sys.float_info.max:
        raise table.wrong(metric, "must be a number of 0 or more")
    if direction(metric) is None:
        raise table.wrong(metric, "has no known direction, so nothing can be worse; use a guardrail")
    return float(value)
