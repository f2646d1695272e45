"""What is sealed of the evidence: the digest of every report, of the model card and of the test data."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from bot.domain.envelope import Change, Envelope
from bot.domain.model import NamedReport, Package
from bot.domain.model_card import sealed_text
from bot.domain.progress import Trial
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import NotFound, Refusal
from bot.usecases.evidence import Source
from bot.usecases.gather import CARD, CHAMPIONS_TEST, QUALITY, TEST, is_json, named_reports
from bot.usecases.ports import Ports

GONE: Final = "gone"
UNREADABLE: Final = "unreadable"

# An envelope from before all evidence was sealed has only the report of model quality. That the rest is
# there now is no change of it, or every question that was open when the bot learned this would be void.
SCOPE: Final[Mapping[str, str]] = {"evidence": "every report and the model card"}
_REPORT: Final = "report"
_TESTS: Final = (f"{TEST} {_REPORT}", f"{CHAMPIONS_TEST} {_REPORT}")


def knows_all(promotion: Promotion) -> bool:
    """Whether all evidence was sealed, and not only the report of model quality, as in earlier times."""
    return bool(promotion.envelope and promotion.envelope.facts.items() >= SCOPE.items())


def evidence_facts(ports: Ports, package: Package) -> dict[str, str]:
    """The digest of each report that the package names, and of its model card; a word for what cannot be
    read.
    """
    named = _named(package)
    return {name: _as(one, _digest_of(ports, one.uri)) for name, one in named.items()} | _card(package)


def test_facts(ports: Ports, promotion: Promotion) -> dict[str, str]:
    """The digest of each report that the test made."""
    tested = [(name, trial.report) for name, trial in _tests(promotion.trials) if trial.report]
    return {name: _digest_of(ports, uri) for name, uri in tested}


def test_data(ports: Ports, promotion: Promotion) -> str:
    """The digest of the manifest of the stage's test data, empty where it has none."""
    prefix = ports.policy.of_model(promotion.version.model).test_data_of(promotion.stage)
    if not prefix:
        return ""
    try:
        return ports.artifacts.manifest(prefix).digest
    except NotFound:
        if promotion.status is Status.OPENED:  # nothing is sealed yet
            raise
        return GONE


def unsealed(promotion: Promotion, package: Package, sources: Iterable[Source]) -> tuple[Change, ...]:
    """What of the evidence, as it was just gathered, is not what was sealed for the promotion: what was read
    is what counts, and S3 may give something else the next time.
    """
    facts = promotion.envelope.facts if promotion.envelope else {}
    sealed = {name: fact for name, fact in facts.items() if _is_evidence(name)}
    found = _found(package, sources, sealed)
    if not knows_all(promotion):
        sealed, found = ({n: f for n, f in one.items() if n == _REPORT} for one in (sealed, found))
    return Envelope(sealed).changes(Envelope(found))


def untested(promotion: Promotion, tests: Iterable[Source | None]) -> tuple[Change, ...]:
    """What of the tests' reports, its own and the champion's, is not what was sealed, as they were read."""
    facts = promotion.envelope.facts if promotion.envelope else {}
    read = [(name, source) for name, source in zip(_TESTS, tests, strict=False) if source]
    sealed = {name: facts.get(name, "") for name, _ in read}
    return Envelope(sealed).changes(Envelope({name: _word(one, sealed[name]) for name, one in read}))


def _found(package: Package, sources: Iterable[Source], sealed: Mapping[str, str]) -> dict[str, str]:
    """The facts of the sources, of which there is one for each report that the package names."""
    read = [source for source in sources if source.kind not in {TEST, CARD}]
    pairs = zip(_named(package).items(), read, strict=True)
    return {name: _seen(one, source, sealed.get(name, "")) for (name, one), source in pairs} | _card(package)


def _seen(named: NamedReport, source: Source, sealed: str) -> str:
    if is_json(named):
        return _word(source, sealed)
    return sealed if sealed.startswith(_as(named, "")) else _as(named, UNREADABLE)  # nobody read it


def _word(source: Source, sealed: str) -> str:
    """The digest; whether something is gone or cannot be read for another reason makes no difference."""
    return source.digest or (sealed if sealed in {GONE, UNREADABLE} else UNREADABLE)


def _named(package: Package) -> dict[str, NamedReport]:
    """By the name of its fact each report that the package names; anybody may call theirs the same."""
    facts: dict[str, NamedReport] = {}
    for one in named_reports(package):
        name = _REPORT if one.kind == QUALITY else f"{one.kind} {_REPORT}"
        while name in facts:
            name = f"{name} {one.uri}"
        facts[name] = one
    return facts


def _as(named: NamedReport, digest: str) -> str:
    """The media type decides whether a report counts at all."""
    return digest if is_json(named) else f"{named.media} {digest}"


def _is_evidence(name: str) -> bool:
    ours = name in {CARD, _REPORT} or name.endswith(f" {_REPORT}") or f" {_REPORT} " in name
    return ours and name not in _TESTS


def _card(package: Package) -> dict[str, str]:
    card = sealed_text(package.card) if package.card else ""
    return {CARD: hashlib.sha256(card.encode()).hexdigest()} if card else {}


def _tests(trials: Iterable[Trial]) -> Iterable[tuple[str, Trial]]:
    return zip(_TESTS, trials, strict=False)


def _digest_of(ports: Ports, uri: str) -> str:
    try:
        return hashlib.sha256(ports.reports.read(uri)).hexdigest()
    except NotFound:
        return GONE
    except Refusal:  # too large, or no address at all: nothing of it counts
        return UNREADABLE
