"""Endpoints: shares of traffic, shadows, rollouts, what is no package, and what cannot be read."""

from datetime import timedelta
from typing import Any

from bot.aws.lineage import SageMakerLineage
from bot.aws.lineage_endpoints import MOST_ENDPOINTS
from bot.domain.lineage import keys
from bot.domain.lineage.graph import Gap, Graph, Relation, Witness
from bot.usecases.origins import ALL_ENDPOINTS
from tests.aws.lineage_on_paper import ACCOUNT, AT, Paper, error, missing

CHURN = keys.endpoint("churn")


class Hosting(Paper):
    """Endpoints on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[dict[str, Any]] = []

    def list_endpoints(self, **asked: Any) -> Any:
        """In pages of two hundred."""
        self.asked.append(("list_endpoints", asked))
        self._fail("list_endpoints", str(asked.get("NextToken", "")))
        begin = int(asked.get("NextToken", 0))
        more = {"NextToken": str(begin + 50)} if begin + 50 < len(self.listed) else {}
        return {"Endpoints": self.listed[begin : begin + 50], **more}

    def serves(
        self, endpoint: str, weights: dict[str, float], status: str = "InService", **more: Any
    ) -> None:
        """An endpoint whose variants have these models and weights now."""
        times = {"CreationTime": AT, "LastModifiedTime": AT}
        summary = {"EndpointName": endpoint, "EndpointStatus": status, **times}
        self.listed.append(summary)
        now = [{"VariantName": name, "CurrentWeight": weight} for name, weight in weights.items()]
        described = {"EndpointConfigName": f"{endpoint}-config", "ProductionVariants": now}
        self.says("describe_endpoint", endpoint, {**summary, **described, **more})
        self.config(f"{endpoint}-config", *weights)

    def config(self, name: str, *models: str, shadow: str = "") -> None:
        """A config with a variant for each model, of its name."""
        variants = [{"VariantName": model, "ModelName": model} for model in models]
        shadows = [{"VariantName": shadow, "ModelName": shadow}] if shadow else []
        config = {"ProductionVariants": variants, "ShadowProductionVariants": shadows}
        self.says("describe_endpoint_config", name, config)

    def model(self, name: str, *containers: dict[str, Any], package: str = "") -> None:
        """A model of these containers; `package` is the bot's own tag."""
        arn = f"{ACCOUNT}:model/{name}"
        self.says("describe_model", name, {"ModelArn": arn, "Containers": list(containers)})
        tags = [{"Key": "mlops:package", "Value": package}] if package else []
        self.says("list_tags", arn, {"Tags": tags})

    def version(self, number: int) -> None:
        """A model `v<number>` of a package's own."""
        self.model(f"v{number}", {"ModelPackageName": f"{ACCOUNT}:model-package/churn/{number}"})


def endpoints(hosting: Hosting) -> Graph:
    client: Any = hosting
    return SageMakerLineage(client).endpoints()


def served(graph: Graph, endpoint: str = CHURN) -> dict[str, str]:
    """What serves, and with which share."""
    edges = graph.into.get(endpoint, ())
    return {edge.before: edge.fact("traffic") for edge in edges if edge.relation is Relation.SERVED_BY}


def test_traffic_is_shared_by_the_weights_of_now() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"v1": 9.0, "v2": 1.0})
    hosting.version(1)
    hosting.version(2)
    assert served(endpoints(hosting)) == {"version:churn:1": "90 %", "version:churn:2": "10 %"}


def test_two_variants_of_one_version_add_up() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"v1": 1.0, "w1": 1.0, "v2": 2.0})
    hosting.version(1)
    hosting.version(2)
    hosting.model("w1", {"ModelPackageName": f"{ACCOUNT}:model-package/churn/1"})
    assert served(endpoints(hosting)) == {"version:churn:1": "50 %", "version:churn:2": "50 %"}


def test_a_model_of_the_bot_is_known_by_its_tag() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"m": 1.0})
    container = {"Image": "acme/x:1", "ModelDataUrl": "s3://m/model.tar.gz"}
    hosting.model("m", container, package=f"{ACCOUNT}:model-package/churn/7")
    graph = endpoints(hosting)
    assert served(graph) == {"version:churn:7": "100 %"}
    assert graph.into[CHURN][0].witnesses == (Witness.TAG,)


def test_a_model_of_nobody_is_known_by_its_artifact_and_its_image() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"m": 1.0})
    hosting.model("m", {"Image": "acme/x:1", "ModelDataUrl": "s3://m/model.tar.gz"})
    graph = endpoints(hosting)
    assert served(graph) == {"s3://m/model.tar.gz": "100 %"}
    assert (keys.image("acme/x:1"), Relation.RUN_BY) in {(e.before, e.relation) for e in graph.into[CHURN]}


def test_a_shadow_gets_no_traffic_and_says_so() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"v1": 1.0})
    hosting.config("churn-config", "v1", shadow="v2")
    hosting.version(1)
    hosting.version(2)
    graph = endpoints(hosting)
    assert served(graph) == {"version:churn:1": "100 %", "version:churn:2": ""}
    (shadow,) = graph.out_of["version:churn:2"]
    assert shadow.fact("shadow")


def test_what_is_being_deployed_is_there_already() -> None:
    hosting = Hosting()
    pending = {"PendingDeploymentSummary": {"EndpointConfigName": "next"}}
    hosting.serves("churn", {"v1": 1.0}, status="Updating", **pending)
    hosting.config("next", "v2")
    hosting.version(1)
    hosting.version(2)
    graph = endpoints(hosting)
    assert served(graph) == {"version:churn:1": "100 %", "version:churn:2": ""}
    (coming,) = graph.out_of["version:churn:2"]
    assert coming.fact("rollout") == "being deployed"


def test_what_serves_but_cannot_be_read_is_a_gap_of_the_endpoint() -> None:
    hosting = Hosting()
    hosting.serves("churn", {"gone": 1.0})
    hosting.serves("many", {"many": 1.0})
    hosting.model("many", {"Image": "acme/x:1", "Mode": "MultiModel", "ModelDataUrl": "s3://all/"})
    hosting.serves("parts", {"parts": 1.0})
    hosting.says("describe_endpoint_config", "parts-config", {"ProductionVariants": [{"VariantName": "a"}]})
    hosting.serves("odd", {"odd": 1.0})
    hosting.says("describe_endpoint", "odd", missing())
    assert endpoints(hosting).gaps == (
        Gap(CHURN, "it was deleted"),
        Gap("endpoint:many", "it loads whatever model is asked for from s3://all/"),
        Gap("endpoint:odd", "it was deleted"),
        Gap("endpoint:parts", "its variant a hosts inference components, which are not read"),
    )


def test_a_list_that_breaks_off_is_a_gap_and_what_was_listed_counts() -> None:
    hosting = Hosting()
    for place in range(60):
        hosting.serves(f"e{place}", {"v1": 1.0})
    hosting.version(1)
    hosting.says("list_endpoints", "50", error("ThrottlingException"))
    graph = endpoints(hosting)
    assert graph.gaps == (Gap(ALL_ENDPOINTS, "SageMaker is throttling"),)
    assert len(graph.out_of["version:churn:1"]) == 50


def test_an_endpoint_at_rest_is_described_once_and_again_when_it_was_changed() -> None:
    hosting: Any = Hosting()
    hosting.serves("churn", {"v1": 1.0})
    hosting.version(1)
    lineage = SageMakerLineage(hosting)
    first = lineage.endpoints()
    assert lineage.endpoints() == first
    assert hosting.count("describe_endpoint") == hosting.count("describe_model") == 1
    hosting.listed.clear()
    hosting.serves("churn", {"v2": 1.0}, LastModifiedTime=AT + timedelta(hours=1))
    hosting.listed[0]["LastModifiedTime"] = AT + timedelta(hours=1)
    hosting.version(2)
    assert served(lineage.endpoints()) == {"version:churn:2": "100 %"}


def test_beyond_the_bound_each_endpoint_is_a_gap_until_it_is_asked_again() -> None:
    hosting: Any = Hosting()
    for place in range(MOST_ENDPOINTS + 10):
        hosting.serves(f"e{place}", {"v1": 1.0})
    hosting.version(1)
    lineage = SageMakerLineage(hosting)
    first = lineage.endpoints()
    assert len(first.gaps) == 10
    assert len([node for node in first.nodes if node.key.startswith("endpoint:")]) == MOST_ENDPOINTS + 10
    assert lineage.endpoints().gaps == ()
