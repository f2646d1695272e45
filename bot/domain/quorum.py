"""Quorum: what approvals are still missing, when each person counts once."""

from collections.abc import Sequence

from bot.domain.policy import Requirement
from bot.domain.promotion import Consent
from bot.domain.wording import listed


def outstanding(requirements: Sequence[Requirement], consents: Sequence[Consent]) -> tuple[Requirement, ...]:
    """What is still missing after these consents."""
    return missing(requirements, [consent.groups for consent in consents])


def missing(requirements: Sequence[Requirement], people: Sequence[Sequence[str]]) -> tuple[Requirement, ...]:
    """What is still needed, when each person counts once, wherever they help most.

    Args:
        requirements: Groups with counts.
        people: For each person who approved, the groups that they were in.
    """
    slots = [requirement.group for requirement in requirements for _ in range(requirement.count)]
    taken: dict[int, int] = {}
    for candidate in range(len(people)):
        _seat(candidate, people, slots, taken, set())
    open_slots = [group for slot, group in enumerate(slots) if slot not in taken]
    return tuple(
        Requirement(r.group, count) for r in requirements if (count := open_slots.count(r.group)) > 0
    )


def _seat(
    who: int, people: Sequence[Sequence[str]], slots: Sequence[str], taken: dict[int, int], tried: set[int]
) -> bool:
    # An augmenting path: somebody who could sit elsewhere makes room.
    for slot, group in enumerate(slots):
        if group in people[who] and slot not in tried:
            tried.add(slot)
            if slot not in taken or _seat(taken[slot], people, slots, taken, tried):
                taken[slot] = who
                return True
    return False


def needed(requirements: Sequence[Requirement]) -> str:
    """`1 of leads and 2 of risk`."""
    return listed([f"{requirement.count} of {requirement.group}" for requirement in requirements])
