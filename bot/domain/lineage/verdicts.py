"""What is to be said of a recall, in sentences that Slack and a terminal share; see `sentences`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.domain.lineage.graph import Graph
from bot.domain.lineage.recall import Learned, Recall
from bot.domain.lineage.sentences import address, counted, quoted, some
from bot.domain.model import Version
from bot.domain.promotion import Promotion
from bot.domain.wording import listed, moment, person

_SETS = 5


def verdict(asked: str, found: Recall, live: int, versions: int, unread: int) -> str:
    """The answer in a sentence, which says what keeps it from being the whole one: so many versions are
    live, so many were judged, and so many are left for the next answer.
    """
    unsure = doubt(found, unread)
    if not found.starts:
        return f"Nothing that I have read knows `{address(asked)}`{unsure or '.'}"
    if not found.learned:
        none = f"None of {versions:,} versions that I have read learned from it"
        return f"{none}{unsure or ', and every live endpoint has a lineage to judge by.'}"
    models = {one.version.model for one in found.learned}
    many = f"{len(found.learned):,} version{'' if len(found.learned) == 1 else 's'}"
    of = f" of {len(models):,} models" if len(models) > 1 else f" of {found.learned[0].version.model}"
    lives = f"{live:,} of them {'is' if live == 1 else 'are'} live" if live else "none of them is live"
    return f"{many}{of} learned from it; {lives}{unsure or '.'}"


def doubt(found: Recall, unread: int) -> str:
    """What keeps an answer from being the whole one, as a sentence's end; empty where nothing does."""
    said = []
    if unjudged := len(found.unjudged):
        has = "has" if unjudged == 1 else "have"
        said.append(f"{unjudged:,} of {found.endpoints:,} live endpoints {has} no lineage to judge by")
    if unread:
        said.append(waiting(unread))
    if found.gaps:
        said.append(counted(found.gaps, 0))
    return f" — but {listed(said)}." if said else ""


def waiting(unread: int) -> str:
    """How many versions the next answer has to read."""
    return f"{unread:,} version{' is' if unread == 1 else 's are'} not read yet"


def decided(promotion: Promotion | None) -> str:
    """Who let it go live."""
    if promotion is None:
        return "No promotion of mine put it there."
    since = f" Live since {moment(promotion.went_live)}." if promotion.went_live else ""
    if not promotion.consents:
        return f"Its stage asks nobody: the evidence decided.{since}"
    return f"Approved by {listed([person(consent.person) for consent in promotion.consents])}.{since}"


def serving(share: str, how: str) -> str:
    """What part it has in what callers hear, as a sentence's end."""
    return f" with {share} of the traffic" if share else f", {how}" if how else ""


def jobs_between(found: Recall, version: Version) -> tuple[str, ...]:
    """The jobs on the way from what was asked for to a version, by key."""
    way = next((one.way for one in found.learned if one.version == version), ())
    return tuple(key for key in way if key.startswith("job:"))


def idle(found: Recall) -> Mapping[str, Sequence[Learned]]:
    """The versions that learned from it and are not live, by model."""
    by = defaultdict[str, list[Learned]](list)
    for one in found.learned:
        if not one.live:
            by[one.version.model].append(one)
    return by


def matched(asked: str, found: Recall, graph: Graph) -> str:
    """What the name stands for, empty where it is the name of one thing."""
    names = [quoted(graph, key) for key in found.starts]
    if names in ([], [f"`{address(asked)}`"]):
        return ""
    return f"It stands for {len(names):,}: {some(names, _SETS)}."
