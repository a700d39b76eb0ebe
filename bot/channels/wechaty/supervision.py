"""Whether a gateway is alive, and what the operator should do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass

from grpclib import GRPCError, Status
from grpclib.exceptions import StreamTerminatedError

from bot.channels.supervision import Pauses
from bot.channels.wechaty.puppets import GatedPuppet


@dataclass(frozen=True, slots=True)
class Timing(Pauses):
    """In seconds.

    A gateway is asked for a sign of life `ding_every` and has to give it within
    `dong_within`. What a message is about is asked for up to `patience`, over
    reconnections.
    """

    ding_every: float = 10
    dong_within: float = 10
    patience: float = 60


class StreamEnded(Exception):
    """The gateway ended the event stream in an orderly way: it restarts, or another client took it over."""


class Frozen(Exception):
    """The gateway takes calls, and its events do not arrive."""


class Watchdog:
    """Notices a gateway that is frozen: its connections stay open, and nothing comes."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._alive = asyncio.Event()
        self._suspicion = asyncio.Event()

    def feed(self) -> None:
        """An event arrived."""
        self._alive.set()

    def suspect(self) -> None:
        """A call failed: look at once, not when it is time."""
        self._suspicion.set()

    async def watch(self, puppet: GatedPuppet) -> None:
        """Look again and again; raises `TimeoutError` or `Frozen` when there is no sign of life."""
        await puppet.opened.wait()
        while True:
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._timing.ding_every):
                    await self._suspicion.wait()
            self._suspicion.clear()
            self._alive.clear()
            await puppet.ding("hongyan")
            await self._expect_life(puppet)

    async def _expect_life(self, puppet: GatedPuppet) -> None:
        # Events that we hold back ourselves are no sign of death.
        await puppet.gate()
        try:
            async with asyncio.timeout(self._timing.dong_within):
                await self._alive.wait()
        except TimeoutError:
            raise Frozen from None


def diagnose(failure: Exception, endpoint: str) -> str:
    """One line for the operator: what happened, and what to do. Never the gateway's own words, which repeat tokens."""
    match failure:
        case StreamEnded():
            return f"the gateway {endpoint} ended the connection: it restarts, or a second bot uses it (stop that one)"
        case Frozen() | TimeoutError():
            return (
                f"the gateway {endpoint} does not answer: it hangs or is out of reach; restart it or check the network"
            )
        case ConnectionRefusedError():
            return f"nothing listens at {endpoint}: start the gateway, or correct WECHATY_PUPPET_SERVICE_ENDPOINT"
        case socket.gaierror():
            return f"the host of {endpoint} is not known: correct WECHATY_PUPPET_SERVICE_ENDPOINT"
        case GRPCError(status=Status.UNAUTHENTICATED):
            return (
                f"the gateway {endpoint} refuses the token: set WECHATY_PUPPET_SERVICE_TOKEN to the gateway's own token"
            )
        case GRPCError():
            return f"the gateway {endpoint} answered {failure.status.name}: see its log"
        case StreamTerminatedError():
            return (
                f"the connection to {endpoint} broke off: the gateway went down, or it expects TLS "
                "(start it with WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_SERVER=true on loopback or in a tunnel)"
            )
        case OSError():
            return f"{endpoint} cannot be reached ({type(failure).__name__}): check the network and the endpoint"
        case _:
            return f"the connection to {endpoint} failed ({type(failure).__name__})"
