"""养老院那个同意；赵磊报名没：what the committee says and asks."""

from __future__ import annotations

from bot.by_words import Thing, of_service
from bot.commands import Instead, Reply, Request, Role, command
from bot.consent import asking, is_lacking
from bot.understanding import tone
from bot.understanding.values import Word
from bot.wording import in_group
from handlers.named.which import instead, the_one
from models import Service

NOTHING = in_group("现在没有等支部同意的爱心传递。")

THAT = "({about}那个|{about}这个|{about}那件|{about}的爱心传递|{about}的)"


@command(
    "named.approve",
    f"@{THAT}[爱心传递|爱心活动](同意|批准|通过|可以同意|我同意|同意了|批了)",
    "@(同意|批准|通过) ({about}那个|{about}这个|{about}的爱心传递)[爱心传递]",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    offices=False,
    help="养老院那个同意 — 按说的内容同意爱心传递",
)
async def approve(request: Request, about: Word | None = None) -> Instead | Reply:
    """Announce the proposal that the message means; it is asked about first. 批了没 is a question, whoever asks."""
    if tone.asks(request.text):
        return Instead("service.proposed", {})
    return await _decided(request, "service.approve", about)


@command(
    "named.decline",
    f"@{THAT}[爱心传递|爱心活动][先|暂时|我](不同意|不批|不批准|退回|不通过|别同意)",
    "@(不同意|退回|不批|先不同意) ({about}那个|{about}这个|{about}的爱心传递)[爱心传递]",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    offices=False,
    help="养老院那个不同意 — 按说的内容退回爱心传递",
)
async def decline(request: Request, about: Word | None = None) -> Instead | Reply:
    """Decline the proposal that the message means; why is asked for."""
    return await _decided(request, "service.decline", about)


async def _decided(request: Request, command: str, about: Word | None) -> Instead | Reply:
    if is_lacking(request.me, request.settings):
        return asking(request, waits=False)
    return instead(command, await the_one(request, await _proposed(request), about, NOTHING))


async def _proposed(request: Request) -> list[Thing]:
    waiting = Service.filter(branch_id=request.my_branch.id, proposed=True, cancelled_at=None)
    found = await waiting.order_by("start", "id").select_related("organiser")
    return [of_service(one, one.organiser.name) for one in found]
