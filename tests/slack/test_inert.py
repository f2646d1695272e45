"""What files say has no marks in Slack, and looks as it did."""

import pytest

from bot.slack.inert import inert


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("*bold* is 3", "∗bold∗ is 3"),
        ("_slanted_ is 3", "ˍslantedˍ is 3"),
        ("auc[_x_=1]", "auc[ˍxˍ=1]"),
        ("~gone~", "∼gone∼"),
        (":white_check_mark: holds", "∶white_check_mark: holds"),
        (":+1::tada:", "∶+1:∶tada:"),
        ("see https://evil.test/a_b.", "see https∶//evil․test/a_b․"),
        ("HTTP://EVIL.test", "HTTP∶//EVIL․test"),
        (":100: is the best", "∶100: is the best"),
        ("https://x.test/_a_/*b*", "https∶//x․test/ˍaˍ/∗b∗"),
        ("slack://channel", "slack∶//channel"),
        ("www.evil.test/x", "www․evil․test/x"),
    ],
)
def test_marks_and_links_of_a_file_are_not_live(said: str, shown: str) -> None:
    assert inert(said) == shown
    assert len(inert(said)) == len(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "weighted_f1 is 0.7 and must be ≥ 0.80",
        "latency.p95_ms[region=EU]: bias.DPPL · Gender=0",
        "the candidate was measured on s3://acme-ml/churn/test/ (manifest 1a2b3c4d)",
        "Approve with `/mlops approve churn:12 *x* https://x.test`, or not.",
        "Name `test_data` in mlops.toml, and both are tested on the same",
        "Not comparable with churn:11: it was measured at 12:30:05",
        "arn:aws:sagemaker:us-east-1:1:model-package/churn/12",
    ],
)
def test_ordinary_sentences_stay_as_they_are(sentence: str) -> None:
    assert inert(sentence) == sentence
