"""The demo's customers: made by chance from a seed, with a rule for who leaves that no straight line is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playground.aws.tiny_scoring import sigmoid

FEATURES: Final = ("tenure", "charge", "calls", "contract", "late", "trend", "products", "age")
_MONTHLY: Final = 0.5  # the contracts below this share of chance end every month


@dataclass(frozen=True)
class Table:
    """Customers by rows, and whether each left (1) or stayed (0)."""

    rows: Sequence[tuple[float, ...]]
    labels: Sequence[int]

    def csv(self) -> str:
        """One line a customer, label first, no header."""
        lines = (
            f"{label},{','.join(map(repr, row))}" for row, label in zip(self.rows, self.labels, strict=True)
        )
        return "".join(f"{line}\n" for line in lines)


def customers(seed: int, count: int) -> Table:
    """So many customers; the same seed makes the same ones."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    rows = [_customer(chance) for _ in range(count)]
    return Table(rows, [int(chance.random() < sigmoid(_rule(row))) for row in rows])


def _customer(chance: random.Random) -> tuple[float, ...]:
    """In the order of FEATURES; money in euros, times in months but for the age in years."""
    contract = chance.random()
    return (
        float(int(72 * chance.random() ** 1.5)),
        round(20 + 100 * chance.random(), 1),
        float(int(9 * chance.random() ** 2.5)),
        0.0 if contract < _MONTHLY else 1.0 if contract < 0.75 else 2.0,  # noqa: PLR2004 - years
        float(int(5 * chance.random() ** 3)),
        round(chance.random() * 2 - 1, 2),
        float(1 + int(4 * chance.random())),
        float(18 + int(65 * chance.random())),
    )


def _rule(row: Sequence[float]) -> float:
    """The log-odds that a customer leaves: several effects count only together."""
    tenure, charge, calls, contract, late, trend, products, age = row
    score = -3.1 - 1.1 * contract - 0.028 * tenure + 0.8 * late + 0.35 * calls - 1.4 * trend
    if contract == 0 and charge > 75:  # noqa: PLR2004 - from here down the numbers are the rule
        score += 2.4
    if calls >= 3 and tenure < 18:  # noqa: PLR2004
        score += 2.2
    if products >= 3 and trend > 0:  # noqa: PLR2004
        score -= 1.6
    return score + (1.2 if 26 <= age < 38 else 0.0)  # noqa: PLR2004
