"""The envelope: any change of what was approved breaks the seal, and the change has a name."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.artifact import Blob
from bot.domain.envelope import Change, Envelope, kept_facts, runs, seal
from bot.domain.model import Approval, Container, Identity, Package, Version
from bot.domain.needs import Copy, Part, parts_of
from bot.domain.policy import (
    AlarmKind,
    AlarmRule,
    Capture,
    Instance,
    Policy,
    Requirement,
    Rollout,
    RolloutKind,
    Serverless,
    Stage,
)

CONTAINER = Container(
    image="1.dkr.ecr.eu-central-1.amazonaws.com/churn:3",
    image_digest="sha256:aa",
    artifact="s3://acme-ml/churn/12/model.tar.gz",
    artifact_etag="e1",
    environment={"THRESHOLD": "0.5", "CODE": "s3://acme-ml/code.tgz", "GREETING": "Grüß Gott"},
)
PACKAGE = Package(
    version=Version("churn", 12),
    arn="arn:aws:sagemaker:eu-central-1:1:model-package/churn/12",
    status="Completed",
    approval=Approval.PENDING,
    registered_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    registered_by=Identity("cara"),
    containers=(CONTAINER,),
)
CANARY = Rollout(RolloutKind.CANARY, 10, timedelta(minutes=10), ("{endpoint}-5xx",))
STAGE = Stage("production", "{model}", (Requirement("leads", 1),), rollout=CANARY)
POLICY = Policy("acme", "#ml", {}, {}, (STAGE,), {}, digest="d" * 64)
EVIDENCE = {"report": "a" * 64, "test data": "b" * 64}
COPIES = (
    Copy("container 1 artifact", Blob("s3://acme-ml/churn/12/model.tar.gz", "v1", "e1", 12)),
    Copy("container 1 variable CODE", Blob("s3://acme-ml/code.tgz", "v7", "e7", 3)),
)


def sealed(
    *,
    package: Package = PACKAGE,
    stage: Stage = STAGE,
    policy: Policy = POLICY,
    evidence: Mapping[str, str] = EVIDENCE,
    copies: Sequence[Copy] = COPIES,
) -> Envelope:
    return seal(package, stage, policy, stage.rollout, evidence, copies)


def containing(*containers: Container) -> Envelope:
    return sealed(package=replace(PACKAGE, containers=containers))


def changed(after: Envelope, before: Envelope | None = None) -> list[str]:
    return [change.name for change in (before or sealed()).changes(after)]


# ---- what is in it ---------------------------------------------------------------------------------


def test_every_fact_has_a_name_that_people_understand() -> None:
    facts = dict(sealed().facts)
    assert len(facts.pop("container 1 environment")) == 64
    assert facts == {
        "package": PACKAGE.arn,
        "containers": "1",
        "stage": "production",
        "endpoint": "churn",
        "rollout": "canary 10 % for 10 min",
        "alarms": "churn-5xx",
        "mlops.toml": "d" * 64,
        "report": "a" * 64,
        "test data": "b" * 64,
        "container 1 image": CONTAINER.image,
        "container 1 image digest": "sha256:aa",
        "container 1 artifact address": CONTAINER.artifact,
        "container 1 artifact ETag in the registry": "e1",
        "container 1 artifact version": "v1",
        "container 1 artifact ETag": "e1",
        "container 1 variable CODE version": "v7",
        "container 1 variable CODE ETag": "e7",
    }


def test_the_same_thing_is_sealed_the_same_for_ever() -> None:
    # An approval that waits outlives a deployment of the bot: this may change only on purpose.
    assert sealed().digest == "951381024d8cef84a3bd33b97f743e0595b6d231528d784a3170046b941d3a9a"


def test_the_digest_is_that_of_canonical_json_which_anybody_can_check() -> None:
    canonical = json.dumps(
        dict(sealed().facts), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert sealed().digest == hashlib.sha256(canonical).hexdigest()


def test_people_compare_the_first_eight_characters() -> None:
    assert sealed().short == sealed().digest[:8]


def test_it_knows_the_endpoint_and_the_evidence() -> None:
    assert (sealed().endpoint, sealed().report) == ("churn", "a" * 64)


def test_without_facts_it_knows_neither() -> None:
    assert (Envelope().endpoint, Envelope().report) == ("", "")


# ---- any change breaks it, by name -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "names"),
    [
        (replace(CONTAINER, image="1.dkr.ecr.eu-central-1.amazonaws.com/churn:4"), ["container 1 image"]),
        (replace(CONTAINER, image=f"{CONTAINER.image}\ue000"), ["container 1 image"]),
        (replace(CONTAINER, image_digest="sha256:ab"), ["container 1 image digest"]),
        (replace(CONTAINER, image_digest=""), ["container 1 image digest"]),
        (replace(CONTAINER, artifact="s3://acme-ml/x.tar.gz"), ["container 1 artifact address"]),
        (replace(CONTAINER, artifact_etag="e2"), ["container 1 artifact ETag in the registry"]),
        (replace(CONTAINER, environment={}), ["container 1 environment"]),
        (replace(CONTAINER, environment={**CONTAINER.environment, "THRESHOLD": "0.6"}),
         ["container 1 environment"]),
        (replace(CONTAINER, environment={**CONTAINER.environment, "EXTRA": ""}),
         ["container 1 environment"]),
        (replace(CONTAINER, environment={**CONTAINER.environment, "GREETING": "Gru\u0308ß Gott"}),
         ["container 1 environment"]),
        (replace(CONTAINER, rest='{"ModelInput":{}}'), ["container 1 settings"]),
    ],
)  # fmt: skip
def test_whatever_changes_in_a_container_is_named(container: Container, names: list[str]) -> None:
    assert changed(containing(container)) == names
    assert containing(container).digest != sealed().digest


def test_the_table_above_changes_every_field_that_a_container_has() -> None:
    assert {field.name for field in fields(Container)} == {
        "image", "image_digest", "artifact", "artifact_etag", "environment", "rest",
    }  # fmt: skip


@pytest.mark.parametrize(
    "containers", [(), (CONTAINER, CONTAINER), (CONTAINER, Container("")), (Container(""), CONTAINER)]
)
def test_another_number_of_containers_is_named(containers: tuple[Container, ...]) -> None:
    assert "containers" in changed(containing(*containers))


def test_containers_run_in_order() -> None:
    other = replace(CONTAINER, image="preprocess")
    turned = changed(containing(other, CONTAINER), containing(CONTAINER, other))
    assert turned == ["container 1 image", "container 2 image"]


@pytest.mark.parametrize(
    ("copies", "names"),
    [
        ((replace(COPIES[0], source=replace(COPIES[0].source, version="v2")), COPIES[1]),
         ["container 1 artifact version"]),
        ((replace(COPIES[0], source=replace(COPIES[0].source, etag="e2")), COPIES[1]),
         ["container 1 artifact ETag"]),
        ((COPIES[0], replace(COPIES[1], source=Blob("s3://acme-ml/code.tgz", "v8", "e8", 3))),
         ["container 1 variable CODE ETag", "container 1 variable CODE version"]),
        (COPIES[:1], ["container 1 variable CODE ETag", "container 1 variable CODE version"]),
    ],
)  # fmt: skip
def test_an_object_that_was_overwritten_is_named(copies: tuple[Copy, ...], names: list[str]) -> None:
    assert changed(sealed(copies=copies)) == names


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        (replace(STAGE, name="staging"), ["stage"]),
        (replace(STAGE, endpoint="{model}-2"), ["alarms", "endpoint"]),
        (replace(STAGE, rollout=replace(CANARY, percent=20)), ["rollout"]),
        (replace(STAGE, rollout=replace(CANARY, bake=timedelta(minutes=11))), ["rollout"]),
        (replace(STAGE, rollout=replace(CANARY, kind=RolloutKind.LINEAR)), ["rollout"]),
        (replace(STAGE, rollout=Rollout()), ["alarms", "rollout"]),
        (replace(STAGE, rollout=replace(CANARY, alarms=())), ["alarms"]),
        (replace(STAGE, rollout=replace(CANARY, rules=(AlarmRule(AlarmKind.LATENCY, 80),))), ["alarms"]),
        (replace(STAGE, instance=Instance("ml.m5.large")), ["runs on"]),
        (replace(STAGE, serverless=Serverless(2048, 5)), ["runs on"]),
        (replace(STAGE, capture=Capture(100, "s3://acme-ml/seen/")), ["data capture"]),
    ],
)
def test_whatever_changes_in_how_it_is_to_serve_is_named(stage: Stage, names: list[str]) -> None:
    assert changed(sealed(stage=stage)) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            replace(STAGE, instance=Instance("ml.m5.large")),
            replace(STAGE, instance=Instance("ml.m5.large", 2)),
        ),
        (replace(STAGE, serverless=Serverless(2048, 5)), replace(STAGE, serverless=Serverless(2048, 6))),
        (replace(STAGE, serverless=Serverless(1024, 5)), replace(STAGE, serverless=Serverless(2048, 5))),
        (replace(STAGE, capture=Capture(1, "s3://a/")), replace(STAGE, capture=Capture(2, "s3://a/"))),
        (replace(STAGE, capture=Capture(1, "s3://a/")), replace(STAGE, capture=Capture(1, "s3://b/"))),
    ],
)
def test_capacity_and_capture_are_sealed_to_the_number(one: Stage, other: Stage) -> None:
    assert len(changed(sealed(stage=other), sealed(stage=one))) == 1


def test_whatever_else_mlops_toml_says_is_covered_by_its_digest() -> None:
    assert changed(sealed(policy=replace(POLICY, digest="e" * 64))) == ["mlops.toml"]


@pytest.mark.parametrize("name", ["report", "test data"])
@pytest.mark.parametrize("value", ["c" * 64, "", "gone"])
def test_other_evidence_is_named(name: str, value: str) -> None:
    assert changed(sealed(evidence={**EVIDENCE, name: value})) == [name]


@pytest.mark.parametrize(
    "package", [replace(PACKAGE, arn=f"{PACKAGE.arn}3"), replace(PACKAGE, version=Version("other", 12))]
)
def test_another_package_is_another_envelope(package: Package) -> None:
    assert sealed(package=package).digest != sealed().digest


@pytest.mark.parametrize(
    "package",
    [
        replace(PACKAGE, approval=Approval.APPROVED, approval_note="mlops p_1: approved"),
        replace(PACKAGE, registered_by=Identity("ben")),
    ],
)
def test_what_the_registry_notes_about_the_decision_does_not_break_the_seal(package: Package) -> None:
    assert sealed(package=package) == sealed()


def test_the_order_of_variables_copies_and_evidence_means_nothing() -> None:
    turned = replace(CONTAINER, environment=dict(reversed(list(CONTAINER.environment.items()))))
    other = sealed(
        package=replace(PACKAGE, containers=(turned,)),
        evidence=dict(reversed(list(EVIDENCE.items()))),
        copies=COPIES[::-1],
    )
    assert (other.digest, changed(other)) == (sealed().digest, [])


# ---- what the copy and the test bring --------------------------------------------------------------

KEPT = (
    replace(COPIES[0], kept=Blob("s3://project/a/model.tar.gz", "k1", "e1", 12, "f" * 64)),
    replace(COPIES[1], kept=Blob("s3://project/b/code.tgz", "k2", "e7", 3, "9" * 64)),
)
PARTS = parts_of(PACKAGE, KEPT)


def test_what_was_copied_is_sealed_with_its_address_its_version_and_its_sha256() -> None:
    assert kept_facts(KEPT, PARTS) == {
        "container 1 artifact copy": "k1 of s3://project/a/model.tar.gz",
        "container 1 artifact sha256": "f" * 64,
        "container 1 variable CODE copy": "k2 of s3://project/b/code.tgz",
        "container 1 variable CODE sha256": "9" * 64,
        "container 1 runs": runs(PARTS[0]),
    }


def test_a_copy_that_is_not_made_yet_is_no_fact() -> None:
    assert kept_facts(COPIES, ()) == {}


def test_no_two_copies_read_the_same() -> None:
    spaced = Copy("x", COPIES[0].source, Blob("s3://b/k v1", "", "e", 1, "0"))
    versioned = Copy("x", COPIES[0].source, Blob("s3://b/k", "v1", "e", 1, "0"))
    assert kept_facts([spaced], ()) != kept_facts([versioned], ())


def test_more_facts_change_the_digest_and_leave_the_old_envelope_as_it_was() -> None:
    more = sealed().with_facts(kept_facts(KEPT, PARTS))
    assert set(changed(more)) == set(kept_facts(KEPT, PARTS))
    assert more.digest != sealed().digest == sealed().with_facts({}).digest


@pytest.mark.parametrize(
    "part",
    [
        replace(PARTS[0], image="other@sha256:aa"),
        replace(PARTS[0], artifact="s3://project/other"),
        replace(PARTS[0], environment={**PARTS[0].environment, "THRESHOLD": "0.6"}),
        replace(PARTS[0], environment={}),
        Part(PARTS[0].artifact, PARTS[0].image, PARTS[0].environment),
    ],
)
def test_whatever_else_would_run_is_another_digest(part: Part) -> None:
    assert runs(part) != runs(PARTS[0])


# ---- properties ------------------------------------------------------------------------------------

TEXTS = st.text(max_size=4) | st.sampled_from(["a", "b", "a ", "a\ue000", "\ud800"])
FACTS = st.dictionaries(TEXTS, TEXTS, max_size=4)
CONTAINERS = st.lists(
    st.builds(Container, TEXTS, TEXTS, TEXTS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2), TEXTS),
    max_size=3,
).map(tuple)


@given(one=CONTAINERS, other=CONTAINERS)
def test_two_packages_have_one_digest_only_if_their_containers_are_the_same(
    one: tuple[Container, ...], other: tuple[Container, ...]
) -> None:
    assert (containing(*one).digest == containing(*other).digest) is (one == other)


@given(containers=CONTAINERS.filter(bool), data=st.data())
def test_any_single_change_to_a_container_changes_the_digest(
    containers: tuple[Container, ...], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(containers) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Container)]))
    old = getattr(containers[at], name)
    values = st.dictionaries(TEXTS, TEXTS, max_size=2) if name == "environment" else TEXTS
    new = data.draw(values.filter(lambda value: value != old))
    changed_one = replace(containers[at], **{name: new})  # type: ignore[arg-type]  # of the field's own type
    after = (*containers[:at], changed_one, *containers[at + 1 :])
    assert containing(*after).digest != containing(*containers).digest
    assert containing(*containers).changes(containing(*after))


@given(one=FACTS, other=FACTS)
def test_nothing_has_changed_exactly_if_the_digests_are_equal(
    one: dict[str, str], other: dict[str, str]
) -> None:
    before, after = Envelope(one), Envelope(other)
    assert (before.changes(after) == ()) is (before.digest == after.digest)
    assert (before.changes(after) == ()) is (after.changes(before) == ())


@given(facts=FACTS)
def test_an_empty_fact_is_none(facts: dict[str, str]) -> None:
    bare = {name: value for name, value in facts.items() if value}
    assert Envelope(facts).digest == Envelope(bare).digest
    assert Envelope(facts).changes(Envelope(bare)) == ()


# ---- a change as a sentence ------------------------------------------------------------------------

ADDRESS = "s3://acme-ml/churn/" + "x" * 100


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("stage", "staging", "production"), "stage: `staging` → `production`"),
        (Change("alarms", "", "churn-5xx"), "alarms: nothing → `churn-5xx`"),
        (Change("report", "a" * 64, "b" * 64), "report: `aaaaaaaa` → `bbbbbbbb`"),
        (Change("report", "a" * 64, "gone"), "report: `aaaaaaaa` → `gone`"),
        (Change("report", "a" * 64, "a" * 40 + "b" * 24), "report: `…aaaaaaaa` → `…aabbbbbb`"),
        (Change("artifact", f"{ADDRESS}1/model", f"{ADDRESS}2/model"),
         f"artifact: `…{'x' * 20}1/model` → `…{'x' * 20}2/model`"),
        (Change("artifact", "s3://a", f"{ADDRESS}{ADDRESS}"), f"artifact: `s3://a` → `{ADDRESS[:80]}…`"),
        (Change("image", "a", "`*evil*\n<!channel>"), "image: `a` → `\\u{60}*evil*\\u{a}<!channel>`"),
        (Change("image", "churn", "churn\ue000"), "image: `churn` → `churn\\u{e000}`"),
        (Change("image", "a", "\ue000U01ANA\ue003"), "image: `a` → `\\u{e000}U01ANA\\u{e003}`"),
        (Change("image", "a", "\u202egpj"), "image: `a` → `\\u{202e}gpj`"),
        (Change("variable `X`\n", "v1", "v2"), "variable \\u{60}X\\u{60}\\u{a}: `v1` → `v2`"),
        (Change("greeting", "Grüß Gott", "Γειά"), "greeting: `Grüß Gott` → `Γειά`"),
    ],
)  # fmt: skip
def test_a_change_says_what_was_and_what_is(change: Change, text: str) -> None:
    assert str(change) == text


SIDES = st.text(max_size=30) | st.text("ab0", max_size=300) | st.text("ab", min_size=64, max_size=64)


@given(name=st.text(max_size=300), before=SIDES, after=SIDES)
def test_whatever_a_fact_holds_its_change_is_one_short_line_of_two_quotes_that_differ(
    name: str, before: str, after: str
) -> None:
    text = str(Change(name, before, after))
    quoted = re.fullmatch(r"[^`]*: (nothing|`[^`]+`) → (nothing|`[^`]+`)", text)
    assert quoted
    assert (quoted[1] == quoted[2]) is (before == after)
    assert text.isprintable()
    assert len(text) < 2200


def test_a_secret_in_the_environment_is_neither_a_fact_nor_in_a_sentence() -> None:
    old, new = "hunter2-hunter2", "correct-horse-battery"
    before, after = (
        containing(replace(CONTAINER, environment={"DB_PASSWORD": secret})).with_facts(
            {"container 1 runs": runs(Part("i", "a", {"DB_PASSWORD": secret}))}
        )
        for secret in (old, new)
    )
    told = " ".join(map(str, before.changes(after)))
    assert "container 1 environment: `" in told
    for secret in (old, new):
        assert secret not in json.dumps([dict(before.facts), dict(after.facts)]) + told


def test_settings_may_be_secret_too() -> None:
    envelope = containing(replace(CONTAINER, rest='{"Framework":"hunter2-hunter2"}'))
    assert "hunter2" not in json.dumps(dict(envelope.facts))
