"""Comparability: whether two numbers were measured on the same data, as far as anybody says."""

from bot.domain.report import Dataset

_DIGEST, _SHOWN = 8, 2


def unlike(ours: Dataset | None, theirs: Dataset | None, champion: str) -> str:
    """Why two numbers cannot be compared, as a clause; empty where they can, or where nobody can say.

    Digests of manifests decide where both are known. A digest on one side only is against it: that
    side was tested on data that the other never names.
    """
    ours, theirs = ours or Dataset(), theirs or Dataset()
    if ours.digest and theirs.digest:
        return _both(_whole(ours), _whole(theirs), champion) if ours.digest != theirs.digest else ""
    if None not in {ours.rows, theirs.rows} and ours.rows != theirs.rows:
        return _both(_lines(ours), _lines(theirs), champion)
    if ours.uris and theirs.uris and set(ours.uris) != set(theirs.uris):
        return _both(_addresses(ours), _addresses(theirs), champion)
    if ours.digest:
        return f"the candidate was measured on {_whole(ours)}, and nobody says on what {champion} was"
    if theirs.digest:
        return f"{champion} was measured on {_whole(theirs)}, and nobody says on what the candidate was"
    return ""


def unsaid(ours: Dataset | None, theirs: Dataset | None, champion: str, of: str = "it was") -> str:
    """What people should know of two numbers that are compared although nobody says that their data are
    the same; empty where somebody does. `of` is what was measured, such as `AUC was` or `AUC and F1 were`.
    """
    known = [one is not None and one != Dataset() for one in (ours, theirs)]
    match known:
        case [False, False]:
            return f"Neither report says what {of} measured on"
        case [True, False]:
            return f"The report of {champion} does not say what {of} measured on"
        case [False, True]:
            return f"The candidate’s report does not say what {of} measured on, and that of {champion} does"
        case _:
            return ""


def _both(ours: str, theirs: str, champion: str) -> str:
    return f"the candidate was measured on {ours}, {champion} on {theirs}"


def _whole(data: Dataset) -> str:
    manifest = f"manifest {data.digest[:_DIGEST]}"
    return f"{_lines(data)} ({manifest})" if data.rows is not None else f"the data of {manifest}"


def _lines(data: Dataset) -> str:
    return f"{data.rows:,} row{'' if data.rows == 1 else 's'}"


def _addresses(data: Dataset) -> str:
    more = len(data.uris) - _SHOWN
    shown = " and ".join(data.uris[:_SHOWN]) if more <= 0 else ", ".join(data.uris[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
