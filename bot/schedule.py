"""Which jobs are due, and running each once per period, however often the process dies or however many there are."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from bot import outbox
from bot.clock import Clock
from bot.commands import (
    AnyJob,
    Audience,
    Catalogue,
    Job,
    MomentJob,
    MomentTick,
    MonthlyJob,
    MonthlyTick,
    Notice,
    Tick,
    ToGroup,
    ToGroups,
)
from bot.metrics import Metrics
from bot.outages import is_outage, patiently
from bot.settings import Settings
from bot.understanding.values import Month
from models import Branch, JobRun, Level

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 20
EVERYWHERE = 0  # in place of a branch's id: a job of all branches together


class Schedule:
    """Runs what is due; `sent` is told that the outbox may have something."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: Settings,
        clock: Clock,
        sent: Callable[[], None] = lambda: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._clock = clock
        self._sent = sent
        self._metrics = metrics or Metrics()
        self.ticked = time.monotonic()  # when it was last looked through; at first, when it was made
        self._moved = asyncio.Event()

    def look_now(self) -> None:
        """The clock was moved."""
        self._moved.set()

    async def run(self) -> None:
        """Look for due jobs until cancelled."""
        while True:
            self._moved.clear()
            await patiently(self.tick, "the schedule", self._metrics.database_waits.labels("schedule").inc)
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_SECONDS):
                    await self._moved.wait()

    async def tick(self) -> None:
        """Run everything that is due now; one job's failure does not keep the others from running.

        Raises only what says that the database is away.
        """
        now = self._clock.now()
        for job in self._catalogue.jobs:
            try:
                if isinstance(job, MonthlyJob):
                    await self._monthly(job, now)
                elif isinstance(job, MomentJob):
                    await self._latest(job, job.at(self._settings, now), now)
                else:
                    await self._each_time(job, now)
            except Exception as error:
                if is_outage(error):
                    raise
                self._metrics.jobs.labels(job.name, "failed").inc()
                frames = "".join(traceback.format_tb(error.__traceback__))
                log.error("job %s failed: %s\n%s", job.name, type(error).__name__, frames)
        self.ticked = time.monotonic()
        self._sent()

    async def _each_time(self, job: Job, now: datetime) -> None:
        async with in_transaction():
            await self._tell(job, await job.handler(Tick(now, self._settings)), now)
        self._metrics.jobs.labels(job.name, "done").inc()

    async def _monthly(self, job: MonthlyJob, now: datetime) -> None:
        for branch in await Branch.filter(level=Level.BRANCH):
            for month in due_months(self._settings, branch, job, now):
                if job.a_day_after is None or await _ran_a_day_ago(job.a_day_after, branch, month, now):
                    tick = MonthlyTick(now, self._settings, branch, month)
                    await self._once(job, branch.id, str(month), now, partial(job.handler, tick))

    async def _latest(self, job: MomentJob, moment: datetime | None, now: datetime) -> None:
        """What was due before the bot's last absence began is not made up for, where that was long ago."""
        if moment is None or now - moment > timedelta(days=self._settings.reminders.catch_up_days):
            return
        last = await JobRun.filter(job=job.name, branch_id=EVERYWHERE).order_by("-id").first()
        since = datetime.fromisoformat(last.period) if last else None
        if since is None or since < moment:
            tick = MomentTick(now, self._settings, moment, since, self._catalogue.figures)
            await self._once(job, EVERYWHERE, moment.isoformat(), now, partial(job.handler, tick))

    async def _once(
        self, job: AnyJob, branch_id: int, period: str, now: datetime, work: Callable[[], Awaitable[Sequence[Notice]]]
    ) -> None:
        if await JobRun.exists(job=job.name, branch_id=branch_id, period=period):
            return
        try:
            async with in_transaction():
                await JobRun.create(job=job.name, branch_id=branch_id, period=period, done_at=now)
                await self._tell(job, await work(), now)
        except IntegrityError:
            self._metrics.jobs.labels(job.name, "done elsewhere").inc()
            log.info("job %s of branch %d for %s was done by another process", job.name, branch_id, period)
        else:
            self._metrics.jobs.labels(job.name, "done").inc()

    async def _tell(self, job: AnyJob, notices: Sequence[Notice], now: datetime) -> None:
        """Write what `job` says; raises ValueError where it does not declare that it tells such people."""
        for notice in notices:
            public = isinstance(notice, ToGroup | ToGroups)
            if not (Audience.GROUP in job.tells if public else {*job.tells} - {Audience.GROUP}):
                raise ValueError(f"job {job.name} does not declare whom it tells by a {type(notice).__name__}")
            await outbox.put_notice(notice, now=now, settings=self._settings)


async def _ran_a_day_ago(job: str, branch: Branch, month: Month, now: datetime) -> bool:
    ran = JobRun.filter(job=job, branch_id=branch.id, period=str(month), done_at__lte=now - timedelta(days=1))
    return await ran.exists()


def due_months(settings: Settings, branch: Branch, job: MonthlyJob, now: datetime) -> list[Month]:
    """The months for which `job` is due in `branch`, and not since so long ago that a reminder would puzzle."""
    oldest = now - timedelta(days=settings.reminders.catch_up_days)
    this = Month.of(now)
    moments = {month: job.monthly(settings.reminders, branch.name, month) for month in (this + -2, this + -1, this)}
    since = max(oldest, branch.created_at)
    return [month for month, due in moments.items() if due is not None and since <= due <= now]
