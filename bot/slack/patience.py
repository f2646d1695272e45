"""Patience: what takes longer than a moment says first that it is under way."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bot.slack.actions import LINEAGE, LINEAGE_DOWN, LINEAGE_UP, RECALL_BACK, RECALL_FREEZE

log: Final = logging.getLogger(__name__)
UNDER_WAY: Final = "Reading lineage… the answer follows here."
_MOMENT: Final = 0.8  # seconds
_LONG: Final = re.compile(r"\s*lineage\b", re.IGNORECASE)
_LONG_CLICKS: Final = frozenset({LINEAGE, LINEAGE_UP, LINEAGE_DOWN, RECALL_BACK, RECALL_FREEZE})


@contextmanager
def patient(tell: Callable[[str], object], asked: str, moment: float = _MOMENT) -> Iterator[None]:
    """While the context lasts for longer than a moment, `tell` is called once.

    Args:
        tell: Says a sentence to who asked. What goes wrong in it is logged and of no consequence.
        asked: The words of a command, or the name of a button: most take no time and have nothing told.
        moment: In seconds.
    """
    if not (_LONG.match(asked) or asked in _LONG_CLICKS):
        yield
        return
    timer = threading.Timer(moment, _told, [tell])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # so that the answer comes after it


def _told(tell: Callable[[str], object]) -> None:
    try:
        tell(UNDER_WAY)
    except Exception:
        log.exception("nobody was told that the answer takes a while")
