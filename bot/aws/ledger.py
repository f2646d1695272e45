"""The Ledger port over one DynamoDB table.

Items: `PROMOTION#<id>` with the promotion as JSON beside the attributes that conditions and indexes
need; `CARD#<id>` with where its card is; `BRUSH#<id>`, held by whoever draws; `REQUEST#<id>`, answered
deliveries; `FREEZE#<model>`, a model's freezes; `TOKEN#<id>`, which belongs to the workflow adapter.
Every write is conditional.
"""

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.codec import from_plain, to_plain
from bot.aws.errors import code
from bot.domain.freeze import Freeze
from bot.domain.promotion import Card, Promotion
from bot.domain.refusals import NotFound
from bot.usecases.ports import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

UNDER_WAY_INDEX: Final = "UnderWay"
MODEL_INDEX: Final = "Model"
_LEASE: Final = 20  # seconds a brush is held at the most; longer than a drawing takes
_PATIENCE: Final = 8  # seconds to wait for a brush
_DAY: Final = 86_400
_LOST: Final = "ConditionalCheckFailedException"


class DynamoLedger:
    """Promotions by id, strongly read; lists by two indexes, which lag a little."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client, self._table = client, table

    def open(self, promotion: Promotion) -> bool:
        """See the port."""
        return self._put(_item(replace(promotion, revision=1)), "attribute_not_exists(pk)") is not None

    def find(self, promotion_id: str) -> Promotion | None:
        """See the port."""
        item = self._get(f"PROMOTION#{promotion_id}")
        return _promotion(item) if item else None

    def promotion(self, promotion_id: str) -> Promotion:
        """See the port."""
        found = self.find(promotion_id)
        if found is None:
            raise NotFound(f"There is no promotion {promotion_id}. `/mlops pending` lists what waits.")
        return found

    def save(self, promotion: Promotion) -> Promotion:
        """See the port."""
        newer = replace(promotion, revision=promotion.revision + 1)
        if self._put(_item(newer), "revision = :old", {":old": {"N": str(promotion.revision)}}) is None:
            raise Conflict(promotion.id)
        return newer

    def card(self, promotion_id: str) -> Card | None:
        """See the port."""
        item = self._get(f"CARD#{promotion_id}")
        return from_plain(Card, json.loads(item["body"]["S"])) if item else None

    def save_card(self, promotion_id: str, card: Card) -> None:
        """See the port."""
        item = {"pk": {"S": f"CARD#{promotion_id}"}, "body": {"S": json.dumps(to_plain(card))}}
        shown = {"shows": {"N": str(card.shows)}, "told": {"N": str(card.told)}}
        never_back = "attribute_not_exists(pk) OR (shows <= :shows AND told <= :told)"
        self._put({**item, **shown}, never_back, {":shows": shown["shows"], ":told": shown["told"]})

    @contextmanager
    def brush(self, promotion_id: str) -> Iterator[bool]:
        """See the port."""
        key, owner = f"BRUSH#{promotion_id}", secrets.token_hex(8)
        smudged = self._take(key, owner)
        try:
            yield smudged
        except Exception:
            # Free at once, but not put down: after a fault the next one looks at what hangs there.
            item = {"pk": {"S": key}, "owner": {"S": owner}, "until": {"N": "0"}}
            self._put(item, "#owner = :owner", {":owner": item["owner"]}, {"#owner": "owner"})
            raise
        self._give_back(key, owner)

    def under_way(self) -> Sequence[Promotion]:
        """See the port."""
        return self._query(UNDER_WAY_INDEX, "under_way", "yes", newest_first=False)

    def of_model(self, model: str, most: int = 200) -> Sequence[Promotion]:
        """See the port."""
        return self._query(MODEL_INDEX, "model", model, newest_first=True, most=most)

    def freeze_of(self, model: str) -> Freeze:
        """See the port."""
        item = self._get(f"FREEZE#{model}")
        return from_plain(Freeze, json.loads(item["body"]["S"])) if item else Freeze(model)

    def save_freeze(self, freeze: Freeze) -> Freeze:
        """See the port."""
        newer = replace(freeze, revision=freeze.revision + 1)
        item = {"pk": {"S": f"FREEZE#{freeze.model}"}, "revision": {"N": str(newer.revision)}}
        body = {"body": {"S": json.dumps(to_plain(newer), ensure_ascii=False)}}
        known = "revision = :old" if freeze.revision else "attribute_not_exists(pk)"
        values = {":old": {"N": str(freeze.revision)}} if freeze.revision else None
        if self._put({**item, **body}, known, values) is None:
            raise Conflict(freeze.model)
        return newer

    def was_done(self, request: str) -> bool:
        """See the port."""
        return self._get(f"REQUEST#{request}") is not None

    def done(self, request: str) -> None:
        """See the port."""
        expiry = {"N": str(int(time.time()) + _DAY)}
        self._put({"pk": {"S": f"REQUEST#{request}"}, "expires_at": expiry}, "attribute_not_exists(pk)")

    def _take(self, key: str, owner: str) -> bool:
        deadline = time.monotonic() + _PATIENCE
        pause = 0.02
        while True:
            now = time.time()
            item = {"pk": {"S": key}, "owner": {"S": owner}, "until": {"N": f"{now + _LEASE:.3f}"}}
            free = "attribute_not_exists(pk) OR #until < :now"
            before = self._put(item, free, {":now": {"N": f"{now:.3f}"}}, {"#until": "until"})
            if before is not None:
                return bool(before)
            if time.monotonic() > deadline:
                raise Conflict(key)
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _give_back(self, key: str, owner: str) -> None:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"pk": {"S": key}},
                ConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": owner}},
            )
        except ClientError as error:
            if code(error) != _LOST:
                raise

    def _get(self, key: str) -> dict[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key={"pk": {"S": key}}, ConsistentRead=True)
        return answer.get("Item")

    def _put(
        self,
        item: dict[str, Any],
        condition: str,
        values: dict[str, Any] | None = None,
        names: dict[str, str] | None = None,
    ) -> Mapping[str, Any] | None:
        """What the item was before, empty where there was none; None where the condition did not hold."""
        extra: dict[str, Any] = {"ExpressionAttributeValues": values} if values else {}
        if names:
            extra["ExpressionAttributeNames"] = names
        where: dict[str, Any] = {"TableName": self._table, "ConditionExpression": condition}
        try:
            return self._client.put_item(Item=item, ReturnValues="ALL_OLD", **where, **extra).get(
                "Attributes", {}
            )
        except ClientError as error:
            if code(error) != _LOST:
                raise
            return None

    def _query(
        self, index: str, key: str, value: str, *, newest_first: bool, most: int | None = None
    ) -> Sequence[Promotion]:
        found: list[Promotion] = []
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#key = :value",
            ExpressionAttributeNames={"#key": key},
            ExpressionAttributeValues={":value": {"S": value}},
            ScanIndexForward=not newest_first,
        )
        for page in pages:
            found += [_promotion(item) for item in page["Items"]]
            if most is not None and len(found) >= most:
                return found[:most]
        return found


def _item(promotion: Promotion) -> dict[str, Any]:
    item = {
        "pk": {"S": f"PROMOTION#{promotion.id}"},
        "revision": {"N": str(promotion.revision)},
        "status": {"S": promotion.status.value},
        "model": {"S": promotion.version.model},
        "opened_at": {"S": f"{promotion.opened_at.isoformat()}#{promotion.id}"},
        "body": {"S": json.dumps(to_plain(promotion), ensure_ascii=False)},
    }
    if not promotion.is_done:
        item["under_way"] = {"S": "yes"}
    return item


def _promotion(item: dict[str, Any]) -> Promotion:
    return from_plain(Promotion, json.loads(item["body"]["S"]))
