"""Sightings: what lay under a training job's inputs, so that a later look can tell what changed."""

import gzip
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.artifact import Blob, manifest_of
from bot.domain.lineage.dataset import Drift, Moment, Sighting, drift_of, together
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.origins import Channel
from bot.usecases.ports import Ports

log: Final = logging.getLogger(__name__)
_LARGEST: Final = 10_000_000  # bytes of a list of files
_ORDER: Final = {Moment.SUBMITTED: 0, Moment.TRAINED: 1, Moment.REGISTERED: 2}
"""The sighting nearest to what the job read counts."""


def sighted(ports: Ports, job: str, moment: Moment) -> None:
    """Remember what lies under each input of a training job, once for each moment.

    An input that cannot be listed is left out: nobody saw it, and the answers say so.
    """
    try:
        channels = ports.lineage.channels(job)
    except NotFound as refusal:
        log.warning("no sighting of %s: %s", job, refusal.sentence)
        return
    known = {(one.channel, one.moment) for one in ports.origins.seen(job)}
    for channel in channels:
        if (channel.name, moment) in known:
            continue
        try:
            _see(ports, job, channel, moment)
        except Refusal as refusal:
            log.warning("no sighting of %s of %s: %s", channel.name, job, refusal.sentence)


def sighted_late(ports: Ports, job: str) -> None:
    """The same when a version is registered, of a job that nobody saw running."""
    if job and not ports.origins.seen(job):
        sighted(ports, job, Moment.REGISTERED)


def drift_known(ports: Ports, job: str) -> str:
    """How a training job's data has changed since, in words, empty where it has not or nobody knows; it keeps
    nobody waiting.
    """
    try:
        return together(drifts(ports, job)[0]) if job else ""
    except Exception:
        log.exception("the drift of what %s read is not known", job)
        return ""


def drifts(ports: Ports, job: str) -> tuple[tuple[Drift, ...], tuple[str, ...]]:
    """How a training job's inputs differ from what they were, those that do; and the addresses of those of
    which nobody knows what they were, or are.
    """
    seen: dict[str, Sighting] = {}
    for one in sorted(ports.origins.seen(job), key=lambda it: (_ORDER[it.moment], it.at), reverse=True):
        seen[one.channel] = one
    found, unknown = [], []
    for channel in _channels(ports, job, seen.values()):
        sighting = seen.get(channel.name)
        try:
            drift = _drift(ports, sighting) if sighting else None
        except Exception as problem:  # noqa: BLE001 - throttled, forbidden, gone: all the same nobody knows
            log.warning("the drift of %s is not known: %s", channel.uri, type(problem).__name__)
            drift = None
        if drift is None:
            unknown.append(channel.uri)
        elif drift:
            found.append(drift)
    return tuple(found), tuple(unknown)


def changed_while_it_trained(sightings: Iterable[Sighting]) -> tuple[str, ...]:
    """The addresses whose content was another when the job had ended than when it began."""
    by: dict[tuple[str, Moment], Sighting] = {(one.channel, one.moment): one for one in sightings}
    pairs = [(by.get((c, Moment.SUBMITTED)), by.get((c, Moment.TRAINED))) for c in sorted({c for c, _ in by})]
    return tuple(a.manifest.uri for a, b in pairs if a and b and a.manifest.digest != b.manifest.digest)


def _see(ports: Ports, job: str, channel: Channel, moment: Moment) -> None:
    blobs = _blobs(ports, channel.uri)
    manifest = manifest_of(channel.uri, blobs)
    listing = ports.artifacts.write(f"listings/{manifest.digest}.json.gz", _listing(blobs))
    sighting = Sighting(job, channel.name, moment, ports.clock.now(), manifest, listing.uri)
    ports.origins.see(sighting)


def _blobs(ports: Ports, uri: str) -> Sequence[Blob]:
    """All objects that begin with an address: a channel reads these, folder or not. Raises NotFound."""
    found = ports.artifacts.files(uri)
    if len(found) == 1 and found[0].uri == uri:
        return [ports.artifacts.look(uri)]  # which knows its sha256, too
    if not found:
        raise NotFound(f"There is nothing at {uri}.")
    return found


def _drift(ports: Ports, sighting: Sighting) -> Drift | None:
    """What changed since then; None where the list of the files was not kept."""
    if not sighting.listing:
        return None
    uri = sighting.manifest.uri
    now = ports.artifacts.files(uri)
    if manifest_of(uri, now).digest == sighting.manifest.digest:
        return Drift(uri, sighting.manifest.files)
    then = _listed(ports.artifacts.read(sighting.listing, _LARGEST))
    return drift_of(uri, then, now)


def _channels(ports: Ports, job: str, seen: Iterable[Sighting]) -> Sequence[Channel]:
    """What the job reads; where nobody can tell now, what was seen."""
    try:
        return ports.lineage.channels(job)
    except Exception as problem:  # noqa: BLE001 - throttled, forbidden, gone
        log.warning("what %s reads is not known: %s", job, type(problem).__name__)
        return [Channel(one.channel, one.manifest.uri) for one in seen]


def _listing(blobs: Sequence[Blob]) -> bytes:
    """One list for the same files, whoever writes it and when."""
    rows = [[blob.uri, blob.version, blob.etag, blob.size, blob.sha256] for blob in blobs]
    return gzip.compress(json.dumps(sorted(rows), separators=(",", ":")).encode(), mtime=0)


def _listed(content: bytes) -> list[Blob]:
    return [Blob(*row) for row in json.loads(gzip.decompress(content))]
