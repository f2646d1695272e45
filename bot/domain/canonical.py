"""One name for each metric, whatever files and people call it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bot.domain.meaning_table import standard
from bot.domain.spelling import SPLITS, TRAINING, spelled

HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=F1)(?=macro)")
"""Where a name has a new word without a separator: Autopilot writes `F1macro`."""
AVERAGES: Final = frozenset({"macro", "weighted", "micro"})
MOST_WORDS: Final = 12
"""No standard metric has a longer name, and the words around one are looked at in every order."""
_AROUND: Final = TRAINING.union(*SPLITS) | {"metrics", "metric", "overall", "score"}


def canonical(name: str) -> str:
    """The name that all names of one metric have in common: `auc` of `ROC-AUC`, `auc_score` and `val_auc`,
    `macro f1` of `F1macro` and `f1_macro`; of what is no standard metric the name as it is spelled.
    """
    return _standard(name) or spelled(name)


def is_standard(name: str) -> bool:
    """Whether it is a name of a standard metric: then what stands there should be a number."""
    return bool(_standard(name))


@lru_cache(maxsize=32768)  # a report has at most 20,000 names
def _standard(name: str) -> str:
    known = _known(spelled(name).split("_"))
    return known or _known(spelled(HUMP.sub("_", name)).split("_"))


def _known(words: Sequence[str]) -> str:
    """The title in small letters, empty where nobody knows it. A mean over folds or classes, or a metric
    turned around (`neg_log_loss`), is another metric.
    """
    if found := standard().get("".join(words)):
        return found.title.casefold()
    if len(words) > MOST_WORDS:
        return ""
    match words:
        case [] | [_]:
            return ""
        case [*of, "at", count] if count.isdecimal() and (inner := _known(of)):
            return f"{inner}@{count}"
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        if word in AVERAGES | _AROUND and (inner := _known(rest)):
            return f"{word} {inner}" if word in AVERAGES else inner
    return ""
