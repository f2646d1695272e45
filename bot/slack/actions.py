"""The names of buttons that lead to what is imported only when they are clicked."""

from typing import Final

FREEZE_APPROVE: Final = "freeze.approve"
FREEZE_DISMISS: Final = "freeze.dismiss"
LINEAGE: Final = "lineage.both"
LINEAGE_UP: Final = "lineage.up"
LINEAGE_DOWN: Final = "lineage.down"
RECALL_BACK: Final = "recall.rollback"
RECALL_FREEZE: Final = "recall.freeze"
HISTORY_OLDER: Final = "history.older"

ALL: Final = (
    FREEZE_APPROVE,
    FREEZE_DISMISS,
    LINEAGE,
    LINEAGE_UP,
    LINEAGE_DOWN,
    RECALL_BACK,
    RECALL_FREEZE,
    HISTORY_OLDER,
)
