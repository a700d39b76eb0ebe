"""How many messages of one contact are answered in an hour, so that nobody uses up what an account may send a day.

Kept in memory, by each process for itself: a restart forgives.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
MOST_KNOWN: Final = 10_000  # contacts; who has been silent for longest is forgotten first


class Budget:
    """Counts what was answered, from each contact's first message in an hour on."""

    def __init__(self) -> None:
        self._hours: OrderedDict[tuple[str, str], tuple[datetime, int]] = OrderedDict()  # when it ends, and the count

    def used(self, channel: str, contact: str, now: datetime) -> int:
        """How many messages of the contact were answered in the hour that runs."""
        end, count = self._hours.get((channel, contact), (now, 0))
        return count if now < end else 0

    def fresh_at(self, channel: str, contact: str, now: datetime) -> datetime:
        """When the hour that runs is over."""
        return self._hours.get((channel, contact), (now, 0))[0]

    def count(self, channel: str, contact: str, now: datetime) -> None:
        """One more was answered."""
        end, count = self._hours.pop((channel, contact), (now, 0))
        self._hours[channel, contact] = (end, count + 1) if now < end else (now + HOUR, 1)
        if len(self._hours) > MOST_KNOWN:
            self._hours.popitem(last=False)
