"""Seal: exactly what is proposed, and whether it still is that."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from bot.domain.envelope import Envelope
from bot.domain.model import Container, NamedReport, Version
from bot.domain.report import MOST_BYTES
from bot.usecases.sealed_evidence import knows_all
from tests.fakes.reports import quality
from tests.fakes.world import World

_LATER: Final = {"evidence", "bias report", "model card"}


class TestSeal:
    def test_the_envelope_is_written_down(self, world: World) -> None:
        world.register("churn")
        world.runs()
        envelope = world.promotion("churn:1", "staging").envelope
        assert envelope
        assert f"`{envelope.short}`" in world.card("churn:1", "staging").words

    def test_each_stage_has_its_own_envelope_over_the_same_content(self, world: World) -> None:
        world.register("churn")
        world.runs()
        below = world.promotion("churn:1", "staging").envelope
        above = world.promotion("churn:1", "production").envelope
        assert below
        assert above
        changed = {change.name for change in below.changes(above)}
        assert changed == {"stage", "endpoint", "rollout", "alarms"}
        assert below.digest != above.digest

    def test_a_package_that_was_deleted_before_is_refused(self, world: World) -> None:
        world.register("churn")
        world.registry.delete(world.package("churn:1").version)
        world.runs()
        assert world.status("churn:1", "staging") == "refused"
        assert world.promotion("churn:1", "staging").last.text == (
            "churn:1 was deleted from the registry meanwhile. Register it again to promote it."
        )
        assert world.execution("churn:1", "staging").status == "SUCCEEDED"

    def test_another_package_under_its_number_is_not_it(self, world: World) -> None:
        """Or the eyes that must differ would be compared with those of whoever registered the first."""
        world.register("churn", by="cara")
        world.registry.delete(world.package("churn:1").version)
        world.register("churn", by="ana", number=1)
        world.runs()
        first, second = world.promotions("churn:1", "staging")
        assert (first.status.value, second.status.value) == ("refused", "live")
        assert "was deleted from the registry meanwhile" in first.last.text
        assert len(world.endpoints.deployed) == 1
        assert "You registered churn:1" in world.says("ana", "approve churn:1 to production")

    def test_one_that_is_no_longer_completed_too(self, world: World) -> None:
        world.register("churn")
        world.registry.change(world.package("churn:1").version, status="Deleting")
        world.runs()
        assert world.promotion("churn:1", "staging").last.text == (
            "churn:1 is Deleting in the registry, not Completed."
        )

    def test_a_report_that_is_not_there_is_refused_here(self, world: World) -> None:
        world.registry.register("spam", report="s3://models/missing.json")
        world.announce("spam:1")
        world.runs()
        assert world.status("spam:1", "staging") == "refused"
        assert "s3://models/missing.json is not there" in world.promotion("spam:1", "staging").last.text


class TestChangedMeanwhile:
    @pytest.mark.parametrize(
        "changed",
        [{"image": "acme/other:1"}, {"artifact_etag": "another"}, {"environment": {"MODE": "evil"}}],
        ids=str,
    )
    def test_what_was_changed_after_the_seal_voids_the_approval(
        self, asking: World, changed: dict[str, Any]
    ) -> None:
        package = asking.package("churn:1")
        (container,) = package.containers
        containers = (replace(container, **changed),)
        asking.says("ana", "approve churn:1")
        asking.registry.change(package.version, containers=containers)
        asking.says("rita", "approve churn:1")
        asking.runs()
        first, second = asking.promotions("churn:1", "production")
        assert (first.status.value, second.status.value, second.consents) == ("superseded", "asking", ())
        assert "so the approval is void. Changed: container 1 " in first.last.text
        assert len(asking.endpoints.deployed) == 1
        assert asking.package("churn:1").approval.value == "PendingManualApproval"

    def test_a_second_container_too(self, asking: World) -> None:
        package = asking.package("churn:1")
        asking.registry.change(
            package.version, containers=(*package.containers, Container("sidecar:1", "sha256:2"))
        )
        _everybody(asking)
        first, second = asking.promotions("churn:1", "production")
        assert (first.status.value, second.status.value) == ("superseded", "asking")
        assert "containers: `1` → `2`" in first.last.text

    def test_asking_again_seals_what_is_there_now(self, asking: World) -> None:
        package = asking.package("churn:1")
        asking.registry.change(package.version, containers=(Container("acme/new:2", "sha256:2"),))
        _everybody(asking)
        asking.brings("churn:1", "production")
        assert asking.endpoints.deployed[-1].parts[0].image == "acme/new@sha256:2"

    def test_one_that_was_deleted_while_it_asked_can_only_be_decided_on_its_card(self, asking: World) -> None:
        asking.registry.delete(asking.package("churn:1").version)
        assert "The registry has no version of “churn”" in asking.says("rita", "approve churn:1")
        asking.clicks("rita", "approve", "churn:1", "production")
        asking.clicks("ana", "approve", "churn:1", "production")
        asking.runs()
        assert asking.status("churn:1", "production") == "failed"

    def test_one_that_is_deleted_after_the_last_approval_fails(self, asking: World) -> None:
        for who in ("ana", "rita"):
            asking.says(who, "approve churn:1 to production")
        asking.registry.delete(asking.package("churn:1").version)
        asking.runs()
        assert asking.status("churn:1", "production") == "failed"
        assert "was deleted from the registry meanwhile" in asking.card("churn:1", "production").words

    def test_a_report_that_is_replaced_after_weighing_is_weighed_too(self, asking: World) -> None:
        asking.reports.write(asking.package("churn:1").report, quality(auc=0.1))
        _everybody(asking)
        first, second = asking.promotions("churn:1", "production")
        assert (first.status.value, second.status.value) == ("superseded", "refused")

    def test_a_package_that_needs_nothing_from_s3_is_sealed_without_a_copy(self, world: World) -> None:
        world.register("churn", containers=(Container("acme/rules:1", "sha256:1"),))
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert (promotion.status.value, promotion.attempt, promotion.copies) == ("live", 1, ())


class TestEvidence:
    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_of_reports_of_one_kind_each_is_sealed(self, world: World, number: int) -> None:
        uris = [f"s3://models/bias-{one}.json" for one in range(3)]
        _asks(world, *(NamedReport("bias", uri) for uri in uris))
        world.reports.write(uris[number], b'{"x": 9}')
        _everybody(world)
        first, second = world.promotions("churn:1", "production")
        assert (first.status.value, second.status.value) == ("superseded", "asking")
        assert "Changed: bias report" in first.last.text

    def test_a_report_that_is_named_late_voids_the_approval(self, world: World) -> None:
        _asks(world)
        world.reports.write("s3://models/late.json", b'{"x": 9}')
        world.registry.change(Version("churn", 1), more=(NamedReport("late", "s3://models/late.json"),))
        _everybody(world)
        assert "Changed: late report: nothing → `" in world.promotions("churn:1", "production")[0].last.text

    def test_so_does_another_media_type_which_decides_whether_it_counts(self, world: World) -> None:
        _asks(world, NamedReport("bias", "s3://models/bias-0.json", "application/json"))
        named = NamedReport("bias", "s3://models/bias-0.json", "text/html")
        world.registry.change(Version("churn", 1), more=(named,))
        _everybody(world)
        assert "→ `text/html " in world.promotions("churn:1", "production")[0].last.text

    @pytest.mark.parametrize(
        ("uri", "word"),
        [
            ("s3://models/none.json", "gone"),
            ("s3://bad bucket/x.json", "unreadable"),
            ("https://models/x.json", "unreadable"),
            ("s3://models/large.json", "unreadable"),
        ],
    )
    def test_what_cannot_be_read_is_sealed_as_that(self, world: World, uri: str, word: str) -> None:
        world.reports.write("s3://models/large.json", b" " * (MOST_BYTES + 1))
        world.register("churn")
        world.registry.change(Version("churn", 1), more=(NamedReport("bias", uri),))
        world.runs()
        promotion = world.promotion("churn:1", "staging")
        assert promotion.envelope
        assert (promotion.status.value, promotion.envelope.facts["bias report"]) == ("live", word)

    @pytest.mark.parametrize("kind", ["test", "champion’s test"])
    def test_one_that_is_called_as_ours_does_not_take_its_place(self, world: World, kind: str) -> None:
        world.holds_out("fraud")
        world.register("fraud")
        world.reports.write("s3://models/x.json", b'{"x": 1}')
        world.registry.change(Version("fraud", 1), more=(NamedReport(kind, "s3://models/x.json"),))
        world.runs()
        promotion = world.promotion("fraud:1", "staging")
        assert promotion.envelope
        assert (promotion.status.value, promotion.attempt) == ("live", 1)
        assert f"own {kind} report" in promotion.envelope.facts


class TestBeforeAllEvidenceWasSealed:
    """Promotions that were on their way when the bot learned to seal more than one report."""

    def test_what_is_sealed_only_now_voids_no_approval(self, world: World) -> None:
        _asks(world, NamedReport("bias", "s3://models/bias-0.json"), card='{"model_overview": {}, "x": 1}')
        _age(world)
        _everybody(world)
        (promotion,) = world.promotions("churn:1", "production")
        assert len(promotion.consents) == 2
        world.brings("churn:1", "production")

    def test_what_was_sealed_then_does(self, world: World) -> None:
        _asks(world)
        _age(world)
        world.reports.write(world.package("churn:1").report, quality(auc=0.95))
        _everybody(world)
        first, second = world.promotions("churn:1", "production")
        assert "Changed: report: `" in first.last.text
        assert (knows_all(first), knows_all(second)) == (False, True)

    def test_what_was_tested_then_is_weighed(self, world: World) -> None:
        world.register("churn")
        world.registry.change(Version("churn", 1), card='{"x": 1}')
        world.meanwhile("step.Weigh", lambda: _age(world))
        world.runs()
        assert [one.status.value for one in world.promotions("churn:1", "staging")] == ["live"]


def _asks(world: World, *more: NamedReport, **facts: Any) -> None:
    """churn:1 with these reports besides asks for production."""
    for number, one in enumerate(more):
        world.reports.write(one.uri, json.dumps({"x": number}).encode())
    world.register("churn")
    world.registry.change(Version("churn", 1), more=more, **facts)
    world.runs()
    assert world.status("churn:1", "production") == "asking"


def _age(world: World) -> None:
    """Of all evidence only the report of model quality was sealed."""
    for promotion in world.ledger.all():
        assert promotion.envelope
        facts = {n: f for n, f in promotion.envelope.facts.items() if n not in _LATER}
        world.ledger.save(replace(promotion, envelope=Envelope(facts)))


def _everybody(world: World) -> None:
    for who in ("ana", "rita"):
        world.says(who, "approve churn:1 to production")
    world.runs()
