"""What a chat system said, remembered for a while."""

from __future__ import annotations

import time
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Up to `size` values, each for up to `seconds`."""

    def __init__(self, *, size: int = 10_000, seconds: float = 600) -> None:
        self._size = size
        self._seconds = seconds
        self._values: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        """The value, unless it is unknown or too old."""
        until, value = self._values.get(key, (0.0, None))
        return value if time.monotonic() < until else None

    def put(self, key: str, value: T) -> T:
        """Remember a value; the oldest one makes room for it."""
        self._values.pop(key, None)
        if len(self._values) >= self._size:
            del self._values[next(iter(self._values))]
        self._values[key] = time.monotonic() + self._seconds, value
        return value

    def pop(self, key: str) -> T | None:
        """The value, once."""
        value = self.get(key)
        self.drop(key)
        return value

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Forget all values."""
        self._values.clear()
