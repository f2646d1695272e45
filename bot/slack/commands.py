"""Commands: what a person can want, as values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A version as people write it; `number` is None for the latest."""

    model: str
    number: int | None


@dataclass(frozen=True)
class Help:
    """`help [verb]`."""

    verb: str = ""


@dataclass(frozen=True)
class Models:
    """`models`."""


@dataclass(frozen=True)
class Show:
    """`show MODEL[:V]`."""

    target: Target


@dataclass(frozen=True)
class Report:
    """`report MODEL[:V]`."""

    target: Target


@dataclass(frozen=True)
class Compare:
    """`compare MODEL:V [MODEL:W]`; `other` is None for what is live."""

    target: Target
    other: Target | None


@dataclass(frozen=True)
class Pending:
    """`pending`."""


@dataclass(frozen=True)
class StatusOf:
    """`status [MODEL]`."""

    model: str = ""


@dataclass(frozen=True)
class Approve:
    """`approve MODEL:V [to STAGE] [-- comment]`."""

    target: Target
    stage: str
    comment: str


@dataclass(frozen=True)
class Reject:
    """`reject MODEL:V [to STAGE] -- reason`."""

    target: Target
    stage: str
    reason: str


@dataclass(frozen=True)
class Deploy:
    """`deploy MODEL:V to STAGE`."""

    target: Target
    stage: str


@dataclass(frozen=True)
class Rollback:
    """`rollback MODEL in STAGE [to V]`; `number` is None for whatever was live before."""

    model: str
    stage: str
    number: int | None


@dataclass(frozen=True)
class Thing:
    """Something by its name; `kind` is a word of `words.KINDS`, empty where nobody said one."""

    name: str
    kind: str = ""


@dataclass(frozen=True)
class Lineage:
    """`lineage MODEL[:V]` or `lineage THING`; a bare word may be either."""

    target: Target | None
    thing: Thing | None


@dataclass(frozen=True)
class History:
    """`history MODEL`."""

    model: str


@dataclass(frozen=True)
class Freeze:
    """`freeze MODEL -- reason`."""

    model: str
    reason: str


@dataclass(frozen=True)
class Unfreeze:
    """`unfreeze MODEL -- reason`."""

    model: str
    reason: str


Question = Models | StatusOf | Show | Report | Compare | Lineage | History
"""What changes nothing, besides `help` and `pending`."""
Command = Help | Pending | Question | Approve | Reject | Deploy | Rollback | Freeze | Unfreeze
