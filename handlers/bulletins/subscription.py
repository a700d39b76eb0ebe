"""资讯的订阅：支部的群收哪些，由支委会决定。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command, undo
from bot.settings import BulletinSettings
from bot.wording import GroupText, Public, in_group, join
from models import BulletinSection, BulletinSubscription

SUBSCRIBED = "已订阅“{section}”。群里的资讯摘要现在有：{wanted}。"
UNSUBSCRIBED = "已退订“{section}”。群里的资讯摘要现在有：{wanted}。"
UNSUBSCRIBE_INSTEAD = "订阅不用撤销。不要了请发：退订 {section}"
SUBSCRIBE_INSTEAD = "退订不用撤销。还要的话请发：订阅 {section}"
SHOWN = "群里的资讯摘要现在有：{wanted}。\n增减请发：订阅 校园信息、退订 校园信息"


@command(
    "bulletin.subscribe",
    "订阅{section}",
    "订阅 资讯",
    "@订阅",
    "@{section} & (订阅|订上|订一下)",
    role=Role.COMMITTEE,
    help="订阅 校园信息 — 让群里的资讯摘要加上这一类；不写哪一类就看现在有哪些",
)
async def subscribe(request: Request, section: BulletinSection | None = None) -> Reply:
    """Add a section to the digest of the sender's branch, or show which are in it."""
    if section is None:
        return Reply(in_group(SHOWN, wanted=await _wanted(request)))
    row = await _decide(request, section, wanted=True)
    return Reply(in_group(SUBSCRIBED, section=section, wanted=await _wanted(request)), record=row.id)


@undo(subscribe)
async def subscribe_back(request: Request, record: int) -> Reply:
    """What was decided before is not kept."""
    row = await BulletinSubscription.get(id=record)
    raise Refusal(in_group(UNSUBSCRIBE_INSTEAD, section=row.section))


@command(
    "bulletin.unsubscribe",
    "(退订|取消订阅){section}",
    "@(不要|别|不用|不想)[再](推|推送|发|看){section} [退订]",
    "@{section} & (退订|取消订阅|不订|别推|不要推|别发|不用发|不想看)[了]",
    role=Role.COMMITTEE,
    help="退订 校园信息 — 让群里的资讯摘要不再有这一类",
)
async def unsubscribe(request: Request, section: BulletinSection) -> Reply:
    """Leave a section out of the digest of the sender's branch."""
    row = await _decide(request, section, wanted=False)
    return Reply(in_group(UNSUBSCRIBED, section=section, wanted=await _wanted(request)), record=row.id)


@undo(unsubscribe)
async def unsubscribe_back(request: Request, record: int) -> Reply:
    """The same."""
    row = await BulletinSubscription.get(id=record)
    raise Refusal(in_group(SUBSCRIBE_INSTEAD, section=row.section))


async def _decide(request: Request, section: BulletinSection, *, wanted: bool) -> BulletinSubscription:
    row, _ = await BulletinSubscription.update_or_create(
        {"wanted": wanted, "changed_at": request.now}, branch_id=request.my_branch.id, section=section
    )
    return row


async def _wanted(request: Request) -> GroupText:
    decided = await BulletinSubscription.filter(branch_id=request.my_branch.id)
    sections = wanted_sections(request.settings.bulletins, {row.section: row.wanted for row in decided})
    return in_group("{sections}", sections=Public(join(section.label for section in sections)))


def wanted_sections(settings: BulletinSettings, decided: dict[BulletinSection, bool]) -> list[BulletinSection]:
    """What a branch's group gets: as the branch decided, else as the setting has it."""
    return [section for section in BulletinSection if decided.get(section, section in settings.subscribed)]
