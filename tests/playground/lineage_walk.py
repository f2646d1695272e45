"""The plainest walk over a project's description: who is concerned when something turns out to be bad."""

from dataclasses import dataclass, field

from playground.lineage_plan import Project


@dataclass
class Walk:
    """What came of one bad thing; it shares no code with the bot."""

    project: Project
    addresses: set[str] = field(default_factory=set)  # bad ones, data and artifacts
    jobs: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)  # bad by what they run, whatever they serve

    def of_address(self, uri: str) -> "Walk":
        known = {one for job in self.project.jobs for one in (*job.reads, *job.makes)}
        known |= {one.artifact for one in self.project.versions}
        known |= {one.serves for one in self.project.variants if one.serves.startswith("s3://")}
        self.addresses = {one for one in known if _shares(one, uri)}
        return self._on()

    def of_job(self, name: str) -> "Walk":
        self.jobs = {job.name for job in self.project.jobs if job.name == name}
        return self._on()

    def of_image(self, image: str) -> "Walk":
        self.jobs = {job.name for job in self.project.jobs if job.image == image}
        self.versions = {one.name for one in self.project.versions if one.image == image}
        bare = [one for one in self.project.variants if one.serves.startswith("s3://")]
        self.endpoints = {one.endpoint for one in bare if one.image == image}
        return self._on()

    def of_commit(self, sha: str) -> "Walk":
        self.jobs = {job.name for job in self.project.jobs if job.commit.startswith(sha)}
        return self._on()

    def _on(self) -> "Walk":
        """Until nothing more turns bad."""
        before = None
        while before != (len(self.addresses), len(self.jobs), len(self.versions)):
            before = (len(self.addresses), len(self.jobs), len(self.versions))
            written = {one for job in self.project.jobs if job.name in self.jobs for one in job.makes}
            for job in self.project.jobs:
                if job.name in self.jobs or self._is_bad(job.reads, written):
                    self.jobs.add(job.name)
                    self.addresses.update(job.makes)
            for version in self.project.versions:
                if version.artifact in self.addresses:
                    self.versions.add(version.name)
        return self

    def _is_bad(self, reads: tuple[str, ...], written: set[str]) -> bool:
        """Bad itself, or written in part by a job that is bad."""
        return any(uri in self.addresses or any(_shares(uri, one) for one in written) for uri in reads)

    def live(self) -> set[tuple[str, str, str]]:
        """Version, endpoint and share of the traffic, for each bad version that serves."""
        found = set()
        for variant in self.project.variants:
            own = [one for one in self.project.variants if one.endpoint == variant.endpoint]
            part = sum(one.weight for one in own if one.serves == variant.serves)
            share = f"{round(100 * part / sum(one.weight for one in own))} %"
            if variant.serves in self.versions:
                found.add((variant.serves, variant.endpoint, share))
        return found

    def unregistered(self) -> set[str]:
        """Endpoints that serve a bad artifact which nobody registered for them."""
        exposed = {endpoint for _, endpoint, _ in self.live()}
        found = {one.endpoint for one in self.project.variants if one.serves in self.addresses}
        return (found | self.endpoints) - exposed

    def unjudged(self) -> set[str]:
        """All other endpoints of which nobody knows what they learned from."""
        makers = {uri: job for job in self.project.jobs for uri in job.makes}
        artifacts = {one.name: one.artifact for one in self.project.versions}
        judged = self.unregistered() | {endpoint for _, endpoint, _ in self.live()}
        return {
            one.endpoint
            for one in self.project.variants
            if artifacts.get(one.serves, one.serves) not in makers and one.endpoint not in judged
        }


def _shares(one: str, other: str) -> bool:
    """Whether objects can have both as the beginning of their address."""
    return one.startswith(other) or other.startswith(one)
