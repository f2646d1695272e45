"""The grammar: what people say, and the command that it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusals import NotUnderstood
from bot.slack.commands import (
    Approve,
    Command,
    Compare,
    Deploy,
    Freeze,
    Help,
    History,
    Lineage,
    Models,
    Pending,
    Reject,
    Report,
    Rollback,
    Show,
    StatusOf,
    Target,
    Thing,
    Unfreeze,
)
from bot.slack.grammar import VERBS, Verb, parse, unknown_topic, verb_named

V12, V9, LATEST = Target("churn", 12), Target("churn", 9), Target("churn", None)
MEANT: dict[str, type[Command]] = {
    "help": Help,
    "models": Models,
    "show": Show,
    "report": Report,
    "compare": Compare,
    "pending": Pending,
    "status": StatusOf,
    "approve": Approve,
    "reject": Reject,
    "deploy": Deploy,
    "rollback": Rollback,
    "lineage": Lineage,
    "history": History,
    "freeze": Freeze,
    "unfreeze": Unfreeze,
}


@pytest.mark.parametrize(
    ("said", "command"),
    [
        # no words are a call for help
        ("", Help()),
        ("   \n\t ", Help()),
        ("help", Help()),
        ("HELP", Help()),
        ("help approve", Help("approve")),
        ("help  Approve ", Help("approve")),
        ("-- hello?", Help()),
        # lists
        ("models", Models()),
        ("pending", Pending()),
        ("  Pending  ", Pending()),
        ("status", StatusOf()),
        ("status churn", StatusOf("churn")),
        ("status Churn", StatusOf("Churn")),
        # a version, however it is written
        ("show churn:12", Show(V12)),
        ("show churn 12", Show(V12)),
        ("show churn v12", Show(V12)),
        ("show churn V12", Show(V12)),
        ("show churn:v12", Show(V12)),
        ("show churn:012", Show(V12)),
        ("show   churn    12  ", Show(V12)),
        ("SHOW churn:12", Show(V12)),
        ("show churn:latest", Show(Target("churn", None))),
        ("show churn latest", Show(Target("churn", None))),
        ("show churn LATEST", Show(Target("churn", None))),
        ("show churn", Show(Target("churn", None))),
        ("show churn-eu-2:7", Show(Target("churn-eu-2", 7))),
        ("show Churn--EU:7", Show(Target("Churn--EU", 7))),
        (f"show {'m' * 63}:999999999", Show(Target("m" * 63, 999_999_999))),
        # lineage
        ("lineage churn:12", Lineage(V12, None)),
        ("lineage churn 12", Lineage(V12, None)),
        ("lineage churn latest", Lineage(LATEST, None)),
        ("lineage churn", Lineage(LATEST, Thing("churn"))),  # a model, or else a thing of that name
        ("lineage s3://b/raw/", Lineage(None, Thing("s3://b/raw/"))),
        ("lineage --data s3://b/raw/", Lineage(None, Thing("s3://b/raw/", "data"))),
        ("lineage data customers", Lineage(None, Thing("customers", "data"))),
        ("lineage job churn-train-12", Lineage(None, Thing("churn-train-12", "job"))),
        ("lineage --endpoint churn", Lineage(None, Thing("churn", "endpoint"))),
        ("lineage image acme/xgboost:1.7", Lineage(None, Thing("acme/xgboost:1.7", "image"))),
        (
            "lineage 1.dkr.ecr.eu-west-1.amazonaws.com/x:1",
            Lineage(None, Thing("1.dkr.ecr.eu-west-1.amazonaws.com/x:1")),
        ),
        ("lineage commit 4f2a9c1", Lineage(None, Thing("4f2a9c1", "commit"))),
        ("lineage arn:aws:sagemaker:x", Lineage(None, Thing("arn:aws:sagemaker:x"))),
        ("history churn", History("churn")),
        ("freeze churn -- bad rows", Freeze("churn", "bad rows")),
        ("freeze churn", Freeze("churn", "")),
        ("unfreeze churn -- mended", Unfreeze("churn", "mended")),
        # evidence
        ("report churn:12", Report(V12)),
        ("report churn 12", Report(V12)),
        ("report churn v12", Report(V12)),
        ("report churn latest", Report(LATEST)),
        ("report churn", Report(LATEST)),
        ("compare churn:12 churn:9", Compare(V12, V9)),
        ("compare churn 12 9", Compare(V12, V9)),
        ("compare churn v12 v9", Compare(V12, V9)),
        ("compare churn:12 9", Compare(V12, V9)),
        ("compare churn 12 churn 9", Compare(V12, V9)),
        ("compare churn:12 with churn:9", Compare(V12, V9)),
        ("compare churn:12 and 9", Compare(V12, V9)),
        ("compare churn 12 to 9", Compare(V12, V9)),
        ("compare churn:12 latest", Compare(V12, LATEST)),
        ("compare churn latest 9", Compare(LATEST, V9)),
        ("compare churn:12 fraud:3", Compare(V12, Target("fraud", 3))),
        ("compare churn:12 fraud", Compare(V12, Target("fraud", None))),
        ("compare churn:12", Compare(V12, None)),
        ("compare churn", Compare(LATEST, None)),
        # approvals
        ("approve churn:12", Approve(V12, "", "")),
        ("approve churn 12", Approve(V12, "", "")),
        ("approve churn latest", Approve(Target("churn", None), "", "")),
        ("approve churn:12 to production", Approve(V12, "production", "")),
        ("approve churn v12 to production", Approve(V12, "production", "")),
        ("approve churn:12 TO production", Approve(V12, "production", "")),
        ("approve churn:12 in production", Approve(V12, "production", "")),
        ("approve churn:12 -- looks good", Approve(V12, "", "looks good")),
        ("approve churn:12 to production -- looks good", Approve(V12, "production", "looks good")),
        ("approve churn:12 to production — looks good", Approve(V12, "production", "looks good")),
        ("approve churn:12 to production – looks good", Approve(V12, "production", "looks good")),
        ("approve churn:12 --", Approve(V12, "", "")),
        ("approve churn:12 --   ", Approve(V12, "", "")),
        ("approve churn:12 --\nlooks\ngood", Approve(V12, "", "looks\ngood")),
        ("approve churn:12 -- fine -- for now", Approve(V12, "", "fine -- for now")),
        ("approve churn:12 -- fine — for now", Approve(V12, "", "fine — for now")),
        ("approve churn:12 -- To Production? Yes", Approve(V12, "", "To Production? Yes")),
        (
            "approve churn:12 -- a well-tested--really--model",
            Approve(V12, "", "a well-tested--really--model"),
        ),
        ("approve churn:12 -- \ue000U0CEO\ue003 said so", Approve(V12, "", "U0CEO said so")),
        # rejections
        ("reject churn:12 -- recall dropped", Reject(V12, "", "recall dropped")),
        ("reject churn:12 to production -- recall dropped", Reject(V12, "production", "recall dropped")),
        ("reject churn 12 to production — recall dropped", Reject(V12, "production", "recall dropped")),
        ("reject churn:12", Reject(V12, "", "")),
        # proposals
        ("deploy churn:11 to production", Deploy(Target("churn", 11), "production")),
        ("deploy churn 11 to production", Deploy(Target("churn", 11), "production")),
        ("deploy churn latest to staging", Deploy(Target("churn", None), "staging")),
        ("deploy churn:11 in staging", Deploy(Target("churn", 11), "staging")),
        # the way back
        ("rollback churn in production", Rollback("churn", "production", None)),
        ("rollback churn in production to 11", Rollback("churn", "production", 11)),
        ("rollback churn in production to v11", Rollback("churn", "production", 11)),
        ("rollback churn in production to churn:11", Rollback("churn", "production", 11)),
        ("rollback churn in production to churn:v11", Rollback("churn", "production", 11)),
        ("rollback churn to 11 in production", Rollback("churn", "production", 11)),
        ("ROLLBACK churn IN production TO V11", Rollback("churn", "production", 11)),
        ("rollback churn in to to 11", Rollback("churn", "to", 11)),
        ("rollback churn in production -- 5xx since noon", Rollback("churn", "production", None)),
    ],
)
def test_what_is_said_is_understood(said: str, command: Command) -> None:
    assert parse(said) == command


APPROVE = "Write it like `/mlops approve churn:12 to production -- looks good`."
REPORT = "Write it like `/mlops report churn:12`."
COMPARE = "Write it like `/mlops compare churn:12 churn:9`."
SHOW = "Write it like `/mlops show churn:12`."
DEPLOY = "Write it like `/mlops deploy churn:11 to staging`."
ROLLBACK = "Write it like `/mlops rollback churn in production to 11`."


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        # missing parts
        ("approve", f"Which version? {APPROVE}"),
        ("approve -- yes", f"Which version? {APPROVE}"),
        ("approve churn", f"Which version of churn? {APPROVE}"),
        ("approve churn:", f"Which version of churn? {APPROVE}"),
        ("approve churn to production", f"Which version of churn? {APPROVE}"),
        ("approve churn:12 to", f"To which stage? {APPROVE}"),
        ("approve churn:12 to -- yes", f"To which stage? {APPROVE}"),
        ("show", f"Which version? {SHOW}"),
        ("deploy churn:11", f"To which stage? {DEPLOY}"),
        ("deploy", f"Which version? {DEPLOY}"),
        # wrong parts
        ("show churn:twelve", f"“twelve” is no version. {SHOW}"),
        ("show churn twelve", f"“twelve” is no version. {SHOW}"),
        ("show churn:0", f"“0” is no version. {SHOW}"),
        ("show churn:-1", f"“-1” is no version. {SHOW}"),
        ("show churn:1.5", f"“1.5” is no version. {SHOW}"),
        ("show churn:1:2", f"“1:2” is no version. {SHOW}"),
        ("show churn:1000000000", f"“1000000000” is no version. {SHOW}"),
        ("show :12", f"Which model? {SHOW}"),
        ("show -churn:12", f"“-churn” is no model name. {SHOW}"),
        ("show churn_eu:12", f"“churn_eu” is no model name. {SHOW}"),
        ("show <@U0CEO>:12", f"“<@U0CEO>” is no model name. {SHOW}"),
        (f"show {'m' * 64}:1", f"“{'m' * 64}” is no model name. {SHOW}"),
        # evidence
        ("report", f"Which version? {REPORT}"),
        ("report churn:0", f"“0” is no version. {REPORT}"),
        ("report churn:12 churn:9", f"I do not know what to do with “churn:9”. {REPORT}"),
        ("compare", f"Which version? {COMPARE}"),
        ("compare churn:12 with", f"With which version? {COMPARE}"),
        ("compare churn:12 0", f"“0” is no version. {COMPARE}"),
        ("compare churn:12 fraud:x", f"“x” is no version. {COMPARE}"),
        ("compare churn 12 9 8", f"I do not know what to do with “8”. {COMPARE}"),
        ("reprot churn:12", "I do not know “reprot”. Did you mean `/mlops report churn:12`?"),
        # the way back
        ("rollback", f"Which model? {ROLLBACK}"),
        ("rollback in production", f"Which model? {ROLLBACK}"),
        ("rollback churn", f"In which stage? {ROLLBACK}"),
        ("rollback churn to 11", f"In which stage? {ROLLBACK}"),
        ("rollback churn:11", f"In which stage? {ROLLBACK}"),
        ("rollback churn in", f"In which stage? {ROLLBACK}"),
        ("rollback churn in production to", f"To which version? {ROLLBACK}"),
        ("rollback churn_eu in production", f"“churn_eu” is no model name. {ROLLBACK}"),
        ("rollback churn in production to eleven", f"“eleven” is no version of churn. {ROLLBACK}"),
        ("rollback churn in production to 0", f"“0” is no version of churn. {ROLLBACK}"),
        ("rollback churn in production to latest", f"“latest” is no version of churn. {ROLLBACK}"),
        ("rollback churn in production to fraud:11", f"“fraud:11” is no version of churn. {ROLLBACK}"),
        ("rollback churn production", "Did you mean `/mlops rollback churn in production`?"),
        ("rollback churn to production", "Did you mean `/mlops rollback churn in production`?"),
        ("rollback churn production to 11", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn production 11", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn in production 11", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn 11 in production", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn:11 in production", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn:11 to production", "Did you mean `/mlops rollback churn in production to 11`?"),
        ("rollback churn `production`", "Did you mean `/mlops rollback churn in production`?"),
        ("rollback churn in production please",
         f"I do not know what to do with “production please”. {ROLLBACK}"),
        ("rollback churn in staging in production",
         f"I do not know what to do with “staging production”. {ROLLBACK}"),
        ("rolback churn in production",
         "I do not know “rolback”. Did you mean `/mlops rollback churn in production`?"),
        # too much
        ("show churn:12 please", f"I do not know what to do with “please”. {SHOW}"),
        ("approve churn:12 production", f"I do not know what to do with “production”. {APPROVE}"),
        ("approve churn:12 to production looks good",
         f"I do not know what to do with “looks good”. {APPROVE}"),
        ("approve churn:12 --great", f"I do not know what to do with “--great”. {APPROVE}"),
        ("pending churn", "I do not know what to do with “churn”. Write it like `/mlops pending`."),
        ("help approve now", "I do not know what to do with “now”. Write it like `/mlops help approve`."),
        # unknown verbs
        ("aprove churn:12", "I do not know “aprove”. Did you mean `/mlops approve churn:12`?"),
        ("aprove fraud:3 to staging",
         "I do not know “aprove”. Did you mean `/mlops approve fraud:3 to staging`?"),
        ("aprove",
         "I do not know “aprove”. Did you mean `/mlops approve churn:12 to production -- looks good`?"),
        ("Deplyo  Churn:12 ", "I do not know “deplyo”. Did you mean `/mlops deploy Churn:12`?"),
        ("aprove `fraud:3` to staging",
         "I do not know “aprove”. Did you mean `/mlops approve fraud:3 to staging`?"),
        ("hello", "I do not know “hello”. `/mlops help` lists what I understand."),
        ("shove churn:12", "I do not know “shove”. `/mlops help` lists what I understand."),
        ("stats", "I do not know “stats”. Did you mean `/mlops status churn`?"),
        ("model", "I do not know “model”. Did you mean `/mlops models`?"),
        ("frobnicate", "I do not know “frobnicate”. `/mlops help` lists what I understand."),
        ("😀", "I do not know “😀”. `/mlops help` lists what I understand."),
    ],
)  # fmt: skip
def test_what_is_not_understood_hears_how_to_say_it(said: str, answer: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(said)
    assert refused.value.sentence == answer


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_s_example_means_its_own_command(verb: Verb) -> None:
    assert type(parse(verb.example)) is MEANT[verb.name]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_can_be_looked_up_and_says_what_it_does(verb: Verb) -> None:
    assert verb_named(verb.name) is verb
    assert verb.usage.split()[0] == verb.example.split()[0] == verb.name
    assert verb.summary.endswith(".")


def test_every_command_has_a_verb() -> None:
    assert {verb.name for verb in VERBS} == set(MEANT)


WORDS = st.sampled_from(
    [*MEANT, "churn", "churn:12", "12", "v3", "latest", "to", "in", "--", "—", "x", "<!here>"]
)


@given(text=st.text() | st.lists(WORDS, max_size=8).map(" ".join))
def test_any_text_is_a_command_or_a_refusal_with_what_to_write_instead(text: str) -> None:
    try:
        command = parse(text)
    except NotUnderstood as refused:
        heard = refused.sentence
    else:
        heard = f"/mlops {type(command).__name__}"
    assert "/mlops " in heard


@given(comment=st.text(st.characters(exclude_categories=["Co", "Cs"]), min_size=1))
def test_a_comment_arrives_word_for_word(comment: str) -> None:
    assert parse(f"approve churn:12 to production -- {comment}") == Approve(
        V12, "production", comment.strip()
    )


def test_help_for_a_misspelt_verb_offers_help_and_no_deed() -> None:
    assert unknown_topic("rolback") == "I do not know “rolback”. Did you mean `/mlops help rollback`?"
    assert unknown_topic("xyz") == "I do not know “xyz”. `/mlops help` lists what I understand."
