"""What the local AWS refuses to do, in sentences."""


class DeploymentFailed(Exception):  # noqa: N818 - reads as what happened
    """The stack was not created; the text names the resource and the reason."""


class NotHonoured(DeploymentFailed):
    """The template asks for something that the local AWS would silently ignore."""
