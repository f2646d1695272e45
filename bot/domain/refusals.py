"""Refusals: the only exceptions whose text is shown to people.

A refusal says what is wrong and what to do next, in the same words in Slack, in the state machine
and in the registry. Every other exception is a bug and is answered with an apology.
"""


class Refusal(Exception):  # noqa: N818 - the word for it, everywhere
    """A sentence for a person; it will be displayed to them as it is."""

    @property
    def sentence(self) -> str:
        """What is wrong and what to do next."""
        return str(self)


class NotUnderstood(Refusal):
    """The words of a command make no command."""


class NotFound(Refusal):
    """A model, version, stage, report or promotion that does not exist (any more)."""


class NotAllowed(Refusal):
    """The policy does not let this person do this now."""


class NotPossible(Refusal):
    """The thing exists, but is not in a state in which this can be done."""


class Unreadable(Refusal):
    """Evidence or configuration that cannot be understood."""
