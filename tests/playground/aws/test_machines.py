"""State machines run as they do on AWS."""

import json

import pytest

from tests.playground.aws.machine_cases import FUNCTIONS, JSONATA, PLAIN
from tests.playground.aws.machine_kit import Case, Stage, filled, flow
from tests.playground.aws.machine_services import SERVICES


@pytest.mark.parametrize("case", [*PLAIN, *FUNCTIONS, *SERVICES, *JSONATA], ids=lambda case: case.name)
def test_a_machine_runs(stage: Stage, case: Case) -> None:
    ended = stage.end(stage.start(filled(case.machine, stage.names), case.given))
    assert ended["status"] == case.status, ended
    if callable(case.output):
        assert case.output(json.loads(ended["output"])), ended["output"]
    elif case.output is not None:
        assert json.loads(ended["output"]) == case.output


def test_many_machines_of_both_languages_run_at_once(stage: Stage) -> None:
    steps = {f"A{n}": {"Type": "Pass", "Next": f"A{n + 1}"} for n in range(10)}
    path = flow(**steps, A10={"Type": "Pass", "Parameters": {"x.$": "$"}, "End": True})
    jsonata = {
        "QueryLanguage": "JSONata",
        **flow(**steps, A10={"Type": "Pass", "Output": "{% 1 %}", "End": True}),
    }
    running = [stage.start(jsonata if n % 2 else path, {}) for n in range(12)]
    assert {stage.end(execution)["status"] for execution in running} == {"SUCCEEDED"}
