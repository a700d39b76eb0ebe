"""Named moments in the bot's work at which it dies by `kill -9`.

`install` wraps the functions concerned, in the process that is to die and in no
other; nothing in the bot knows of it.
"""

from __future__ import annotations

import functools
import itertools
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.channels.wechaty import WechatyChannel
from bot.commands import Catalogue, MonthlyJob
from bot.dispatcher import Dispatcher
from bot.outbox import Sender
from bot.schedule import Schedule

RECEIVED = "received, in the lane"
BEFORE_COMMIT = "before commit"
AFTER_COMMIT = "after commit, before sending"
MARKED = "marked sending, before the call"
SENT = "after the call, before marking sent"
NOTED = "after marking sent"
IN_JOB = "in a job's transaction"
AFTER_JOB = "after a job's transaction"

OF_MESSAGES = (RECEIVED, BEFORE_COMMIT, AFTER_COMMIT, MARKED, SENT, NOTED)
OF_JOBS = (IN_JOB, AFTER_JOB)

Coroutine = Callable[..., Awaitable[Any]]


def install(boundary: str, nth: int) -> None:
    """Let this process kill itself when it passes `boundary` for the `nth` time."""
    passed = itertools.count(1)

    def passing() -> None:
        if next(passed) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    match boundary:
        case "received, in the lane":
            _wrap(Dispatcher, "deliver", after=passing)
        case "before commit":
            _wrap(Dispatcher, "_act", after=passing)
        case "after commit, before sending":
            _wrap(Dispatcher, "_act_once", after=passing)
        case "marked sending, before the call":
            _wrap(WechatyChannel, "send", before=passing)
        case "after the call, before marking sent":
            _wrap(WechatyChannel, "send", after=passing)
        case "after marking sent":
            _wrap(Sender, "_note", after=passing)
        case "in a job's transaction":
            _wrap_jobs(passing)
        case "after a job's transaction":
            _after_jobs(passing)
        case _:
            raise ValueError(f"no boundary is called {boundary!r}")


def _nothing() -> None:
    """At the other side of a boundary."""


def _wrap(
    owner: type, name: str, *, before: Callable[[], None] = _nothing, after: Callable[[], None] = _nothing
) -> None:
    original: Coroutine = getattr(owner, name)

    @functools.wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        before()
        result = await original(*args, **kwargs)
        after()
        return result

    setattr(owner, name, wrapped)


def _wrap_jobs(after: Callable[[], None]) -> None:
    """After a monthly job's handler has run, and before what it returned is written."""
    original = Schedule.__init__

    def watched(handler: Coroutine) -> Coroutine:
        async def run(tick: Any) -> Any:
            notices = await handler(tick)
            after()
            return notices

        return run

    @functools.wraps(original)
    def init(self: Schedule, catalogue: Catalogue, *args: Any, **kwargs: Any) -> None:
        jobs = [
            replace(job, handler=watched(job.handler)) if isinstance(job, MonthlyJob) else job for job in catalogue.jobs
        ]
        original(self, replace(catalogue, jobs=jobs), *args, **kwargs)

    Schedule.__init__ = init  # type: ignore[method-assign]


def _after_jobs(after: Callable[[], None]) -> None:
    """When a monthly job that had something to do is through."""
    ran: list[bool] = []
    _wrap_jobs(lambda: ran.append(True))

    def through() -> None:
        if ran:
            ran.clear()
            after()

    _wrap(Schedule, "_once", after=through)
