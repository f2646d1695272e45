"""One answer's calls to SageMaker: counted, bounded, and each that fails is a gap at the node it was for."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from bot.aws.errors import code, message, passes
from bot.aws.replies import told
from bot.domain.lineage.graph import Gap

T = TypeVar("T")
R = TypeVar("R")

MOST_QUERIES: Final = 30
"""So many pages of QueryLineage one answer may cost."""
MOST_DESCRIBED: Final = 400
"""So many other calls one answer may cost: descriptions, tags, lists."""
_AT_ONCE: Final = 8  # botocore keeps ten connections
_MOST_THROTTLED: Final = 8  # botocore has tried each of them four times by then
_MOST_KEPT: Final = 20_000
_QUERY: Final = "query_lineage"
_THROTTLING: Final = "SageMaker is throttling"
_DENIED: Final = frozenset({"AccessDeniedException", "AccessDenied"})
_GONE: Final = ("does not exist", "not found", "could not find")


def _never(_reply: Any) -> bool:
    return False


@dataclass
class Kept:
    """What one adapter remembers from answer to answer: replies that cannot change any more."""

    replies: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def keep(self, key: tuple[Any, ...], reply: Any) -> None:
        """Remember it, as long as there is room."""
        if len(self.replies) < _MOST_KEPT:
            self.replies[key] = reply


class Reading:
    """Asks SageMaker for one answer about things of `account`. Safe for threads.

    `gaps` names each branch by the key or the ARN it was asked for; `calls` counts what was sent.
    """

    def __init__(self, client: Any, kept: Kept, account: str = "") -> None:
        self._client, self._kept, self.account = client, kept, account
        self._lock = threading.Lock()
        self._left = {True: MOST_QUERIES, False: MOST_DESCRIBED}
        self._throttled = 0
        self.gaps: set[Gap] = set()
        self.calls = 0

    def ask(
        self,
        at: str,
        operation: str,
        *,
        lasts: Callable[[Any], bool] = _never,
        spare: bool = False,
        **asked: Any,
    ) -> Mapping[str, Any] | None:
        """The reply, or None where there is none, which is a gap at `at` then unless it can be spared. A
        reply that `lasts` is not asked for again by any answer of this adapter.
        """
        key = (operation, *sorted(asked.items())) if lasts is not _never else ()
        if key and (reply := self._kept.replies.get(key)) is not None:
            return reply  # type: ignore[no-any-return]  # a reply that was kept is a mapping
        if not self._may_ask(at, operation):
            return None
        try:
            reply = getattr(self._client, operation)(**asked)
        except (ClientError, OSError, HTTPClientError, NoConnection) as error:
            why = self._why(error, at, operation)
            if not spare:
                self.misses(at, why)
            return None
        if key and lasts(reply):
            self._kept.keep(key, reply)
        return reply  # type: ignore[no-any-return]  # so is a new one

    def pages(self, at: str, operation: str, results: str, **asked: Any) -> list[Any]:
        """What the pages list; where one of them fails, what those before it had."""
        found: list[Any] = []
        token: Mapping[str, Any] = {}
        while (reply := self.ask(at, operation, **asked, **token)) is not None:
            found += reply.get(results) or ()
            if not reply.get("NextToken"):
                break
            token = {"NextToken": reply["NextToken"]}
        return found

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """The work on each of them, several at once, in their order."""
        todo = list(items)
        if not todo:
            return []
        with ThreadPoolExecutor(min(_AT_ONCE, len(todo))) as pool:
            return list(pool.map(work, todo))

    def misses(self, at: str, why: str) -> None:
        """Something at a node could not be read."""
        with self._lock:
            self.gaps.add(Gap(at, why))

    def is_foreign(self, arn: str) -> bool:
        """Whether an ARN is of another account."""
        owner = account_of(arn)
        return bool(owner and self.account and owner != self.account)

    def _may_ask(self, at: str, operation: str) -> bool:
        is_query = operation == _QUERY
        with self._lock:
            left, tired = self._left[is_query], self._throttled >= _MOST_THROTTLED
            if left and not tired:
                self._left[is_query] -= 1
                self.calls += 1
                return True
        most = MOST_QUERIES if is_query else MOST_DESCRIBED
        self.misses(at, _THROTTLING if tired else f"it is too large to be read with {most} calls")
        return False

    def _why(self, error: Exception, at: str, operation: str) -> str:
        if not isinstance(error, ClientError):
            return "SageMaker did not answer in time"
        if passes(error):
            return self._is_busy(error)
        denied = code(error) in _DENIED
        if (denied or is_gone(error)) and self.is_foreign(at):
            return f"it is in account {account_of(at)}, which does not share it"
        if denied:
            return f"the role may not read it: sagemaker:{error.operation_name}"
        if is_gone(error):
            return "the job was deleted" if operation.endswith("_job") else "it was deleted"
        return f"SageMaker refused: {told(error)}"

    def _is_busy(self, error: ClientError) -> str:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:  # noqa: PLR2004 - HTTP's own
            return "SageMaker could not answer"
        with self._lock:
            self._throttled += 1
        return _THROTTLING


def is_gone(error: ClientError) -> bool:
    """SageMaker says ValidationException both of what is not there and of what it does not understand."""
    if code(error) == "ValidationException":
        return any(words in message(error).lower() for words in _GONE)
    return code(error) in {"ResourceNotFound", "ResourceNotFoundException"}


def account_of(arn: str) -> str:
    """The account in an ARN; empty where it is none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[0] == "arn" else ""  # noqa: PLR2004 - an ARN has six
