"""CloudWatch's alarms in memory."""

from collections.abc import Sequence

from bot.domain.policy import AlarmKind, alarm_name
from bot.domain.refusals import NotPossible
from bot.usecases.hosting import Alarm, Deployment
from tests.fakes.clock import FakeClock


class FakeAlarms:
    """Alarms by name. A team's own exist as soon as somebody speaks of them, unless a test lacks them."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._alarms: dict[str, Alarm] = {}
        self._lacking: set[str] = set()
        self.team_is_diligent = False  # it made every alarm that somebody asks for

    def is_there(self, name: str) -> None:
        """The team made it."""
        self._lacking.discard(name)
        self._alarms.setdefault(name, Alarm(name, "OK", "", self._clock.now()))

    def lacks(self, name: str) -> None:
        """The team did not make it."""
        self._lacking.add(name)
        self._alarms.pop(name, None)

    def rings(self, name: str, reason: str) -> None:
        """It goes into ALARM."""
        self._alarms[name] = Alarm(name, "ALARM", reason, self._clock.now())

    def names(self) -> Sequence[str]:
        """All that there are."""
        return sorted(self._alarms)

    def look(self, names: Sequence[str]) -> Sequence[Alarm]:
        """Those of these that exist."""
        for name in names if self.team_is_diligent else ():
            if name not in self._lacking:
                self.is_there(name)
        return [self._alarms[name] for name in dict.fromkeys(names) if name in self._alarms]

    def make(self, deployment: Deployment, *, rolls_back: bool) -> None:
        """What the deployment's rules want; where it rolls back the team's own must be there."""
        made = [alarm_name(deployment.endpoint, rule.kind) for rule in deployment.rules]
        for name in deployment.alarms if rolls_back else ():
            if name not in made and name in self._lacking:
                raise NotPossible(
                    f"CloudWatch has no alarm `{name}`, which mlops.toml names for the rollout to "
                    f"`{deployment.endpoint}`. Make it, or take it out of `alarms`, then propose this "
                    f"version again."
                )
            self.is_there(name)
        for name in made:
            new = Alarm(name, "INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", self._clock.now())
            self._alarms.setdefault(name, new)

    def delete(self, endpoint: str) -> None:
        """Delete what `make` made for it."""
        for kind in AlarmKind:
            self._alarms.pop(alarm_name(endpoint, kind), None)
