"""How fast an account may send: WeChat restricts those that are quick."""

from __future__ import annotations

import random
from collections import deque
from datetime import date

from bot.settings import OutboxSettings

DAY_SHARE_OF_NOTICES = 0.8  # the rest of a day's messages is kept for answers
LONGEST_PAUSE = 8  # times settings.pause_minutes


class Pace:
    """Spacing within a conversation, between conversations, a cap per minute and per day, and a pause when WeChat asks.

    Times are seconds of a monotonic clock; so are the spacings of `OutboxSettings`.
    """

    def __init__(self, settings: OutboxSettings, spread: random.Random | None = None) -> None:
        self._settings = settings
        self._spread = spread or random.Random()
        self._held: dict[str, float] = {}
        self._last: str | None = None
        self._others_free = 0.0
        self._minute: deque[float] = deque(maxlen=settings.per_minute)
        self._today: tuple[date | None, int] = (None, 0)
        self._paused_until = 0.0
        self.pauses = 0  # in a row

    def free_at(self, conversation: str) -> float:
        """When the next message may go to `conversation`, the day's cap aside."""
        minute = self._minute[0] + 60 if len(self._minute) == self._settings.per_minute else 0.0
        others = self._others_free if conversation != self._last else 0.0
        return max(self._held.get(conversation, 0.0), others, minute, self._paused_until)

    def sent(self, conversation: str, now: float, today: date) -> None:
        """A message went to `conversation`: what follows has to wait."""
        jitter = 1 + self._spread.random() * self._settings.jitter
        self.hold(conversation, now, self._settings.conversation_seconds * jitter)
        self._others_free = now + self._settings.account_seconds * jitter
        self._last = conversation
        self._minute.append(now)
        self._today = (today, self.sent_on(today) + 1)
        if self._paused_until and now > self._paused_until + 60 * self._settings.pause_minutes:
            self._paused_until, self.pauses = 0.0, 0

    def hold(self, conversation: str, now: float, seconds: float) -> None:
        """Nothing goes to `conversation` for `seconds`."""
        self._held = {key: free for key, free in self._held.items() if free > now}
        self._held[conversation] = now + seconds

    def pause(self, now: float) -> float:
        """WeChat said 操作过于频繁: send nothing for a while, longer each time it says so. Returns the seconds."""
        if now < self._paused_until:
            return self._paused_until - now
        seconds = 60.0 * self._settings.pause_minutes * min(1 << self.pauses, LONGEST_PAUSE)
        self.pauses += 1
        self._paused_until = now + seconds
        return seconds

    def resume_pause(self, now: float, seconds: float, pauses: int) -> None:
        """The last pause, the `pauses`-th in a row, was said to another process and has `seconds` left, or is over."""
        self._paused_until, self.pauses = now + seconds, pauses

    def paused(self, now: float) -> bool:
        return now < self._paused_until

    # The day

    def remember(self, today: date, count: int) -> None:
        """What was sent on `today` before this process began."""
        self._today = (today, count)

    def sent_on(self, today: date) -> int:
        """How many went out on a day; only the present one is known."""
        day, count = self._today
        return count if day == today else 0

    def answers_allowed(self, today: date) -> bool:
        return self.sent_on(today) < self._settings.per_day

    def notices_allowed(self, today: date) -> bool:
        return self.sent_on(today) < self._settings.per_day * DAY_SHARE_OF_NOTICES
