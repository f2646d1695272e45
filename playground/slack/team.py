"""The people, channels and groups of a workspace, and the app that is installed in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class User:
    """A person; `hint` says in the page why one would act as them."""

    id: str
    name: str
    real_name: str
    hint: str

    @property
    def dm(self) -> str:
        """The id of the direct channel between this person and the app."""
        return "D" + self.id[1:]


@dataclass(frozen=True)
class Channel:
    """A public channel; everybody and the app are members."""

    id: str
    name: str


@dataclass(frozen=True)
class UserGroup:
    """A group that can be mentioned as @handle."""

    id: str
    handle: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class SlackApp:
    """The one installed app, with its playground credentials."""

    id: str
    name: str
    bot_user: str
    bot_id: str
    command: str
    token: str
    signing_secret: str


@dataclass(frozen=True)
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str
    users: tuple[User, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...]
    app: SlackApp

    def user(self, key: str) -> User | None:
        """The person with this id or name."""
        wanted = key.lstrip("@")
        return next((user for user in self.users if wanted in {user.id, user.name}), None)

    def channel(self, key: str) -> Channel | None:
        """The channel with this id or (#)name; a person's id means the direct channel with them."""
        wanted = key.lstrip("#")
        for user in self.users:
            if wanted in {user.id, user.dm}:
                return Channel(user.dm, user.name)
        return next((channel for channel in self.channels if wanted in {channel.id, channel.name}), None)

    def names(self) -> dict[str, str]:
        """Id → the name that Slack shows for it."""
        people = {user.id: user.real_name for user in self.users}
        places = {channel.id: channel.name for channel in self.channels}
        groups = {group.id: group.handle for group in self.groups}
        return {**people, **places, **groups, self.app.bot_user: self.app.name, SLACKBOT: "Slackbot"}


SLACKBOT = "USLACKBOT"

ACME = Team(
    id="T01ACME",
    name="Acme",
    domain="acme",
    users=(
        User("U01ANA", "ana", "Ana Lopez", "lead"),
        User("U02BEN", "ben", "Ben Okafor", "in @ml-leads"),
        User("U03RITA", "rita", "Rita Novak", "model risk"),
        User("U04CARA", "cara", "Cara Lind", "data scientist"),
        User("U05DAN", "dan", "Dan Weber", "platform, in no group"),
    ),
    channels=(
        Channel("C01CHURN", "ml-churn"),
        Channel("C02RELEASES", "ml-releases"),
        Channel("C03GENERAL", "general"),
    ),
    groups=(
        UserGroup("S01LEADS", "ml-leads", ("U02BEN",)),
        UserGroup("S02RISK", "model-risk", ("U03RITA",)),
        UserGroup("S03DATA", "data-science", ("U04CARA",)),
    ),
    app=SlackApp(
        id="A0MLOPS",
        name="mlops",
        bot_user="U0MLOPS",
        bot_id="B0MLOPS",
        command="/mlops",
        token="xoxb-playground",
        signing_secret="playground-signing-secret",
    ),
)
