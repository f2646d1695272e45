"""The Endpoints contract, on the fake and on SageMaker Runtime: answers, which are as the transform's."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from bot.domain.refusals import NotPossible
from playground.aws import LocalAws
from tests.contracts.benches import unique
from tests.contracts.hosting_benches import a_deployment
from tests.contracts.transform_benches import AwsBench, Bench, FakeBench


@pytest.fixture(params=["fake", "real"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    aws: LocalAws = request.getfixturevalue("aws")
    yield AwsBench(aws)
    aws.faults.clear()


@pytest.fixture
def on_aws(aws: LocalAws) -> Iterator[AwsBench]:
    yield AwsBench(aws)
    aws.faults.clear()


class TestAnswers:
    def test_an_endpoint_answers_as_the_transform_did(self, bench: Bench) -> None:
        endpoint, part = unique("endpoint"), bench.part()
        bench.endpoints.deploy(a_deployment(endpoint, bench.host.register(), parts=(part,)))
        bench.host.settles(endpoint)
        assert list(bench.endpoints.answer(endpoint, ["0.25,7", "0.5,7"])) == ["0.25", "0.5"]
        assert list(bench.endpoints.answer(endpoint, [])) == []

    def test_what_is_not_there_is_said(self, bench: Bench) -> None:
        with pytest.raises(NotPossible, match=r"SageMaker refused: Endpoint .* not found"):
            bench.endpoints.answer(unique("endpoint"), ["0.25,7"])

    def test_so_is_what_the_model_does_not_take(self, bench: Bench) -> None:
        endpoint = unique("endpoint")
        bench.endpoints.deploy(a_deployment(endpoint, bench.host.register(), parts=(bench.part(),)))
        bench.host.settles(endpoint)
        with pytest.raises(NotPossible, match="SageMaker refused: "):
            bench.endpoints.answer(endpoint, ["much,7"])


class TestInvocations:
    """What only SageMaker can show."""

    @pytest.mark.parametrize(
        ("body", "answers"),
        [
            ("0.1\n0.2\n0.3\n", ["0.1", "0.2", "0.3"]),
            ("0.1,0.2,0.3", ["0.1", "0.2", "0.3"]),
            ("a,b\nc,d\ne,f", ["a,b", "c,d", "e,f"]),
            ("\ue000U01ANA\ue003\nb\nc", ["U01ANA", "b", "c"]),
        ],
        ids=["lines", "one-line", "classes", "marks"],
    )
    def test_answers_come_in_lines_or_in_one(
        self, on_aws: AwsBench, monkeypatch: pytest.MonkeyPatch, body: str, answers: list[str]
    ) -> None:
        asked = says(on_aws, monkeypatch, body)
        assert list(on_aws.endpoints.answer("churn", ["1,2", "3,4", "5,6"])) == answers
        assert asked == {
            "EndpointName": "churn",
            "Body": b"1,2\n3,4\n5,6",
            "ContentType": "text/csv",
            "Accept": "text/csv",
        }

    @pytest.mark.parametrize("body", ["0.1\n0.2", "", "0.1,0.2"])
    def test_another_number_of_answers_is_no_answer(
        self, on_aws: AwsBench, monkeypatch: pytest.MonkeyPatch, body: str
    ) -> None:
        says(on_aws, monkeypatch, body)
        with pytest.raises(NotPossible, match="`churn` was asked 3 lines and answered"):
            on_aws.endpoints.answer("churn", ["1,2", "3,4", "5,6"])

    @pytest.mark.parametrize(
        "code", ["InternalFailure", "ServiceUnavailable", "ModelNotReadyException", "ThrottlingException"]
    )
    def test_faults_that_pass_are_left_to_the_retry(
        self, on_aws: AwsBench, monkeypatch: pytest.MonkeyPatch, code: str
    ) -> None:
        def fail(**_asked: Any) -> Any:
            raise ClientError({"Error": {"Code": code, "Message": "Later."}}, "InvokeEndpoint")

        monkeypatch.setattr(on_aws.host.runtime, "invoke_endpoint", fail)
        with pytest.raises(ClientError, match=code):
            on_aws.endpoints.answer("churn", ["1,2"])


def says(on_aws: AwsBench, monkeypatch: pytest.MonkeyPatch, body: str) -> dict[str, Any]:
    """The endpoint answers this; gives what it was asked."""
    asked: dict[str, Any] = {}

    def invoke(**arguments: Any) -> Any:
        asked.update(arguments)
        return {"Body": StreamingBody(io.BytesIO(body.encode()), len(body.encode()))}

    monkeypatch.setattr(on_aws.host.runtime, "invoke_endpoint", invoke)
    return asked
