"""Replaces private names of ministack and moto, and puts them back."""

from collections.abc import MutableMapping
from typing import Any, Final

_MISSING: Final = object()


class Hooks:
    """The replacements of one local AWS; `remove` undoes them, last first."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, Any, Any]] = []

    def attribute(self, owner: Any, name: str, value: Any) -> Any:
        """Set `owner.name`, which must exist, and return what it was."""
        before = owner.__dict__[name] if name in vars(owner) else getattr(owner, name)
        self._undo.append((owner, name, before))
        setattr(owner, name, value)
        return before

    def item(self, mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        """Set `mapping[key]`."""
        self._undo.append((mapping, key, mapping.get(key, _MISSING)))
        mapping[key] = value

    def remove(self) -> None:
        """Put everything back."""
        for owner, name, before in reversed(self._undo):
            if not isinstance(owner, MutableMapping):
                setattr(owner, name, before)
            elif before is _MISSING:
                owner.pop(name, None)
            else:
                owner[name] = before
        self._undo.clear()
