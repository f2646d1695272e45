"""Test: the sealed artifact answers the stage's held-out data, and so does the champion's."""

from dataclasses import replace
from typing import Final

from bot.domain.progress import Trial
from bot.domain.promotion import Promotion, Status
from bot.domain.refusals import Refusal
from bot.usecases.change import change
from bot.usecases.deployment import Changed
from bot.usecases.ports import Ports
from bot.usecases.sealed_evidence import test_facts
from bot.usecases.trial import begun, result
from bot.usecases.void import is_void, voided

_KB: Final = 1000


def test(ports: Ports, promotion_id: str) -> bool:
    """Sealed → tested, once every transform has ended and is scored; False while one runs."""
    promotion = ports.ledger.promotion(promotion_id)
    if promotion.status is not Status.SEALED or is_void(ports, promotion):
        return True
    prefix = ports.policy.of_model(promotion.version.model).test_data_of(promotion.stage)
    if promotion.rollback or not prefix:
        change(ports.ledger, promotion_id, lambda now: _untested(ports, now))
        return True
    try:
        trials = promotion.trials or begun(ports, promotion, prefix)
    except Changed as changed:
        text = changed.sentence
        change(ports.ledger, promotion_id, lambda now: voided(ports, now, text))
        return True
    results = [_result(ports, promotion, number, trial) for number, trial in enumerate(trials)]
    if None in results:
        change(ports.ledger, promotion_id, lambda now: _looked(ports, now, trials))
        return False
    done = tuple(trial for trial in results if trial)
    facts = test_facts(ports, replace(promotion, trials=done))
    change(ports.ledger, promotion_id, lambda now: _tested(ports, now, done, facts))
    return True


def _result(ports: Ports, promotion: Promotion, number: int, trial: Trial) -> Trial | None:
    try:
        return result(ports, promotion, trial)
    except Refusal as refusal:
        if number == 0:
            raise
        # The candidate is not at fault for its predecessor; the card says what is lacking.
        return replace(trial, problem=refusal.sentence)


def _untested(ports: Ports, promotion: Promotion) -> Promotion | None:
    if promotion.status is not Status.SEALED:
        return None
    why = "it was live here before" if promotion.rollback else "mlops.toml names no `test_data` for it"
    return promotion.moved(Status.TESTED, ports.clock.now(), f"Not tested: {why}.")


def _looked(ports: Ports, promotion: Promotion, trials: tuple[Trial, ...]) -> Promotion | None:
    if promotion.status is not Status.SEALED:
        return None
    if promotion.trials:
        return replace(promotion, looks=promotion.looks + 1)
    data = trials[0].data
    files = "1 file" if data.files == 1 else f"{data.files} files"
    both = " and the champion" if any(trial.job for trial in trials[1:]) else ""
    jobs = ", ".join(f"`{trial.job}`" for trial in trials if trial.job)
    text = (
        f"Testing it{both} on the held-out data: {files}, {data.bytes / _KB:.0f} kB, manifest "
        f"`{data.digest[:8]}`, transform {jobs}."
    )
    return promotion.moved(Status.SEALED, ports.clock.now(), text, trials=trials, looks=promotion.looks + 1)


def _tested(
    ports: Ports, promotion: Promotion, trials: tuple[Trial, ...], facts: dict[str, str]
) -> Promotion | None:
    if promotion.status is not Status.SEALED or promotion.envelope is None:
        return None
    own, *others = trials
    spent = f" in {own.seconds:.0f} s of {own.instance.type}" if own.seconds else ", by an earlier test"
    text = f"Tested: {own.rows:,} rows scored{spent}."
    problems = [other.problem for other in others if other.problem]
    text += "".join(f" The champion could not be tested: {problem}" for problem in problems)
    sealed = promotion.envelope.with_facts(facts)
    text += f" Sealed with the test’s report: `{sealed.short}`."
    return promotion.moved(Status.TESTED, ports.clock.now(), text, trials=trials, envelope=sealed)
