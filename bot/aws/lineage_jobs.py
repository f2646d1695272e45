"""Jobs of a lineage, described with their tags, or by their trial components where they are gone."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.aws.lineage_descriptions import has_ended, of_component, of_job
from bot.aws.lineage_facts import node
from bot.aws.lineage_reading import Reading, account_of
from bot.aws.lineage_tags import tags_in, told_by_tags
from bot.domain.lineage.graph import Graph, Kind, Node, Relation, graph_of, merged

_COMPONENT: Final = ":experiment-trial-component/"


def described(reading: Reading, jobs: Mapping[str, str], spelt: Mapping[str, str]) -> Mapping[str, Graph]:
    """The jobs by key, each with all next to it. `jobs` has the ARN of each or of its trial component, empty
    where nobody knows it; `spelt` how names in small letters are really written.
    """
    found = reading.each(lambda key: _described(reading, key, jobs[key], spelt), sorted(jobs))
    return dict(zip(sorted(jobs), found, strict=True))


def spellings(names: Iterable[str]) -> Mapping[str, str]:
    """How names are written that are in these addresses: ARNs have them in small letters."""
    parts = (part for name in names for part in name.split("/"))
    return {part.lower(): part for part in parts if part != part.lower()}


def steps(reading: Reading, nodes: Mapping[str, Node]) -> Iterable[Graph]:
    """What the trial components among these say of steps that are no job of SageMaker's."""
    arns = [arn for arn, one in nodes.items() if _COMPONENT in arn and one.kind is Kind.OTHER]
    return reading.each(lambda arn: _component(reading, nodes[arn], arn, is_all=True), sorted(arns))


def _described(reading: Reading, key: str, arn: str, spelt: Mapping[str, str]) -> Graph:
    kind, _, small = key.removeprefix("job:").partition("/")
    if reading.is_foreign(arn):
        return _foreign(reading, node(key, Kind.JOB, name=spelt.get(small, small)), arn)
    name = spelt.get(small) or _spelt(reading, kind, small, arn)
    job = node(key, Kind.JOB, name=name)
    asked: Mapping[str, Any] = {f"{kind.title()}JobName": name}
    reply = reading.ask(key, f"describe_{kind}_job", lasts=has_ended, **asked)
    if reply is None:
        return merged([graph_of([job]), _component(reading, job, arn, is_all=False)])
    found = of_job(kind, reply)
    arn, is_over = reply[f"{kind.title()}JobArn"], has_ended(reply)
    tags = tags_in(reading.ask(key, "list_tags", lasts=lambda _: is_over, ResourceArn=arn))
    return merged([found, told_by_tags(found.by_key[key], tags, _data_of(found))])


def _spelt(reading: Reading, kind: str, small: str, arn: str) -> str:
    """How a job's name is really written, as its trial component has it: jobs that pipelines start have
    capitals, an ARN has none, and a job is described by its exact name.
    """
    if _COMPONENT not in arn:
        return small
    component = arn.rpartition("/")[2]
    reply = reading.ask(
        arn, "describe_trial_component", spare=True, lasts=lambda _: True, TrialComponentName=component
    )
    name = str((reply or {}).get("TrialComponentName", "")).removesuffix(f"-aws-{kind}-job")
    return name if name.lower() == small else small


def _foreign(reading: Reading, job: Node, arn: str) -> Graph:
    """A job of another account: no call describes it, but its trial component may be shared (SageMaker
    Developer Guide: Tracking cross-account lineage).
    """
    if _COMPONENT in arn:
        return _component(reading, job, arn, is_all=True)
    reading.misses(job.key, f"it is in account {account_of(arn)}, which does not share it")
    return graph_of([job])


def _component(reading: Reading, job: Node, arn: str, *, is_all: bool) -> Graph:
    """What a trial component says; `is_all` where nothing else can say more, so that its silence is a gap."""
    if _COMPONENT not in arn:
        return graph_of([job])
    name = arn if reading.is_foreign(arn) else arn.rpartition("/")[2]
    reply = reading.ask(arn, "describe_trial_component", spare=not is_all, TrialComponentName=name)
    return of_component(job, reply) if reply else graph_of([job])


def _data_of(found: Graph) -> tuple[Node, ...]:
    read = {one.before for one in found.edges if one.relation is Relation.READ_BY}
    return tuple(one for one in found.nodes if one.key in read)
