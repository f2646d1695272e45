"""A node of the lineage in words, the same in Slack and in a terminal; nothing in them is escaped."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.domain.lineage.graph import Edge, Kind, Node, Witness

LONGEST: Final = 60
_SHORT, _PARAMETERS, _VALUE, _DAY = 8, 4, 40, 10
_KILO: Final = 1024
_PLAIN: Final = frozenset({Witness.LINEAGE, Witness.DESCRIBED, Witness.REGISTRY, Witness.LEDGER})
"""Witnesses that a legend names; a line names any other."""
_EXACT: Final = ("sha256", "version", "etag")


def name(node: Node, longest: int = LONGEST) -> str:
    """What a node is called, in at most so many characters: of a long address the middle is left out."""
    said = node.name
    if node.kind is Kind.IMAGE:
        said = said.rpartition("/")[2]
    if node.kind is Kind.COMMIT:
        said = said[:_SHORT]
    said = said.replace("`", "'")
    half = longest // 2 - 1
    return said if len(said) <= longest else f"{said[:half]}…{said[-half:]}"


def what(node: Node) -> str:
    """What it is; of a job which kind of job."""
    kind = node.key.partition("/")[0].removeprefix("job:")
    return f"{kind} job" if node.kind is Kind.JOB and kind else node.kind.value


def told(node: Node, edge: Edge | None = None) -> Iterator[str]:
    """The few facts of it that matter to people, and of the edge that leads to it; some have marks."""
    tell = _TOLD.get(node.kind)
    yield from tell(node) if tell else ()
    if edge and edge.fact("rows") and not first(node, "rows"):
        yield f"{_count(edge.fact('rows'))} rows"
    if edge and edge.fact("traffic"):
        yield f"{edge.fact('traffic')} of the traffic"


def source(edge: Edge | None) -> str:
    """`known from a tag too`: the witnesses of an edge that are worth a word, empty where none are."""
    unusual = [one.value for one in edge.witnesses if one not in _PLAIN] if edge else []
    if edge is None or not unusual:
        return ""
    return f"known from {', '.join(unusual)}{' too' if set(edge.witnesses) & _PLAIN else ''}"


def content(node: Node) -> str:
    """What tells its bytes from others: the digest of a manifest, a sha256, a VersionId or an ETag; empty
    where nobody knows any.
    """
    exact = first(node, "manifest") if node.kind in {Kind.DATA, Kind.FEATURES} else ""
    return exact or next((said for name in _EXACT if (said := node.fact(name))), "")


def first(node: Node, of: str) -> str:
    """A fact, or the same one of a moment, such as `files when it was submitted`."""
    return node.fact(of) or next((f.value for f in node.facts if f.name.startswith(f"{of} when")), "")


def size(count: str) -> str:
    """Bytes as people say them, such as `1.4 MB`; as it stands where it is no number."""
    if not count.isdecimal():
        return count
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < _KILO:
            break
        amount, unit = amount / _KILO, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _data(node: Node) -> Iterator[str]:
    if rows := first(node, "rows"):
        yield f"{_count(rows)} rows"
    if files := first(node, "files"):
        yield f"{_count(files)} file{'' if files == '1' else 's'}"
    if amount := first(node, "bytes"):
        yield size(amount)
    if exact := content(node):
        yield f"content {exact[:_SHORT]}"


def _job(node: Node) -> Iterator[str]:
    if (status := node.fact("status")) and status != "Completed":
        yield f"{status}{': ' + node.fact('reason')[:_VALUE] if node.fact('reason') else ''}"
    if ended := node.fact("ended") or node.fact("started"):
        yield ended[:_DAY]
    known = [fact for fact in node.facts if fact.name.startswith("parameter ")]
    shown = [f"{one.name.removeprefix('parameter ')} {one.value[:_VALUE]}" for one in known[:_PARAMETERS]]
    more = f", … {len(known) - _PARAMETERS} more" if len(known) > _PARAMETERS else ""
    if shown:
        yield f"{', '.join(shown)}{more}"


def _artifact(node: Node) -> Iterator[str]:
    if amount := node.fact("bytes"):
        yield size(amount)
    if exact := content(node):
        yield f"content {exact[:_SHORT]}"


def _image(node: Node) -> Iterator[str]:
    if digest := node.fact("digest"):
        yield digest.removeprefix("sha256:")[: 2 * _SHORT]


def _version(node: Node) -> Iterator[str]:
    if approval := node.fact("approval"):
        yield approval
    if by := node.fact("registered by"):
        yield f"registered by {by[:_VALUE]}"
    if node.fact("status") == "deleted":
        yield "deleted from the registry"


def _promotion(node: Node) -> Iterator[str]:
    if status := node.fact("status"):
        yield status
    if by := node.fact("approved by"):
        yield f"approved by {by}"
    if since := node.fact("live since"):
        yield f"live since {since[:_DAY]}"


def _endpoint(node: Node) -> Iterator[str]:
    if (status := node.fact("status")) and status != "InService":
        yield status


_TOLD: Final[Mapping[Kind, Callable[[Node], Iterator[str]]]] = {
    Kind.DATA: _data,
    Kind.FEATURES: _data,
    Kind.IMAGE: _image,
    Kind.JOB: _job,
    Kind.ARTIFACT: _artifact,
    Kind.VERSION: _version,
    Kind.PROMOTION: _promotion,
    Kind.ENDPOINT: _endpoint,
}


def _count(number: str) -> str:
    return f"{int(number):,}" if number.isdecimal() else number
