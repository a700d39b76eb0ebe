"""How fast an account may send: WeChat restricts those that are quick."""

from __future__ import annotations

import random
from collections import deque

from bot.settings import OutboxSettings


class Pace:
    """Spacing within a conversation, between conversations, and a cap per minute.

    Times are seconds of a monotonic clock; so are the spacings of `OutboxSettings`.
    """

    def __init__(self, settings: OutboxSettings, spread: random.Random | None = None) -> None:
        self._settings = settings
        self._spread = spread or random.Random()
        self._held: dict[str, float] = {}
        self._last: str | None = None
        self._others_free = 0.0
        self._minute: deque[float] = deque(maxlen=settings.per_minute)

    def free_at(self, conversation: str) -> float:
        """When the next message may go to `conversation`."""
        minute = self._minute[0] + 60 if len(self._minute) == self._settings.per_minute else 0.0
        others = self._others_free if conversation != self._last else 0.0
        return max(self._held.get(conversation, 0.0), others, minute)

    def sent(self, conversation: str, now: float) -> None:
        """A message went to `conversation`: what follows has to wait."""
        jitter = 1 + self._spread.random() * self._settings.jitter
        self.hold(conversation, now, self._settings.conversation_seconds * jitter)
        self._others_free = now + self._settings.account_seconds * jitter
        self._last = conversation
        self._minute.append(now)

    def hold(self, conversation: str, now: float, seconds: float) -> None:
        """Nothing goes to `conversation` for `seconds`."""
        self._held = {key: free for key, free in self._held.items() if free > now}
        self._held[conversation] = now + seconds
