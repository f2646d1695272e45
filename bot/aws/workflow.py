"""The Workflow port over Step Functions. Task tokens are born and die here."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from bot.aws.errors import code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

_SETTLED: Final = frozenset({"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"})


class StepFunctions:
    """The promotion state machine, and the tokens of the executions that wait."""

    def __init__(self, client: "SFNClient", dynamodb: "DynamoDBClient", table: str, machine: str) -> None:
        self._client, self._dynamodb, self._table, self._machine = client, dynamodb, table, machine

    def start(self, promotion_id: str) -> None:
        """See the port. An execution is named after its promotion, and a name works once (AWS Step
        Functions API: StartExecution).
        """
        try:
            self._client.start_execution(
                stateMachineArn=self._machine,
                name=promotion_id,
                input=json.dumps({"promotion": promotion_id}),
            )
        except ClientError as error:
            if code(error) != "ExecutionAlreadyExists":
                raise

    def hold(self, event: Mapping[str, Any]) -> None:
        """Keep the task token that a waiting state's event brings; other events bring none."""
        if token := event.get("token"):
            item = {"pk": {"S": _key(event["promotion"])}, "token": {"S": token}}
            self._dynamodb.put_item(TableName=self._table, Item=item)

    def resume(self, promotion_id: str) -> None:
        """See the port. A used, expired or unknown token means that it is settled already."""
        key = {"pk": {"S": _key(promotion_id)}}
        item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if not item:
            return
        try:
            self._client.send_task_success(
                taskToken=item["token"]["S"], output=json.dumps({"promotion": promotion_id})
            )
        except ClientError as error:
            if code(error) not in _SETTLED:
                raise
        self._forget(key, item["token"]["S"])

    def runs(self, promotion_id: str) -> bool:
        """See the port."""
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{promotion_id}"
        try:
            return self._client.describe_execution(executionArn=arn)["status"] == "RUNNING"
        except ClientError as error:
            if code(error) != "ExecutionDoesNotExist":
                raise
            return False

    def _forget(self, key: Any, token: str) -> None:
        # Not a newer token, which a state that asks again may have brought meanwhile.
        try:
            self._dynamodb.delete_item(
                TableName=self._table,
                Key=key,
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": {"S": token}},
            )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise


def sentence_of(error: Mapping[str, Any]) -> str:
    """What the state machine caught, in words for people; empty where it caught nothing."""
    if not error:
        return ""
    if error.get("Error") == "EndpointBusy":
        return "Somebody else was changing the endpoint for too long. Propose it again when they are done."
    return (
        "Something broke on our side in the workflow. `/mlops status` shows what serves. Your platform team "
        "finds the reason in the execution named like this promotion."
    )


def _key(promotion_id: str) -> str:
    return f"TOKEN#{promotion_id}"
