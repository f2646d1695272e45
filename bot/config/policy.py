"""mlops.toml, read and validated into a Policy.

A key that is not known, or not built yet, is an error that says so; nothing is ever ignored.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.config.capacity import prices
from bot.config.metrics import metrics
from bot.config.model import model
from bot.config.rollout import no_alarm_twice
from bot.config.stage import stage
from bot.config.table import Table
from bot.domain.policy import MACHINE, Policy, Stage
from bot.domain.refusals import Unreadable

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,}|@[a-z0-9._-]+")
_ID: Final = re.compile(r"[UW][A-Z0-9]{2,}")
_TAG: Final = re.compile(r"[\w .:/=+@-]{1,256}")  # Amazon SageMaker API: Tag; \w are letters, digits and _


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
    top.only("project", "groups", "people", "stages", "models", "prices", "metrics")
    project = top.table("project", required=True)
    project.only("name", "channel")
    groups = _groups(top.table("groups"))
    meant = metrics(top)
    policy = Policy(
        project=_project_name(project),
        channel=project.text("channel", required=True),
        groups=groups,
        people=_people(top.table("people")),
        stages=_ladder(top, groups),
        models={key: model(table, meant) for key, table in top.table("models").sub_tables()},
        digest=hashlib.sha256(raw).hexdigest(),
        prices=prices(top.table("prices")),
        metrics=meant,
    )
    for rung in policy.stages:
        no_alarm_twice(name, rung, policy.models)
    return policy


def _project_name(table: Table) -> str:
    name = table.text("name", required=True)
    if not _TAG.fullmatch(name):  # what is deployed is tagged with it
        says = "must be at most 256 letters, digits, spaces and _ . : / = + - @, as SageMaker's tags want it"
        raise table.wrong("name", says)
    return name


def _ladder(top: Table, groups: Mapping[str, Sequence[str]]) -> tuple[Stage, ...]:
    stages = tuple(stage(table, groups) for table in top.tables("stages"))
    names = {rung.name for rung in stages}
    if not names or len(names) < len(stages):
        raise Unreadable(f"{top.where} needs at least one [[stages]], each with a name of its own.")
    taken: dict[str, Stage] = {}
    for rung in stages:
        # SageMaker takes names that differ only in case for one (Amazon SageMaker API: CreateEndpoint).
        first = taken.setdefault(rung.endpoint.lower(), rung)
        if first is not rung:
            raise Unreadable(
                f"{top.where}: the stages “{first.name}” and “{rung.name}” have the same endpoint "
                f"“{rung.endpoint}”; give each an endpoint of its own, such as “{{model}}-{rung.name}”."
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
