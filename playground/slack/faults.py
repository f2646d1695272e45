"""Let a Web API call fail on purpose."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.slack.wire import Json

KIND = "slack"
KNOWN = {"kind", "method", "error", "status", "retry_after", "times"}


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (`*`: of any)."""

    method: str
    error: str | None
    status: int
    retry_after: int
    times: int

    def response(self) -> Response:
        """Slack's answer: 429 with Retry-After for a rate limit, else an error code or a bare status."""
        if self.error is None:
            return PlainTextResponse("Server Error", self.status)
        headers = {"Retry-After": str(self.retry_after)} if self.error == "ratelimited" else {}
        return JSONResponse({"ok": False, "error": self.error}, self.status, headers)


def _positive(order: Json, name: str, default: int) -> int:
    value = order.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be a whole number")
    return value


def parse(order: Json) -> Fault:
    """A fault from its JSON; ValueError with a sentence when it makes no sense."""
    unknown = sorted(set(order) - KNOWN)
    if unknown:
        raise ValueError(f"a slack fault knows no {', '.join(unknown)}; it has {', '.join(sorted(KNOWN))}")
    method, error = order.get("method"), order.get("error")
    if not isinstance(method, str) or not method:
        raise ValueError('name the method that shall fail, such as "chat.update", or "*"')
    if error is None and "status" not in order:
        raise ValueError("say how it shall fail: an error code or an HTTP status")
    if error is not None and not isinstance(error, str):
        raise ValueError('error must be one of Slack\'s codes, such as "ratelimited"')
    status = _positive(order, "status", 429 if error == "ratelimited" else 200)
    return Fault(
        method, error, status, _positive(order, "retry_after", 1), times=_positive(order, "times", 1)
    )


class Faults:
    """The faults that are still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let this happen."""
        self._waiting.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, spent by it."""
        for fault in self._waiting:
            if fault.times > 0 and fault.method in {method, "*"}:
                fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        """Let nothing fail any more."""
        self._waiting.clear()
