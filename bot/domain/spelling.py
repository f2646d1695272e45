"""Spelling: how names and parts of metrics are written, and what people write differently."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_KEY: Final = re.compile(r"(?P<name>[^\[]+)\[(?P<part>.+)\]", re.DOTALL)
_APART: Final = re.compile(r"[\W_]+")
SPLITS: Final = (
    frozenset({"test", "testing", "holdout", "held_out"}),
    frozenset({"validation", "valid", "val", "eval", "evaluation", "dev"}),
)
"""Parts that are the whole of a data set, the most telling first."""
TRAINING: Final = frozenset({"train", "training"})


def split_key(key: str) -> tuple[str, str]:
    """The name and the part of a metric's key: `auc` and `region=EU` of `auc[region=EU]`."""
    match = _KEY.fullmatch(key)
    return (match["name"], match["part"]) if match else (key, "")


@lru_cache(maxsize=32768)  # a report has at most 20,000 names, and each is asked for several times
def spelled(name: str) -> str:
    """A name without what people spell differently: `ROC-AUC`, `roc auc` and `roc_auc` are the same, and
    so are `latency.p95_ms` and `latency_p95_ms`.
    """
    plain = unicodedata.normalize("NFKC", name.replace("@", " at ")).casefold()
    return _APART.sub("_", plain).strip("_") or name


def spelled_key(key: str) -> tuple[str, str]:
    """The name and the part of a key, each without what people spell differently."""
    name, part = split_key(key)
    return spelled(name), spelled(part)


def is_split(part: str) -> bool:
    """Whether a part is a whole data set, such as `validation`, and no slice of one; `validation, test`,
    of a metric that names both, is one, too.
    """
    return all(spelled(one) in TRAINING.union(*SPLITS) for one in part.split(","))
