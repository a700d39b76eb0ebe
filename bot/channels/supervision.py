"""Keeping a connection, whatever it speaks: when to try again, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.messages import Health


@dataclass(frozen=True, slots=True)
class Pauses:
    """In seconds.

    A broken connection is tried again after `first_delay`, twice as long each
    time up to `longest_delay`, each with jitter; one that held for
    `stable_after` starts anew.
    """

    first_delay: float = 0.5
    longest_delay: float = 5
    stable_after: float = 30


class Backoff:
    """How long to wait before the next try."""

    def __init__(self, pauses: Pauses) -> None:
        self._pauses = pauses
        self._delay = pauses.first_delay

    def reset(self) -> None:
        """Begin anew: the last connection held."""
        self._delay = self._pauses.first_delay

    def next(self) -> float:
        """In seconds; half of it is chance, so that many bots do not come back at once."""
        delay = self._delay
        self._delay = min(2 * delay, self._pauses.longest_delay)
        return delay * random.uniform(0.5, 1)


class Condition:
    """A channel's health, and the log of its changes: each diagnosis is logged once until it is well again.

    `diagnose` tells the operator in a line what a failure is and what to do.
    """

    def __init__(self, kind: str, name: str, diagnose: Callable[[Exception], str]) -> None:
        self._diagnose = diagnose
        self.health = Health(False, None, "not started")
        self.log = logging.getLogger(f"bot.channels.{kind}")
        self._called = f"{kind} channel {name}"
        self._said = ""

    def well(self, detail: str) -> None:
        """It hears and can send."""
        self._note(True, "connected and logged in")
        self.log.info("%s: %s", self._called, detail)
        self._said = ""

    def failed(self, failure: Exception) -> None:
        """A connection ended, or none came about."""
        self.ill(self._diagnose(failure))

    def ill(self, diagnosis: str) -> None:
        """It does not; `diagnosis` is a line for the operator."""
        self._note(False, diagnosis)
        if diagnosis != self._said:
            self.log.warning("%s: %s; trying again", self._called, diagnosis)
            self._said = diagnosis

    def warn(self, what: str) -> None:
        """Something went wrong, and the channel is as well as before."""
        self.log.warning("%s: %s", self._called, what)

    def _note(self, ready: bool, detail: str) -> None:
        if (ready, detail) != (self.health.ready, self.health.detail):
            self.health = Health(ready, datetime.now(UTC), detail)


async def supervise(
    hear: Coroutine[Any, Any, None], attend: Callable[[], Awaitable[None]], pauses: Pauses, condition: Condition
) -> None:
    """Let `attend` hold one connection after another, and `hear` hand on what comes over them, until cancelled.

    `attend` raises what ended the connection, and `condition` says so; every end is a failure.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(hear)
        group.create_task(_stay_connected(attend, pauses, condition))


async def _stay_connected(attend: Callable[[], Awaitable[None]], pauses: Pauses, condition: Condition) -> None:
    backoff = Backoff(pauses)
    while True:
        began = time.monotonic()
        try:
            await attend()
        except Exception as failure:
            condition.failed(failure)
        if time.monotonic() - began > pauses.stable_after:
            backoff.reset()
        await asyncio.sleep(backoff.next())
