"""A line of a lineage tree: what a thing is, its name, and the few facts of it that matter."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.domain.lineage.graph import Edge, Kind, Node, Witness
from bot.domain.lineage.tree import Line
from bot.slack import rich
from bot.slack.rich import Part

_LONGEST, _SHORT, _PARAMETERS, _VALUE, _DAY = 60, 8, 4, 40, 10
_KILO: Final = 1024
_PLAIN: Final = frozenset({Witness.LINEAGE, Witness.DESCRIBED, Witness.REGISTRY, Witness.LEDGER})
"""Witnesses that a legend names; a line names any other."""
FACES: Final = {
    Kind.DATA: "🗂",
    Kind.FEATURES: "🗂",
    Kind.IMAGE: "📦",
    Kind.COMMIT: "🔖",
    Kind.JOB: "⚙️",
    Kind.ARTIFACT: "🧱",
    Kind.VERSION: "🏷",
    Kind.PROMOTION: "🚀",
    Kind.ENDPOINT: "🟢",
    Kind.OTHER: "▫️",
}


def line(of: Line) -> list[Part]:
    """A line in parts."""
    node = of.node
    parts = [rich.text(f"{FACES[node.kind]} {_what(node)} "), rich.text(name(node), code=True)]
    if of.again:
        return [*parts, rich.text("  (see its own line)")]
    for said in _said(node, of.edge):
        parts += [rich.text("  ·  "), *rich.sentence(said)]
    if of.edge and (unusual := [one for one in of.edge.witnesses if one not in _PLAIN]):
        known = set(of.edge.witnesses) & _PLAIN
        parts.append(rich.text(f"  (known from {', '.join(unusual)}{'' if not known else ' too'})"))
    if of.hidden:
        parts.append(rich.text(f"  … {of.hidden:,} more"))
    return parts


def name(node: Node) -> str:
    """What a node is called, at most sixty characters: of a long address the middle is left out."""
    said = node.name
    if node.kind is Kind.IMAGE:
        said = said.rpartition("/")[2]
    if node.kind is Kind.COMMIT:
        said = said[:_SHORT]
    said = said.replace("`", "'")
    half = _LONGEST // 2 - 1
    return said if len(said) <= _LONGEST else f"{said[:half]}…{said[-half:]}"


def size(count: str) -> str:
    """Bytes as people say them, such as `1.4 MB`; as it stands where it is no number."""
    if not count.isdigit():
        return count
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < _KILO:
            break
        amount, unit = amount / _KILO, larger
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _what(node: Node) -> str:
    kind = node.key.partition("/")[0].removeprefix("job:")
    return f"{kind} job" if node.kind is Kind.JOB and kind else node.kind.value


def _said(node: Node, edge: Edge | None) -> Iterator[str]:
    tell = _TOLD.get(node.kind)
    yield from tell(node) if tell else ()
    if edge and edge.fact("traffic"):
        yield f"{edge.fact('traffic')} of the traffic"


def _data(node: Node) -> Iterator[str]:
    if rows := _first(node, "rows"):
        yield f"{_count(rows)} rows"
    if files := _first(node, "files"):
        yield f"{_count(files)} file{'' if files == '1' else 's'}"
    if amount := _first(node, "bytes"):
        yield size(amount)
    exact = _first(node, "manifest") or node.fact("sha256") or node.fact("version") or node.fact("etag")
    if exact:
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
    if exact := node.fact("sha256") or node.fact("version") or node.fact("etag"):
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
    yield node.fact("status")
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


def _first(node: Node, of: str) -> str:
    """A fact, or the same one of a moment, such as `files when it was submitted`."""
    return node.fact(of) or next((f.value for f in node.facts if f.name.startswith(f"{of} when")), "")


def _count(number: str) -> str:
    return f"{int(number):,}" if number.isdigit() else number
