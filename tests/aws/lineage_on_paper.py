"""SageMaker as a client sees it, from a script: its lineage graph, and one reply or error for each thing."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from botocore.exceptions import ClientError

from bot.domain.model import Approval, Container, Identity, Package, Version

ACCOUNT: Final = "arn:aws:sagemaker:us-east-1:123456789012"
OTHER_ACCOUNT: Final = "arn:aws:sagemaker:us-east-1:999999999999"
PACKAGE: Final = f"{ACCOUNT}:model-package/churn/1"
ARTIFACT: Final = "s3://models/Fit-1/output/model.tar.gz"
AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def error(code: str, message: str = "No.", status: int = 400) -> ClientError:
    """What botocore raises."""
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Operation")


def missing(what: str = "it") -> ClientError:
    """What SageMaker says of what is not there."""
    return error("ValidationException", f"Requested resource not found: {what}.")


class Paper:
    """Replies by operation and by the first thing that is asked for; `asked` has every call in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.sources: dict[str, tuple[str, str]] = {}
        self.types: dict[str, str] = {}
        self.page = 50
        self._into = defaultdict[str, list[tuple[str, str]]](list)
        self._replies: dict[tuple[str, str], Any] = {}

    def artifact(self, name: str, uri: str, type_: str = "DataSet", account: str = ACCOUNT) -> str:
        """An artifact of SageMaker's graph; gives its ARN."""
        arn = f"{account}:artifact/{name}"
        self.sources[arn], self.types[arn] = (uri, type_), type_
        return arn

    def component(self, job: str, kind: str = "training") -> str:
        """The trial component of a job."""
        arn = f"{ACCOUNT}:experiment-trial-component/{job.lower()}-aws-{kind}-job"
        self.types[arn] = f"SageMaker{kind.title()}Job"
        return arn

    def entity(self, kind: str, name: str, type_: str, account: str = ACCOUNT) -> str:
        """An action, a context or a trial component."""
        arn = f"{account}:{kind}/{name}"
        self.types[arn] = type_
        return arn

    def leads(self, *arns: str, type_: str = "ContributedTo") -> None:
        """Each contributed to the next."""
        for source, destination in pairwise(arns):
            self._into[destination].append((source, type_))

    def says(self, operation: str, name: str, reply: Any) -> None:
        """What an operation replies when it is asked for this, or the error that it raises."""
        self._replies[operation, name] = reply

    def trained(self, job: str = "Fit-1", **facts: Any) -> None:
        """A training job that is described."""
        arn = f"{ACCOUNT}:training-job/{job.lower()}"
        made = {"S3ModelArtifacts": f"s3://models/{job}/output/model.tar.gz"}
        described = {"TrainingJobName": job, "TrainingJobArn": arn, "ModelArtifacts": made, **facts}
        self.says("describe_training_job", job, {"TrainingJobStatus": "Completed", **described})
        self._replies.setdefault(("list_tags", arn), {"Tags": []})

    def count(self, operation: str) -> int:
        """How often it was called."""
        return sum(called == operation for called, _ in self.asked)

    def query_lineage(self, **asked: Any) -> Any:
        """As far as the depth allows, in pages."""
        self.asked.append(("query_lineage", asked))
        (start,) = asked["StartArns"]
        self._fail("query_lineage", f"{start}{asked.get('NextToken', '')}")
        edges, seen, frontier = list[Any](), {start}, [start]
        for _ in range(asked["MaxDepth"]):
            steps = [(source, arn, type_) for arn in frontier for source, type_ in self._into[arn]]
            edges += steps
            frontier = sorted({source for source, _, _ in steps} - seen)
            seen.update(frontier)
        begin = int(asked.get("NextToken", 0))
        end = begin + min(self.page, asked["MaxResults"])
        more = {"NextToken": str(end)} if end < max(len(edges), len(seen)) else {}
        names = ("SourceArn", "DestinationArn", "AssociationType")
        return {
            "Vertices": [{"Arn": arn, "Type": self.types.get(arn, "")} for arn in sorted(seen)[begin:end]],
            "Edges": [dict(zip(names, edge, strict=True)) for edge in edges[begin:end]],
            **more,
        }

    def list_artifacts(self, *, SourceUri: str, **asked: Any) -> Any:  # noqa: N803 - AWS's name
        """By source."""
        self.asked.append(("list_artifacts", {"SourceUri": SourceUri, **asked}))
        self._fail("list_artifacts", SourceUri)
        found = [arn for arn, (uri, _) in self.sources.items() if uri == SourceUri]
        return {"ArtifactSummaries": [{"ArtifactArn": arn} for arn in found]}

    def describe_artifact(self, *, ArtifactArn: str) -> Any:  # noqa: N803 - AWS's name
        """By ARN."""
        self.asked.append(("describe_artifact", {"ArtifactArn": ArtifactArn}))
        self._fail("describe_artifact", ArtifactArn)
        if ArtifactArn not in self.sources:
            raise missing("artifact")
        uri, type_ = self.sources[ArtifactArn]
        return {"Source": {"SourceUri": uri}, "ArtifactType": type_}

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**asked: Any) -> Any:
            self.asked.append((operation, asked))
            name = str(next(iter(asked.values()), ""))
            self._fail(operation, name)
            if (operation, name) not in self._replies:
                raise missing(name)
            return self._replies[operation, name]

        return call

    def _fail(self, operation: str, name: str) -> None:
        for key in ((operation, name), (operation, "*")):
            if isinstance(reply := self._replies.get(key), Exception):
                raise reply


def a_package(*artifacts: str, training_job: str = "Fit-1") -> Package:
    """The version churn:1."""
    return Package(
        version=Version("churn", 1),
        arn=PACKAGE,
        status="Completed",
        approval=Approval.PENDING,
        registered_at=AT,
        registered_by=Identity("cara"),
        containers=tuple(Container("acme/xgboost:1", "sha256:1", uri) for uri in artifacts or (ARTIFACT,)),
        training_job=training_job,
    )


def registered(**facts: Any) -> Paper:
    """A paper on which churn:1 is registered."""
    paper = Paper()
    paper.says("describe_model_package", PACKAGE, facts)
    return paper
