"""Addresses in S3, as mlops.toml writes them: prefixes that end in a slash."""

import re
from typing import Final

from bot.config.table import Table

_PREFIX: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?:[^/\x00-\x1f\x7f]+/)+")
_SCHEME: Final = re.compile(r"(?:s3:|arn:[a-z-]+:s3:::)?/*", re.IGNORECASE)
_FILE: Final = re.compile(r"[^/]+\.(?:csv|gz|jsonl?|jsonlines|libsvm|parquet|txt)")
_LONGEST: Final = 512  # characters (Amazon SageMaker API: DataCaptureConfig)


def prefix(table: Table, key: str, *fills: str) -> str:
    """The s3:// prefix under the key; `fills` are the names in braces that it may hold.

    Nothing is added to what was written: a prefix without its slash also names its neighbours, so a
    wrong one is refused with the nearest right form.
    """
    text = table.text(key, required=True)
    bare = _filled(text, fills)
    if "{" in bare or "}" in bare:
        says = f"only {' and '.join(fills)} is" if fills else "nothing in braces is"
        raise table.wrong(key, f"is “{text}”; {says} filled in here")
    if len(text) > _LONGEST:
        raise table.wrong(key, f"must have at most {_LONGEST} characters; shorten it")
    if not _PREFIX.fullmatch(bare):
        raise table.wrong(key, f"is “{text}”; write {_nearest(text, fills)}")
    return text


def _filled(text: str, fills: tuple[str, ...]) -> str:
    for name in fills:
        text = text.replace(name, "x")
    return text


def _nearest(text: str, fills: tuple[str, ...]) -> str:
    path = _SCHEME.sub("", text.strip(), count=1)
    *folders, last = path.rstrip("/").split("/")
    kept = folders if _FILE.fullmatch(last) else [*folders, last]
    near = f"s3://{'/'.join(folder for folder in kept if folder)}/"
    if _PREFIX.fullmatch(_filled(near, fills)):
        return f"“{near}”"
    return "a bucket and a folder, like “s3://acme-ml/churn/”"
