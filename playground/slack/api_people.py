"""Web API: who is who: users.*, usergroups.*, bots.*, auth.*."""

from playground.slack.flaws import SlackError
from playground.slack.team import User, UserGroup
from playground.slack.wire import Arguments, Json
from playground.slack.workspace import Workspace


def _person(workspace: Workspace, user: User) -> Json:
    """The user object ("User type")."""
    return {
        "id": user.id,
        "team_id": workspace.team.id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": False,
        "is_app_user": False,
        "tz": "Europe/Amsterdam",
        "tz_offset": 3600,
        "profile": {
            "real_name": user.real_name,
            "display_name": user.name,
            "email": f"{user.name}@{workspace.team.domain}.example",
        },
    }


def _bot_user(workspace: Workspace) -> Json:
    app = workspace.team.app
    return {
        "id": app.bot_user,
        "team_id": workspace.team.id,
        "name": app.name,
        "real_name": app.name,
        "deleted": False,
        "is_bot": True,
        "profile": {"real_name": app.name, "display_name": app.name, "bot_id": app.bot_id},
    }


def auth_test(workspace: Workspace, _given: Arguments) -> Json:
    """auth.test."""
    team, app = workspace.team, workspace.team.app
    return {
        "url": f"{workspace.base_url}/",
        "team": team.name,
        "team_id": team.id,
        "user": app.name,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(_workspace: Workspace, given: Arguments) -> Json:
    """api.test."""
    return {"args": given.values}


def users_info(workspace: Workspace, given: Arguments) -> Json:
    """users.info."""
    if given.get("user") == workspace.team.app.bot_user:
        return {"user": _bot_user(workspace)}
    return {"user": _person(workspace, given.user())}


def users_list(workspace: Workspace, _given: Arguments) -> Json:
    """users.list."""
    people = [_person(workspace, user) for user in workspace.team.users]
    return {"members": [*people, _bot_user(workspace)], "response_metadata": {"next_cursor": ""}}


def lookup_by_email(workspace: Workspace, given: Arguments) -> Json:
    """users.lookupByEmail."""
    wanted = given.text("email")
    people = (_person(workspace, user) for user in workspace.team.users)
    for person in people:
        if person["profile"]["email"] == wanted:
            return {"user": person}
    raise SlackError("users_not_found")


def _group(workspace: Workspace, group: UserGroup) -> Json:
    return {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "date_delete": 0,
        "users": list(group.users),
        "user_count": len(group.users),
    }


def usergroups_list(workspace: Workspace, given: Arguments) -> Json:
    """usergroups.list; `users` only with include_users."""
    groups = [_group(workspace, group) for group in workspace.team.groups]
    if not given.flag("include_users"):
        for group in groups:
            del group["users"]
    return {"usergroups": groups}


def usergroups_users_list(workspace: Workspace, given: Arguments) -> Json:
    """usergroups.users.list."""
    for group in workspace.team.groups:
        if group.id == given.text("usergroup"):
            return {"users": list(group.users)}
    raise SlackError("no_such_subteam")


def bots_info(workspace: Workspace, given: Arguments) -> Json:
    """bots.info."""
    app = workspace.team.app
    if given.get("bot") not in (None, "", app.bot_id):
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.name,
            "app_id": app.id,
            "user_id": app.bot_user,
        }
    }


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": lookup_by_email,
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
    "bots.info": bots_info,
}
