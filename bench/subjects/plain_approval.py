"""A plain worker with boto3 and slack_sdk that makes the same calls as ours for a click on Approve."""

import hashlib
import json
import os
import time
from urllib.parse import parse_qs

import boto3
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

dynamodb, ssm, s3 = boto3.client("dynamodb"), boto3.client("ssm"), boto3.client("s3")
sagemaker, states = boto3.client("sagemaker"), boto3.client("stepfunctions")
table = os.environ["LEDGER_TABLE"]


def secret(name):  # noqa: ANN001, ANN201, D103
    return ssm.get_parameter(Name=os.environ[name], WithDecryption=True)["Parameter"]["Value"]


signing_secret = secret("SIGNING_SECRET_PARAMETER")
slack = WebClient(secret("BOT_TOKEN_PARAMETER"), base_url=os.environ["SLACK_API_URL"])


def handler(event, _context):  # noqa: ANN001, ANN201, D103
    for record in event["Records"]:
        message = json.loads(record["body"])
        click = json.loads(parse_qs(message["body"])["payload"][0])
        request = f"REQUEST#{message['signature']}"
        if found(request):
            continue
        promotion_id = click["actions"][0]["value"]
        promotion = read(promotion_id)
        look(promotion)
        found(f"FREEZE#{promotion['version']['model']}")
        approve(promotion_id, click["user"]["id"])
        resume(promotion_id)
        draw(promotion_id)
        WebhookClient(click["response_url"]).send(text="You approved it.", response_type="ephemeral")
        expiry = {"expires_at": {"N": str(int(time.time()) + 86400)}}
        put({"pk": {"S": request}} | expiry, "attribute_not_exists(pk)")
    return {"batchItemFailures": []}


def look(promotion):  # noqa: ANN001, ANN201, D103
    sagemaker.describe_model_package(ModelPackageName=promotion["arn"])
    for copy in promotion["copies"]:
        for blob in (copy["source"], copy["kept"]):
            bucket, key = split(blob["uri"])
            s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    digests = []
    for uri in (promotion["report"], promotion["trials"][0]["report"]):
        bucket, key = split(uri)
        digests.append(hashlib.sha256(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).hexdigest())
    bucket, prefix = split(promotion["trials"][0]["data"]["uri"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        digests += [one["ETag"] for one in page["Versions"]]
    return digests


def approve(promotion_id, who):  # noqa: ANN001, ANN201, D103
    promotion = read(promotion_id)
    promotion["consents"].append({"person": who, "at": time.time()})
    item = {"pk": {"S": f"PROMOTION#{promotion_id}"}, "body": {"S": json.dumps(promotion)}}
    revision = {"revision": {"N": str(promotion["revision"] + 1)}}
    put(item | revision, "revision = :old", {":old": {"N": str(promotion["revision"])}})


def resume(promotion_id):  # noqa: ANN001, ANN201, D103
    token = found(f"TOKEN#{promotion_id}")
    output = json.dumps({"promotion": promotion_id})
    states.send_task_success(taskToken=token["token"]["S"], output=output)
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": f"TOKEN#{promotion_id}"}})


def draw(promotion_id):  # noqa: ANN001, ANN201, D103
    put({"pk": {"S": f"BRUSH#{promotion_id}"}}, "attribute_not_exists(pk)")
    promotion = read(promotion_id)
    card = json.loads(found(f"CARD#{promotion_id}")["body"]["S"])
    text = f"{promotion['version']['model']} to {promotion['stage']}: {promotion['status']}"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    slack.chat_update(channel=card["channel"], ts=card["ts"], text=text, blocks=[section])
    put({"pk": {"S": f"CARD#{promotion_id}"}, "body": {"S": json.dumps(card)}})
    for entry in promotion["story"][card["told"] :]:
        slack.chat_postMessage(channel=card["channel"], thread_ts=card["ts"], text=entry["text"])
        put({"pk": {"S": f"CARD#{promotion_id}"}, "body": {"S": json.dumps(card)}})
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": f"BRUSH#{promotion_id}"}})
    return read(promotion_id)["revision"] == promotion["revision"]


def read(promotion_id):  # noqa: ANN001, ANN201, D103
    return json.loads(found(f"PROMOTION#{promotion_id}")["body"]["S"])


def found(key):  # noqa: ANN001, ANN201, D103
    return dynamodb.get_item(TableName=table, Key={"pk": {"S": key}}, ConsistentRead=True).get("Item")


def put(item, condition=None, values=None):  # noqa: ANN001, ANN201, D103
    more = {"ConditionExpression": condition} if condition else {}
    more |= {"ExpressionAttributeValues": values} if values else {}
    dynamodb.put_item(TableName=table, Item=item, **more)


def split(uri):  # noqa: ANN001, ANN201, D103
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
