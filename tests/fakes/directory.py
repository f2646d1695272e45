"""The Directory port in memory."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.refusals import NotFound
from bot.domain.wording import group, person

PEOPLE: Final[Mapping[str, str]] = {
    "ana": "U01ANA",
    "ben": "U02BEN",
    "rita": "U03RITA",
    "cara": "U04CARA",
    "dan": "U05DAN",
}


class FakeDirectory:
    """User groups with their members."""

    def __init__(self) -> None:
        self.groups: dict[str, tuple[str, tuple[str, ...]]] = {
            "@ml-leads": ("S01LEADS", (PEOPLE["ben"],)),
            "@model-risk": ("S02RISK", (PEOPLE["rita"],)),
            "@data-science": ("S03DATA", (PEOPLE["cara"],)),
        }
        self.silent = False

    def members(self, names: Sequence[str]) -> frozenset[str]:
        """See the port."""
        found: set[str] = set()
        for name in names:
            found.update(self._members(name) if name.startswith("@") else [name])
        return frozenset(found)

    def mentions(self, names: Sequence[str]) -> Sequence[str]:
        """See the port."""
        return [self._mark(name) for name in dict.fromkeys(names) if self._is_known(name)]

    def name(self, slack_id: str) -> str:
        """See the port."""
        known = {person_id: name.capitalize() for name, person_id in PEOPLE.items()}
        return slack_id if self.silent else known.get(slack_id, slack_id)

    def _members(self, name: str) -> Sequence[str]:
        if self.silent:
            raise NotFound(f"Nobody may decide: Slack does not tell who is in {name} (no_permission).")
        if name not in self.groups:
            raise NotFound(
                f"Nobody may decide: Slack has no user group {name}, which mlops.toml names. "
                f"Ask your platform team to create it or to mend [groups]."
            )
        return self.groups[name][1]

    def _is_known(self, name: str) -> bool:
        return not name.startswith("@") or (name in self.groups and not self.silent)

    def _mark(self, name: str) -> str:
        return group(self.groups[name][0]) if name.startswith("@") else person(name)
