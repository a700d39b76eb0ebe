"""What the bot serves over HTTP: the sandbox's chat page, its own health, its metrics, the lessons, members' pages.

In the sandbox::

    application = sandbox_application(
        world, clock,
        reminder=settings.reminders.of(settings.sandbox.group),
        probe=probe_of(service),
        metrics=service.metrics,
        lessons=settings.lessons,
        people={"wxid-zhang-san": Person("预备党员", group=EXAMPLES, private=(Example("我的", "我的"),))},
        members=member_pages(catalogue, settings, clock),
    )

With a gateway: ``application = gateway_application(probe_of(service), service.metrics, settings, members)``. And then::

    async with serving(application, settings.web.host, settings.web.port) as address:
        print(address)

`serving` raises `bot.settings.ConfigurationError` for a busy port, an address
that is not this machine's, and a sandbox that others could reach.
"""

from bot.web.gateway_page import gateway_application
from bot.web.health import ChannelStatus, Kept, Probe, Status, probe_of
from bot.web.member_pages import member_pages
from bot.web.sandbox_page import Example, Person, sandbox_application
from bot.web.serving import serving

__all__ = [
    "ChannelStatus",
    "Example",
    "Kept",
    "Person",
    "Probe",
    "Status",
    "gateway_application",
    "member_pages",
    "probe_of",
    "sandbox_application",
    "serving",
]
