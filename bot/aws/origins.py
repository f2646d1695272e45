"""The Origins port over the ledger's table.

Items: `LINEAGE#<model>:<n>` and `JOB#<sha256 of what was read and made>`, listed by the model index under
names that no model can have; and `DATA#<job>`, the sightings of a training job's inputs. Every write is
conditional.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.codec import from_plain, to_plain
from bot.aws.errors import code
from bot.aws.graph_codec import packed, unpacked
from bot.aws.ledger import MODEL_INDEX
from bot.domain.lineage import keys
from bot.domain.lineage.dataset import Sighting
from bot.domain.lineage.graph import Gap, Graph, merged
from bot.domain.model import Version
from bot.usecases.origins import Origin, Registered

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_VERSIONS, _JOBS = "#lineage", "#lineage-jobs"
_LARGEST: Final = 300_000  # bytes of a graph; an item has 400 KB (Amazon DynamoDB: Quotas)
_KEPT: Final = timedelta(days=400)  # what monitors write each hour under a new date is not kept for ever
_LOST: Final = "ConditionalCheckFailedException"
_TRIES: Final = 5


class DynamoOrigins:
    """Origins by version, and all of them by the index that lists a model's promotions."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client, self._table = client, table

    def keep(self, origin: Origin) -> None:
        """See the port."""
        known = origin.registered
        at = _moment(known.registered_at)
        item: dict[str, Any] = {
            "pk": {"S": f"LINEAGE#{known.version}"},
            "model": {"S": _VERSIONS},
            "opened_at": {"S": f"{at}#{known.version}"},
            "arn": {"S": known.arn},
            "registered_at": {"S": at},
            "read_at": {"S": _moment(origin.read_at)},
            "whole": {"BOOL": origin.is_whole},
            "graph": {"B": _fitting(origin)},
        }
        newer = "attribute_not_exists(pk) OR registered_at < :at"
        same = "(registered_at = :at AND (:whole = :yes OR whole <> :yes))"
        values = {":at": {"S": at}, ":whole": item["whole"], ":yes": {"BOOL": True}}
        self._put(item, f"{newer} OR {same}", values)

    def find(self, version: Version) -> Origin | None:
        """See the port."""
        item = self._get(f"LINEAGE#{version}")
        return _origin(item) if item else None

    def all(self) -> Sequence[Origin]:
        """See the port."""
        return [_origin(item) for item in self._listed(_VERSIONS)]

    def keep_job(self, job: str, graph: Graph) -> None:
        """See the port."""
        ends = sorted(
            {f"{one.before}|{one.after}".replace(keys.job("processing", job), "") for one in graph.edges}
        )
        alike = hashlib.sha256("\n".join(ends).encode()).hexdigest()
        item: dict[str, Any] = {
            "pk": {"S": f"JOB#{alike}"},
            "model": {"S": _JOBS},
            "opened_at": {"S": alike},
            "graph": {"B": packed(graph)},
            "expires_at": {"N": str(int(time.time() + _KEPT.total_seconds()))},
        }
        self._put(item, "attribute_not_exists(pk)", None)

    def jobs(self) -> Sequence[Graph]:
        """See the port."""
        return [unpacked(item["graph"]["B"]) for item in self._listed(_JOBS)]

    def _listed(self, under: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=MODEL_INDEX,
            KeyConditionExpression="#model = :listed",
            ExpressionAttributeNames={"#model": "model"},
            ExpressionAttributeValues={":listed": {"S": under}},
        )
        for page in pages:
            yield from page["Items"]

    def see(self, sighting: Sighting) -> None:
        """See the port."""
        for _ in range(_TRIES):
            item = self._get(f"DATA#{sighting.job}")
            seen = _sightings(item)
            if any((one.channel, one.moment) == (sighting.channel, sighting.moment) for one in seen):
                return
            revision = int(item["revision"]["N"]) if item else 0
            body = json.dumps([to_plain(one) for one in (*seen, sighting)], ensure_ascii=False)
            fresh = {
                "pk": {"S": f"DATA#{sighting.job}"},
                "revision": {"N": str(revision + 1)},
                "body": {"S": body},
            }
            values = {":old": {"N": str(revision)}} if revision else None
            if self._put(fresh, "revision = :old" if revision else "attribute_not_exists(pk)", values):
                return

    def seen(self, job: str) -> Sequence[Sighting]:
        """See the port."""
        return sorted(_sightings(self._get(f"DATA#{job}")), key=lambda one: (one.at, one.channel))

    def _get(self, key: str) -> dict[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": key}}, ConsistentRead=True)
        return answer.get("Item")

    def _put(self, item: dict[str, Any], condition: str, values: dict[str, Any] | None) -> bool:
        """Whether the condition held."""
        extra: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=condition, **extra)
        except ClientError as error:
            if code(error) != _LOST:
                raise
            return False
        return True


def _fitting(origin: Origin) -> bytes:
    """The graph as it fits into an item: one that is too large is kept as a gap, to be read each time."""
    content = packed(origin.graph)
    if len(content) <= _LARGEST:
        return content
    key = keys.version(origin.registered.version)
    gap = Gap(key, f"its {len(origin.graph.nodes):,} nodes are too many to be kept")
    return packed(merged([Graph(gaps=(gap,))]))


def _origin(item: Mapping[str, Any]) -> Origin:
    model, _, number = item["pk"]["S"].removeprefix("LINEAGE#").rpartition(":")
    at, read_at = (datetime.fromisoformat(item[name]["S"]) for name in ("registered_at", "read_at"))
    registered = Registered(Version(model, int(number)), item["arn"]["S"], at)
    return Origin(registered, unpacked(item["graph"]["B"]), read_at)


def _sightings(item: Mapping[str, Any] | None) -> list[Sighting]:
    return [from_plain(Sighting, one) for one in json.loads(item["body"]["S"])] if item else []


def _moment(when: datetime) -> str:
    """In one zone and one form, so that texts sort as times do."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")
