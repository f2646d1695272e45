"""The Origins port in memory."""

from collections.abc import Sequence

from bot.domain.lineage import keys
from bot.domain.lineage.dataset import Sighting
from bot.domain.lineage.graph import Graph
from bot.domain.model import Version
from bot.usecases.origins import Origin


class FakeOrigins:
    """What is kept of versions and of training jobs' inputs."""

    def __init__(self) -> None:
        self._origins: dict[Version, Origin] = {}
        self._jobs: dict[frozenset[tuple[str, str]], Graph] = {}
        self._seen: dict[tuple[str, str, str], Sighting] = {}

    def keep(self, origin: Origin) -> None:
        """See the port."""
        known = self._origins.get(origin.registered.version)
        if known and known.registered.registered_at > origin.registered.registered_at:
            return
        same = known and known.registered.registered_at == origin.registered.registered_at
        if known and same and known.is_whole and not origin.is_whole:
            return
        self._origins[origin.registered.version] = origin

    def find(self, version: Version) -> Origin | None:
        """See the port."""
        return self._origins.get(version)

    def all(self) -> Sequence[Origin]:
        """See the port."""
        return list(self._origins.values())

    def keep_job(self, job: str, graph: Graph) -> None:
        """See the port."""
        key = keys.job("processing", job)
        ends = frozenset((edge.before.replace(key, ""), edge.after.replace(key, "")) for edge in graph.edges)
        self._jobs.setdefault(ends, graph)

    def jobs(self) -> Sequence[Graph]:
        """See the port."""
        return list(self._jobs.values())

    def see(self, sighting: Sighting) -> None:
        """See the port."""
        self._seen.setdefault((sighting.job, sighting.channel, sighting.moment), sighting)

    def seen(self, job: str) -> Sequence[Sighting]:
        """See the port."""
        found = [one for one in self._seen.values() if one.job == job]
        return sorted(found, key=lambda one: (one.at, one.channel))
