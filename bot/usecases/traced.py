"""What lineage answers are made of; Slack and the terminal show these."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.lineage.contradictions import Contradiction
from bot.domain.lineage.dataset import Drift
from bot.domain.lineage.graph import Gap, Graph, Kind
from bot.domain.lineage.recall import Recall
from bot.domain.model import Version
from bot.domain.promotion import Promotion


@dataclass(frozen=True)
class Asked:
    """What a person asked for by name: an address, a job, an endpoint, an image, a commit. `kind` is None
    where they did not say which; `name` is as they typed it.
    """

    name: str
    kind: Kind | None = None


@dataclass(frozen=True)
class Traced:
    """The lineage of one thing, up and down from `start`, a key.

    `branches` is how many branches were to be read, of which `gaps` could not be. `drifts` are the data sets
    that changed since the version learned from them; `unseen` those of which nobody knows what they were;
    `unsteady` the addresses whose content changed while a job trained on them.
    `note` is a sentence of how the start was chosen, empty where it was named exactly.
    """

    start: str
    graph: Graph
    drifts: tuple[Drift, ...] = ()
    unseen: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    gaps: tuple[Gap, ...] = ()
    branches: int = 0
    note: str = ""


@dataclass(frozen=True)
class Exposed:
    """A live version that learned from what was asked for, where it serves, and who let it go live.

    `share` is its part of the endpoint's traffic, such as `90 %`, empty where nobody says. `promotion` is
    the one that brought it there, None where none did. `stage` is empty for an endpoint of no stage. `how`
    says what it does there where no caller hears it: `as a shadow`, `being deployed`.
    """

    version: Version
    endpoint: str
    share: str
    stage: str
    promotion: Promotion | None
    how: str = ""


@dataclass(frozen=True)
class Recalled:
    """The answer to a recall.

    `versions` is how many versions were judged, `unread` how many were not read yet: ask again. `frozen`
    are the affected models that nobody may promote now.
    """

    asked: Asked
    found: Recall
    graph: Graph
    exposed: tuple[Exposed, ...]
    versions: int
    unread: int = 0
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Happening:
    """One line of a model's history: a sentence with marks, of which version, and which promotion if any."""

    at: datetime
    text: str
    version: Version | None = None
    promotion: str = ""
    kind: str = ""


@dataclass(frozen=True)
class History:
    """A page of a model's history, newest first. `older` is the cursor of the page after it, empty at the
    end; `total` counts all that is known.
    """

    model: str
    happenings: tuple[Happening, ...]
    total: int
    older: str = ""
    note: str = ""
