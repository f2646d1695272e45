"""[models]: the channel, the bounds and the held-out data of one model; [prices]."""

import pytest

from bot.config import parse_policy
from bot.domain.meaning import Better, Meaning
from bot.domain.policy import Instance
from bot.domain.scoring import Problem
from tests.config.files import PROJECT, STAGE, refusal, the_model, with_model

LONG = f"s3://acme-ml/{'x' * 498}/"


def with_prices(line: str) -> str:
    return f"{PROJECT}{STAGE}[prices]\n{line}\n"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("", "test_data", ""),
        ('test_data = "s3://acme-ml/churn/test/"', "test_data", "s3://acme-ml/churn/test/"),
        ('test_data = "s3://acme-ml/churn/{stage}/"', "test_data", "s3://acme-ml/churn/{stage}/"),
        ('test_data = "s3://acme-{stage}/churn/"', "test_data", "s3://acme-{stage}/churn/"),
        ('test_data = "s3://a.b-c/Held out/2024=07?#/"', "test_data", "s3://a.b-c/Held out/2024=07?#/"),
        (f'test_data = "{LONG}"', "test_data", LONG),
        ("", "problem", None),
        ('problem = "regression"', "problem", Problem.REGRESSION),
        ('problem = "binary_classification"', "problem", Problem.BINARY),
        ('problem = "multiclass_classification"', "problem", Problem.MULTICLASS),
        ("", "test_instance", Instance("ml.m5.large", 1)),
        ('test_instance = { type = "ml.m5.xlarge" }', "test_instance", Instance("ml.m5.xlarge", 1)),
        ("", "metrics", {}),
        ('metrics = { uplift = { better = "higher" } }', "metrics", {"uplift": Meaning("", Better.HIGHER)}),
        (
            'metrics = { "bias.DI" = { better = "nearest 1", unit = "%", name = "Impact" } }',
            "metrics",
            {"bias.DI": Meaning("Impact", Better.ONE, "%")},
        ),
        ('metrics = { "a b" = { better = "nearest 0" } }', "metrics", {"a b": Meaning("", Better.ZERO)}),
        (
            'tolerance = { uplift = 1 }\nmetrics = { UpLift = { better = "lower" } }',
            "tolerance",
            {"uplift": 1.0},
        ),
        ("", "writes_card", False),
        ('model_card = "write"', "writes_card", True),
        ('test_instance = { type = "ml.c5.large", count = 3 }', "test_instance", Instance("ml.c5.large", 3)),
    ],
)
def test_a_model_says_it_in_one_line(line: str, field: str, value: object) -> None:
    assert getattr(the_model(line), field) == value


def test_what_a_model_s_metrics_mean_counts_before_what_they_mean_to_all() -> None:
    project = '[metrics.uplift]\nbetter = "higher"\nunit = "%"\n[metrics.cost]\nbetter = "lower"\n'
    own = 'tolerance = { uplift = 1, cost = 2 }\n[models.churn.metrics.uplift]\nbetter = "nearest 0"\n'
    policy = parse_policy(f"{with_model(own)}{project}".encode())
    churn, spam = policy.meanings_of("churn"), policy.meanings_of("spam")
    assert churn.of("uplift") == Meaning("uplift", Better.ZERO, "%")
    assert spam.of("uplift") == Meaning("uplift", Better.HIGHER, "%")
    assert [meanings.of("cost").better for meanings in (churn, spam)] == [Better.LOWER] * 2
    assert policy.models["churn"].tolerance == {"uplift": 1.0, "cost": 2.0}


def test_a_stage_has_its_own_held_out_data() -> None:
    said = the_model('test_data = "s3://acme-ml/churn/{stage}/"')
    assert said.test_data_of("staging") == "s3://acme-ml/churn/staging/"


@pytest.mark.parametrize("dollars", [0.115, 2, 1e-6])
def test_a_price_is_dollars_an_hour_of_an_instance_type(dollars: float) -> None:
    line = f'"ml.m5.large" = {dollars}'
    assert parse_policy(with_prices(line).encode()).prices == {"ml.m5.large": dollars}


BROKEN = [
    # models
    (f"{PROJECT}{STAGE}[models]\nchurn = 1\n", "[models]: `churn` must be a table."),
    (with_model("channel = 1"), "`channel` must be a text."),
    (with_model('chanel = "#x"'), "there is no key `chanel`; did you mean `channel`?"),
    (with_model('guardrail = { auc = ">= 1" }'), "no key `guardrail`; did you mean `guardrails`?"),
    (with_model('guardrails = ["auc >= 0.8"]'), "`guardrails` must be a table."),
    (with_model("guardrails = { auc = 0.8 }"), "[guardrails]: `auc` must be a text."),
    (with_model('guardrails = { auc = "" }'), "`auc` must not be empty."),
    (with_model('guardrails = { auc = "0.8" }'), "[guardrails]: “0.8” is no guardrail for auc: it has no"),
    (with_model('guardrails = { auc = ">= champ" }'), "for auc: I do not understand “champ”; did you mean"),
    (with_model('guardrails = { auc = ">= 80%" }'), "is no guardrail for auc: write “80 %” as 0.80."),
    (with_model("guardrails = { auc = { min = 1 } }"), "`auc` must be a text."),
    (with_model("tolerance = 0.1"), "`tolerance` must be a table."),
    (with_model('tolerance = { auc = "0.1" }'), "[tolerance]: `auc` must be a number."),
    (with_model("tolerance = { auc = true }"), "`auc` must be a number."),
    (with_model("tolerance = { auc = -0.1 }"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { auc = nan }"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { auc = inf }"), "`auc` must be a number of 0 or more."),
    (with_model(f"tolerance = {{ auc = 1{'0' * 400} }}"), "`auc` must be a number of 0 or more."),
    (with_model("tolerance = { rows = 0.1 }"), "`rows` has no known direction, so nothing can be worse; use"),
    (with_model('tolerance = { "a.b" = 0.1 }'), 'or set `better` in [metrics."a.b"].'),
    # metrics
    (with_model("metrics = 1"), "[models] [churn]: `metrics` must be a table."),
    (with_model("metrics = { uplift = 1 }"), "[metrics]: `uplift` must be a table."),
    (with_model("[models.churn.metrics.uplift]"), "`better` is missing, and so are `unit` and `name`; say"),
    (with_model('metrics = { uplift = { better = "hi" } }'), "`better` is “hi”; did you mean “higher”?"),
    (with_model('metrics = { uplift = { better = "up" } }'), "use higher, lower, nearest 0 or nearest 1."),
    (with_model('metrics = { uplift = { bettr = "lower" } }'), "no key `bettr`; did you mean `better`?"),
    (with_model("metrics = { uplift = { better = true } }"), "[uplift]: `better` must be a text."),
    (with_model('metrics = { uplift = { unit = "" } }'), "`unit` must not be empty."),
    (with_model(f'metrics = {{ uplift = {{ unit = "{"x" * 21}" }} }}'), "at most 20 characters on one line."),
    (with_model('metrics = { uplift = { name = "a\\nb" } }'), "at most 80 characters on one line."),
    (with_model('[models.churn.metrics.bias.DPPL]\nbetter = "lower"'),
     '`DPPL` is a table; a name with a dot is quoted, like [metrics."bias.DPPL"].'),
    # model_card
    (with_model('model_card = "writes"'), "`model_card` is “writes”; use “write”, or take it out."),
    (with_model("model_card = true"), "`model_card` must be a text."),
    (with_model('model_cards = "write"'), "no key `model_cards`; did you mean `model_card`?"),
    # test_data: the nearest right form, or what a right one looks like
    (with_model("test_data = 1"), "[models] [churn]: `test_data` must be a text."),
    (with_model('test_data = ""'), "`test_data` must not be empty."),
    (with_model('test_dta = "s3://acme/x/"'), "there is no key `test_dta`; did you mean `test_data`?"),
    (with_model('test_data = "s3://acme/x"'), "`test_data` is “s3://acme/x”; write “s3://acme/x/”."),
    (with_model('test_data = "s3://acme/{stage}"'), "is “s3://acme/{stage}”; write “s3://acme/{stage}/”."),
    (with_model('test_data = "s3://acme//x/"'), "is “s3://acme//x/”; write “s3://acme/x/”."),
    (with_model('test_data = " s3://acme/x/"'), "is “ s3://acme/x/”; write “s3://acme/x/”."),
    (with_model('test_data = "S3://acme/x/"'), "is “S3://acme/x/”; write “s3://acme/x/”."),
    (with_model('test_data = "s3:/acme/x/"'), "is “s3:/acme/x/”; write “s3://acme/x/”."),
    (with_model('test_data = "acme/x/"'), "is “acme/x/”; write “s3://acme/x/”."),
    (with_model('test_data = "arn:aws:s3:::acme/x/"'), "is “arn:aws:s3:::acme/x/”; write “s3://acme/x/”."),
    (with_model('test_data = "s3://acme/x/test.csv"'), "is “s3://acme/x/test.csv”; write “s3://acme/x/”."),
    (with_model('test_data = "s3://acme/"'), "is “s3://acme/”; write a bucket and a folder, like “s3://acme"),
    (with_model('test_data = "s3://acme/test.csv"'), "write a bucket and a folder, like “s3://acme-ml/churn"),
    (with_model('test_data = "s3://Acme_ML/x/"'), "write a bucket and a folder, like “s3://acme-ml/churn/”."),
    (with_model('test_data = "s3:///x/"'), "write a bucket and a folder, like “s3://acme-ml/churn/”."),
    (with_model('test_data = "https://acme.s3.amazonaws.com/x/"'), "write a bucket and a folder, like “s3:/"),
    (with_model('test_data = "s3://acme/a\\nb/"'), "write a bucket and a folder, like “s3://acme-ml/churn/”"),
    (with_model('test_data = "s3://acme/{model}/"'), "is “s3://acme/{model}/”; only {stage} is filled in he"),
    (with_model('test_data = "s3://acme/{stage/"'), "is “s3://acme/{stage/”; only {stage} is filled in here"),
    (with_model(f'test_data = "{LONG[:-1]}x/"'), "`test_data` must have at most 512 characters; shorten it."),
    # problem
    (with_model("problem = 1"), "`problem` must be a text."),
    (with_model('problem = "regresion"'), "`problem` is “regresion”; did you mean “regression”?"),
    (with_model('problem = "Regression"'), "`problem` is “Regression”; did you mean “regression”?"),
    (with_model('problem = "binary"'), "`problem` is “binary”; did you mean “binary_classification”?"),
    (with_model('problem = "multi"'), "`problem` is “multi”; did you mean “multiclass_classification”?"),
    (with_model('problem = "ranking"'),
     "`problem` is “ranking”; use regression, binary_classification or multiclass_classification."),
    # test_instance
    (with_model('test_instance = "ml.m5.large"'), "`test_instance` must be a table."),
    (with_model("test_instance = {}"), "[test_instance]: `type` is missing."),
    (with_model('test_instance = { type = "m5.large" }'), "`type` is “m5.large”; write an instance type lik"),
    (with_model('test_instance = { type = "ml.m5.large", count = 101 }'), "`count` must be between 1 and 10"),
    # prices
    (f"prices = 1\n{PROJECT}{STAGE}", "`prices` must be a table."),
    (with_prices("ml.m5.large = 0.115"),
     '[prices]: `ml` is a table; put the instance type in quotes, like "ml.m5.large" = 0.115.'),
    (with_prices('"m5.large" = 0.115'), "`m5.large` is no instance type; write one like “ml.m5.large”."),
    (with_prices('"ml.m5.large" = "0.115"'), "`ml.m5.large` must be a number of US dollars an hour."),
    (with_prices('"ml.m5.large" = true'), "`ml.m5.large` must be a number of US dollars an hour."),
    (with_prices('"ml.m5.large" = 0'), "`ml.m5.large` must be more than 0 US dollars an hour."),
    (with_prices('"ml.m5.large" = -1.5'), "must be more than 0 US dollars an hour."),
    (with_prices('"ml.m5.large" = nan'), "must be more than 0 US dollars an hour."),
    (with_prices('"ml.m5.large" = inf'), "must be more than 0 US dollars an hour."),
    (with_prices(f'"ml.m5.large" = 1{"0" * 400}'), "must be more than 0 US dollars an hour."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragment"), BROKEN, ids=[fragment for _, fragment in BROKEN])
def test_a_broken_model_hears_what_is_wrong_and_where(text: str, fragment: str) -> None:
    assert fragment in refusal(text)
