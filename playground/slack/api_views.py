"""Web API: views.*."""

from playground.slack.checker import check_view
from playground.slack.flaws import Flaw, SlackError
from playground.slack.wire import Arguments, Json
from playground.slack.workspace import Workspace


def _view(workspace: Workspace, given: Arguments, kind: str) -> Json:
    """The `view` argument, checked, and of the kind that the method takes."""
    view = given.get("view")
    check_view(view, workspace.files)
    if view["type"] != kind:
        raise SlackError("invalid_arguments", [Flaw(f"must be {kind}", "/view/type")])
    checked: Json = view
    return checked


def open_view(workspace: Workspace, given: Arguments) -> Json:
    """views.open."""
    view = _view(workspace, given, "modal")
    user = workspace.tickets.redeem(given.text("trigger_id"))
    return {"view": workspace.views.open(user, view).content}


def push(workspace: Workspace, given: Arguments) -> Json:
    """views.push."""
    view = _view(workspace, given, "modal")
    user = workspace.tickets.redeem(given.text("trigger_id"))
    return {"view": workspace.views.push(user, view).content}


def update(workspace: Workspace, given: Arguments) -> Json:
    """views.update."""
    opened = workspace.views.find(str(given.get("view_id") or ""), str(given.get("external_id") or ""))
    if opened is None:
        raise SlackError("not_found")
    view = _view(workspace, given, opened.content["type"])
    return {"view": workspace.views.update(opened, view, given.get("hash")).content}


def publish(workspace: Workspace, given: Arguments) -> Json:
    """views.publish."""
    user = given.user("user_id")
    return {"view": workspace.views.publish(user.id, _view(workspace, given, "home")).content}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
