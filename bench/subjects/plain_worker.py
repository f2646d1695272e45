"""A plain worker with boto3 and slack_sdk that makes the same calls as ours for `/mlops pending`."""

import json
import os
import time
from urllib.parse import parse_qs

import boto3
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

dynamodb, ssm = boto3.client("dynamodb"), boto3.client("ssm")
table = os.environ["LEDGER_TABLE"]


def secret(name):  # noqa: ANN001, ANN201, D103
    return ssm.get_parameter(Name=os.environ[name], WithDecryption=True)["Parameter"]["Value"]


signing_secret = secret("SIGNING_SECRET_PARAMETER")
slack = WebClient(secret("BOT_TOKEN_PARAMETER"), base_url=os.environ["SLACK_API_URL"])


def handler(event, _context):  # noqa: ANN001, ANN201, D103
    for record in event["Records"]:
        message = json.loads(record["body"])
        key = {"pk": {"S": f"REQUEST#{message['signature']}"}}
        if "Item" in dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True):
            continue
        dynamodb.query(
            TableName=table,
            IndexName="UnderWay",
            KeyConditionExpression="under_way = :yes",
            ExpressionAttributeValues={":yes": {"S": "yes"}},
        )
        form = parse_qs(message["body"])
        WebhookClient(form["response_url"][0]).send(text="Nothing waits for a decision.")
        expiry = {"expires_at": {"N": str(int(time.time()) + 86400)}}
        dynamodb.put_item(TableName=table, Item=key | expiry, ConditionExpression="attribute_not_exists(pk)")
    return {"batchItemFailures": []}
