"""What Prometheus may know of the bot: counts and times. Labels come from closed sets, never from what people wrote."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

HANDLING_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)


class Metrics:
    """One bot's figures, in a registry of its own. What is only known when asked for is set by whoever shows them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.events = self._counter("events", "Events from a channel", "channel", "kind")
        self.commands = self._counter("commands", "Commands that were tried", "command", "outcome")
        self.handling = Histogram(
            "hongyan_handling_seconds",
            "From taking a message from the queue to its answer in the outbox",
            registry=self.registry,
            buckets=HANDLING_SECONDS,
        )
        self.sendings = self._counter("sendings", "Messages given to a channel", "channel", "outcome")
        self.pace_waits = self._counter("pace_waits", "Looks that found only what has to wait its turn", "channel")
        self.jobs = self._counter("job_runs", "Jobs that were due", "job", "outcome")
        self.database_waits = self._counter("database_waits", "Tries that found the database away", "who")
        self.connects = self._counter("channel_connects", "Times a channel began to hear", "channel")
        self.away = self._counter("away_seconds", "Time in which it could not hear, where groups were told", "channel")

        self.database_reachable = self._gauge("database_reachable", "1 where the database answered now")
        self.outbox = self._gauge("outbox_messages", "Messages in the outbox", "channel", "state")
        self.oldest_answer = self._gauge("oldest_answer_seconds", "How long the oldest answer has waited", "channel")
        self.channel_ready = self._gauge("channel_ready", "1 where the account is connected and logged in", "channel")
        self.paused = self._gauge("paused", "1 where WeChat said 操作过于频繁 and nothing is sent", "channel")
        self.sent_today = self._gauge("sent_today", "Messages sent today, which count against the day's cap", "channel")
        self.day_cap = self._gauge("day_cap", "How many messages may be sent a day", "channel")
        self.since_tick = self._gauge("since_schedule_seconds", "How long ago the schedule was last looked through")

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"hongyan_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"hongyan_{name}", text, labels, registry=self.registry)
