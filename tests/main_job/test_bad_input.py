"""Whatever people and systems send: a sentence that says what to do next, and nothing changed."""

import hashlib
import hmac
import time
import urllib.error
import urllib.request

import pytest

from tests.main_job.model import Model
from tests.main_job.town import Town, until, words

COMMANDS = [
    ("frobnicate", "I do not know “frobnicate”. `/mlops help`"),
    ("aprove MODEL:1", "Did you mean `/mlops approve"),
    ("approve", "Which version?"),
    ("approve MODEL", "Which version of"),
    ("approve MODEL:0", "“0” is no version"),
    ("approve MODEL:1 to", "To which stage?"),
    ("approve MODEL:1 to moon", "There is no stage “moon”. mlops.toml has: staging, production."),
    ("approve MODEL:99", "The newest is"),
    ("approve no-such-model:1", "The registry has no version of “no-such-model”"),
    ("approve MODEL:1 to staging", "asked nobody"),
    ("deploy MODEL:1", "To which stage?"),
    ("deploy MODEL:1 to staging", "is live in staging already"),
    ("deploy MODEL:1 to production", "is on its way already"),
    ("deploy MODEL:1 to production please", "I do not know what to do with “please”"),
    ("show ../../etc/passwd", "is no model name"),
    ("show MODEL:9999999999999", "is no version"),
    ("status nothing-here", "The registry has no version of “nothing-here”"),
    ("help frobnicate", "I do not know “frobnicate”"),
]


def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(model: Model) -> None:
    model.register()
    model.card(1, "production", "Waiting for approval")
    before = model.promotions()
    for text, fragment in COMMANDS:
        assert fragment in model.say("ana", f"/mlops {text}").hears(), text
    assert model.promotions() == before


REPORTS = [
    ("not-json", b"auc: 0.9", "is not JSON"),
    ("a-list", b"[1, 2]", "no number that I can use; all that it holds is a list of 2"),
    ("unknown-shape", b'{"score": "good"}', "no number that I can use; at the top I found “score”"),
    ("no-metric", b'{"regression_metrics": {}}', "no number that I can use"),
    ("too-large", b" " * (50 * 2**20), "has 50 MB; I read at most 20"),
]


@pytest.mark.parametrize(("name", "body", "fragment"), REPORTS, ids=[row[0] for row in REPORTS])
def test_a_report_that_cannot_be_read_refuses_the_promotion(
    town: Town, name: str, body: bytes, fragment: str
) -> None:
    model = Model(town, f"report-{name}")
    model.register(report=body)
    card = model.card(1, "staging", "Refused")
    assert fragment in words(card)
    assert "register a new version" in words(card)


def test_a_report_that_is_not_there_refuses_the_promotion(model: Model) -> None:
    statistics = {"ContentType": "application/json", "S3Uri": "s3://acme-ml/nowhere.json"}
    model.register(auc=None, ModelMetrics={"ModelQuality": {"Statistics": statistics}})
    assert "is not there" in words(model.card(1, "staging", "Refused"))


@pytest.mark.parametrize(
    ("age", "signature"),
    [(0, "v0=" + "0" * 64), (0, ""), (301, None), (-301, None)],
    ids=["wrong", "missing", "too old", "from the future"],
)
def test_a_request_that_slack_did_not_just_sign_is_turned_away(
    town: Town, age: int, signature: str | None
) -> None:
    body, stamp = "command=/mlops&text=help&user_id=U01ANA", str(int(time.time()) - age)
    if signature is None:
        digest = hmac.new(b"playground-signing-secret", f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        signature = f"v0={digest.hexdigest()}"
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature,
    }
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(town.bot, body.encode(), headers), timeout=10)
    assert refused.value.code == 401


def test_the_door_answers_slacks_challenge(town: Town) -> None:
    body, stamp = '{"type": "url_verification", "challenge": "c-42", "token": "t"}', str(int(time.time()))
    digest = hmac.new(b"playground-signing-secret", f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
    request = urllib.request.Request(town.bot, body.encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert "c-42" in answer.read().decode()


def test_a_fault_inside_is_apologised_for_tried_again_and_kept(town: Town) -> None:
    town.fault(kind="clear")
    town.fault(
        kind="error", call="ListModelPackageGroups", code="AccessDeniedException", status=403, times=99
    )
    try:
        said = town.say("dan", "/mlops models", "general")
        assert "request `" in said.hears("Sorry, something broke on our side")
        assert "stopped trying" in said.hears("Sorry, this did not work")
        queue = next(
            url for url in town.aws("sqs").list_queues()["QueueUrls"] if "RequestsDeadLetters" in url
        )

        def kept() -> str | None:
            messages = town.aws("sqs").receive_message(QueueUrl=queue).get("Messages", [])
            return next((m["Body"] for m in messages if "models" in m["Body"]), None)

        assert "command=%2Fmlops" in until(kept, lambda: "the message in the dead-letter queue")
    finally:
        town.fault(kind="clear")


def test_a_fault_that_passes_is_made_good_by_the_next_try(town: Town) -> None:
    town.fault(kind="error", call="ListModelPackageGroups", code="AccessDeniedException", status=403, times=1)
    said = town.say("dan", "/mlops models", "general")
    said.hears("Sorry, something broke on our side")
    said.hears("odels")
