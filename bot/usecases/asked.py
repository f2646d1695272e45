"""Asked: what a person wants the lineage of, whether they name a model, a version or a thing."""

import re
from dataclasses import replace
from typing import Final

from bot.domain.lineage import keys
from bot.domain.lineage.graph import Kind
from bot.domain.model import Version
from bot.domain.refusals import NotFound
from bot.usecases.lineage import trace, trace_endpoint, trace_key, trace_live
from bot.usecases.ports import Ports
from bot.usecases.recall import recall
from bot.usecases.traced import Asked, Recalled, Traced

_BUCKET: Final = re.compile(r"arn:[^:]*:s3:::|s3://", re.IGNORECASE)


def lineage_of(ports: Ports, model: str, number: int | None, thing: Asked | None) -> Traced | Recalled:
    """The lineage of a version, of what is live of a model, or of a thing. Where a bare word may be a model
    or a thing, both `model` and `thing` are given, and a model counts first.

    Raises:
        NotFound: There is nothing of that name.
    """
    if model and number is not None:
        return trace(ports, Version(model, number))
    if model:
        try:
            return trace_live(ports, model)
        except NotFound as unknown:
            if thing is None or not (found := _known(ports, thing)):
                raise unknown from None
            return found
    if thing is None:
        raise NotFound("There is nothing of that name.")
    return _of_thing(ports, _plain(thing))


def _of_thing(ports: Ports, thing: Asked) -> Traced | Recalled:
    key = keys.of_arn(thing.name) if thing.name.startswith("arn:") else ""
    if thing.kind is Kind.ENDPOINT:
        return trace_endpoint(ports, thing.name)
    if keys.kind_of(key) in {Kind.ENDPOINT, Kind.VERSION}:
        return trace_key(ports, key)
    return recall(ports, thing)


def _plain(thing: Asked) -> Asked:
    """An address in S3 however it is written: as an ARN, or with the scheme in capitals."""
    if match := _BUCKET.match(thing.name):
        return replace(thing, name=f"s3://{thing.name[match.end() :]}")
    return thing


def _known(ports: Ports, thing: Asked) -> Traced | Recalled | None:
    """What the word means where it is no model: an endpoint, or something that a version came from."""
    try:
        return trace_endpoint(ports, thing.name)
    except NotFound:
        found = recall(ports, thing)
        return found if found.found.starts else None
