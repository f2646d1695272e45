"""A local AWS in this process: the template, the functions and the state machines are the real ones."""

from playground.aws.calls import Call
from playground.aws.deployment import Stack
from playground.aws.errors import DeploymentFailed, NotHonoured
from playground.aws.faults import Faults
from playground.aws.local import HttpAnswer, LocalAws

__all__ = ["Call", "DeploymentFailed", "Faults", "HttpAnswer", "LocalAws", "NotHonoured", "Stack"]
