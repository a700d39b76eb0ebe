"""What the bot serves over HTTP: the sandbox's chat page, its own health, its metrics, and the lessons.

In the sandbox::

    application = sandbox_application(
        world, clock,
        on_clock_moved=wake_everything,      # called after the page has moved `clock`
        reminder=settings.reminders.of(settings.sandbox.group),
        probe=probe_of(service),
        metrics=service.metrics,
        lessons=settings.lessons,
        people={"wxid-zhang-san": Person("预备党员", group=EXAMPLES, private=(Example("我的", "我的"),))},
    )

With a gateway: ``application = health_application(probe_of(service), service.metrics, settings.lessons)``. And then::

    async with serving(application, settings.web.host, settings.web.port) as address:
        print(address)

`serving` raises `bot.settings.ConfigurationError` for a busy port, an address
that is not this machine's, and a sandbox that others could reach.
"""

from bot.web.gateway_page import health_application
from bot.web.health import ChannelStatus, Kept, Probe, Status, probe_of
from bot.web.sandbox_page import Example, Person, sandbox_application
from bot.web.serving import serving

__all__ = [
    "ChannelStatus",
    "Example",
    "Kept",
    "Person",
    "Probe",
    "Status",
    "health_application",
    "probe_of",
    "sandbox_application",
    "serving",
]
