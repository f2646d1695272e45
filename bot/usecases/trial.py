"""Trials: who is tested on which data by which transform job, and the report that comes of it.

What a trial leaves lies in the project's bucket under a key that follows from what runs, the data and
the problem: `reports/<key>.json`, and beside it a sample of lines with their answers, and another of
answers with their labels (`usecases.paired`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from bot.domain.artifact import Manifest
from bot.domain.envelope import kept_facts
from bot.domain.pairing import Keeping
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion
from bot.domain.refusals import NotFound, NotPossible
from bot.domain.report import MOST_BYTES
from bot.domain.scoring import Problem, features_of, pairs, score
from bot.domain.wording import strip
from bot.usecases.deployment import deployment_of, endpoint_of, tags_of
from bot.usecases.gather import read_report
from bot.usecases.hosting import Transform, TransformState
from bot.usecases.paired import keep
from bot.usecases.ports import Ports
from bot.usecases.seal import same_package

_SAMPLE: Final = 100  # lines; mlops.toml asks for no larger smoke test
_PACKED: Final = ".gz"


@dataclass(frozen=True)
class Sample:
    """Lines of the test data without their label, and what the transform answered to each."""

    lines: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class _Subject:
    """Who is tested: a SageMaker model, and what tells what it runs from everything else."""

    model: str
    runs: str


def begun(ports: Ports, promotion: Promotion, prefix: str) -> tuple[Trial, ...]:
    """The version's own trial, and the champion's on the same data; done already where the same was
    tested before.

    Raises:
        NotPossible, NotFound: SageMaker does not take the model, or there are no data to test on.
        Changed: The package is not what was sealed.
    """
    manifest = ports.artifacts.manifest(prefix)
    if packed := [one.uri for one in ports.artifacts.files(prefix) if one.uri.endswith(_PACKED)]:
        raise NotPossible(f"The test data {packed[0]} is packed. Unpack it, then propose it again.")
    ports.endpoints.make_model(deployment_of(ports, promotion))
    problem = _problem(ports, promotion)
    subjects = (_candidate(promotion), _champion(ports, promotion))
    return tuple(_begun(ports, promotion, one, manifest, problem) for one in subjects if one)


def result(ports: Ports, promotion: Promotion, trial: Trial) -> Trial | None:
    """The trial with its report, None while its transform runs.

    Raises:
        NotPossible, Unreadable: The transform failed, or its answers cannot be scored.
    """
    if trial.report or trial.problem:
        return trial
    state = ports.transforms.state(trial.job)
    if state is None:
        ports.transforms.begin(_transform(ports, promotion, trial))
        return None
    return _scored(ports, promotion, trial, state) if state.is_over else None


def sample_of(ports: Ports, trial: Trial) -> Sample | None:
    """The sample that the trial left; None where it left none."""
    with suppress(NotFound):
        kept = json.loads(ports.artifacts.read(_sample_uri(trial.report), MOST_BYTES))
        return Sample(tuple(kept["lines"]), tuple(kept["answers"]))
    return None


def _begun(
    ports: Ports, promotion: Promotion, subject: _Subject, manifest: Manifest, problem: Problem
) -> Trial:
    named = f"{subject.runs}|{manifest.uri}|{manifest.digest}|{problem}"
    key = hashlib.sha256(named.encode()).hexdigest()[:24]
    instance = ports.policy.of_model(promotion.version.model).test_instance
    report = ports.artifacts.project_uri(f"reports/{key}.json")
    trial = Trial("", manifest, instance, subject.model, key=key)
    with suppress(NotFound):
        return replace(trial, report=report, rows=_rows(json.loads(ports.artifacts.read(report, MOST_BYTES))))
    return replace(trial, job=_job_name(ports, promotion, trial))


def _candidate(promotion: Promotion) -> _Subject:
    facts = promotion.envelope.facts if promotion.envelope else {}
    return _Subject(promotion.resource, _content(facts))


def _champion(ports: Ports, promotion: Promotion) -> _Subject | None:
    """What serves, unless it is the candidate itself."""
    serving = ports.endpoints.serving(endpoint_of(ports, promotion))
    if serving is None or serving.arns == (promotion.arn,) or not serving.model:
        return None
    running = kept_facts((), serving.parts).items()
    for known in ports.ledger.of_model(promotion.version.model):
        if running and known.envelope and running <= known.envelope.facts.items():
            return _Subject(serving.model, _content(known.envelope.facts))
    made = f"{serving.config}|{serving.model}|{'|'.join(serving.arns)}|{promotion.id}"
    return _Subject(serving.model, made)


def _content(facts: Mapping[str, str]) -> str:
    """What decides the answers: what each container runs, and the copies that it loads."""
    return "|".join(v for name, v in sorted(facts.items()) if name.endswith((" runs", " sha256", " copy")))


def _job_name(ports: Ports, promotion: Promotion, trial: Trial) -> str:
    """The first name that is free, or whose job is this trial's and still of use: one that ended before
    this promotion left no report, or it would not have to be made.
    """
    number = 1
    while True:
        name = f"mlops-{trial.key}-{number}"
        state = ports.transforms.state(name)
        if state is None:
            return name
        old = state.is_over and state.created_at < promotion.opened_at
        if not old and _is_it(ports, promotion, replace(trial, job=name), state):
            return name
        number += 1


def _is_it(ports: Ports, promotion: Promotion, trial: Trial, state: TransformState) -> bool:
    """Whether a job of our name really scores this: anybody may have made it."""
    wanted = _transform(ports, promotion, trial)
    if (state.data, state.output) != (wanted.data, wanted.output) or not state.drops_label:
        return False
    known = ports.ledger.of_model(promotion.version.model)
    twins = {one.resource for one in known if one.envelope and _same(one, promotion)}
    return state.model in {trial.model, *twins}


def _same(one: Promotion, other: Promotion) -> bool:
    ours, theirs = (_candidate(promotion).runs for promotion in (one, other))
    return bool(ours) and ours == theirs


def _transform(ports: Ports, promotion: Promotion, trial: Trial) -> Transform:
    return Transform(
        name=trial.job,
        model=trial.model,
        data=trial.data.uri,
        output=_output(ports, trial),
        instance=trial.instance,
        tags=tags_of(ports, promotion),
    )


def _output(ports: Ports, trial: Trial) -> str:
    return ports.artifacts.project_uri(f"tests/{trial.job}/")


def _scored(ports: Ports, promotion: Promotion, trial: Trial, state: TransformState) -> Trial:
    if state.status != "Completed":
        reason = strip(state.reason).rstrip(".") or "SageMaker gives no reason"
        raise NotPossible(
            f"The test of {trial.model} did not come to an end: the transform job `{trial.job}` is "
            f"{state.status}: {reason}. Propose it again when that is mended."
        )
    if ports.artifacts.manifest(trial.data.uri) != trial.data:
        raise NotPossible(f"The test data {trial.data.uri} changed while the test ran. Propose it again.")
    problem = _problem(ports, promotion)
    keeping = Keeping(problem)
    document = score(problem, keeping.passing(_pairs(ports, trial)), trial.data.uri)
    report = f"reports/{trial.key}.json"
    kept = _sample(ports, trial)
    body = json.dumps({"lines": kept.lines, "answers": kept.answers}).encode()
    ports.artifacts.write(_sample_uri(report), body)  # first: where the report is, its samples are
    keep(ports, report, keeping.lines())
    written = ports.artifacts.write(report, json.dumps(document, sort_keys=True).encode())
    billed = state.seconds if state.created_at >= promotion.opened_at else 0  # else another one paid
    return replace(trial, report=written.uri, seconds=billed, rows=_rows(document))


def _pairs(ports: Ports, trial: Trial) -> Iterator[tuple[str, str]]:
    """Each label with its answer, file by file, as SageMaker writes them (SageMaker Developer Guide:
    Use Batch Transform).
    """
    for file, answered in _files(ports, trial):
        yield from pairs(ports.artifacts.lines(file), ports.artifacts.lines(answered), file)


def _sample(ports: Ports, trial: Trial) -> Sample:
    file, answered = next(iter(_files(ports, trial)))
    lines, answers = (
        islice(filter(str.strip, ports.artifacts.lines(uri)), _SAMPLE) for uri in (file, answered)
    )
    return Sample(tuple(features_of(line) for line in lines), tuple(answers))


def _files(ports: Ports, trial: Trial) -> Sequence[tuple[str, str]]:
    output = _output(ports, trial)
    found = [blob.uri for blob in ports.artifacts.files(trial.data.uri)]
    return [(uri, f"{output}{uri.removeprefix(trial.data.uri)}.out") for uri in found]


def _sample_uri(report: str) -> str:
    return f"{report.removesuffix('.json')}.sample.json"


def _rows(document: Mapping[str, object]) -> int:
    dataset = document.get("dataset")
    return int(dataset.get("item_count", 0)) if isinstance(dataset, dict) else 0


def _problem(ports: Ports, promotion: Promotion) -> Problem:
    if named := ports.policy.of_model(promotion.version.model).problem:
        return named
    package = same_package(ports, promotion)
    if package.report and (told := read_report(ports, package.report).problem):
        return Problem(told)
    model = promotion.version.model
    raise NotPossible(
        f"I do not know what kind of problem {model} solves. Give [models.{model}] in mlops.toml a "
        f'`problem = "binary_classification"`, `"multiclass_classification"` or `"regression"`.'
    )
