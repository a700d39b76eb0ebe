"""资讯的发布和列表。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command, undo
from bot.reach import groups_below
from bot.settings import BulletinSettings
from bot.understanding.values import Text, Url
from bot.wording import GroupText, in_group
from handlers.bulletins.wording import headline, lines
from models import Bulletin, BulletinSection

LONGEST_TEXT = 2000  # characters
LONGEST_LINK = 500
SHOWN = 5

PUBLISHED = "已收下：【{section}】{headline}。{digest}发送“撤销”可收回。"
IN_DIGEST = "{when}的资讯摘要里发给 {count} 个群。"
DAILY = in_group("下一次")
WEEKLY = in_group("本周")
NO_DIGEST = in_group("发送“资讯”可以看到。")
NOTHING = in_group("请写上内容或链接，例如：发布资讯 校园信息 图书馆延长开放 https://example.org/a")
TEXT_TOO_LONG = in_group("资讯太长了，请写在 2000 字以内，详细内容放在链接里。")
LINK_TOO_LONG = in_group("链接太长了，请换一个短的。")
WITHDRAWN = "已收回：{headline}。"

LISTED = "最新资讯：\n{lines}\n只看一类发：校园信息"
OF_SECTION = "{section}：\n{lines}"
NONE = in_group("还没有资讯。")
NONE_OF_SECTION = "“{section}”还没有资讯。"


@command(
    "bulletin.publish",
    "(发布|上传|新增|发|添加|推送) (资讯|信息)",
    "@(发布|新增|发|添加|推送)(条|个|一条|一个)(资讯|信息)",
    "@[给|往|在](群里|大家|群)(发|发布|推|推送)(条|个|一条|一个)(资讯|信息)",
    "发布{section}",
    role=Role.COMMITTEE,
    help="发布资讯 校园信息 图书馆延长开放 https://example.org/a — 放进下一次资讯摘要",
)
async def publish(
    request: Request, section: BulletinSection, text: Text | None = None, url: Url | None = None
) -> Reply:
    """Take in a piece of news for the sender's branch, college or school and all below it; the digest brings it."""
    if not (text or "").strip() and not url:
        raise Refusal(NOTHING)
    if len(text or "") > LONGEST_TEXT:
        raise Refusal(TEXT_TOO_LONG)
    if len(url or "") > LONGEST_LINK:
        raise Refusal(LINK_TOO_LONG)
    bulletin = await Bulletin.create(
        branch=request.my_branch,
        author=request.me,
        section=section,
        text=text or section.label,
        url=url or "",
        published_at=request.now,
        created_at=request.now,
    )
    digest = _digest(request.settings.bulletins, len(await groups_below(request.my_branch, request.settings)))
    said = in_group(PUBLISHED, section=section, headline=headline(bulletin.text), digest=digest)
    return Reply(said, record=bulletin.id)


def _digest(settings: BulletinSettings, count: int) -> GroupText:
    if settings.digest == "off" or not count:
        return NO_DIGEST
    return in_group(IN_DIGEST, when=DAILY if settings.digest == "daily" else WEEKLY, count=count)


@undo(publish)
async def withdraw(request: Request, record: int) -> Reply:
    """No longer listed, nor in a digest still to come."""
    bulletin = await Bulletin.get(id=record)
    bulletin.withdrawn_at = request.now
    await bulletin.save(update_fields=["withdrawn_at"])
    return Reply(in_group(WITHDRAWN, headline=headline(bulletin.text)))


@command(
    "bulletin.list",
    "(资讯|资讯列表|最新资讯)",
    "{section=党的资讯|党建资讯|校园信息|校园资讯|创新创业}",
    "@(看|看看|查|查看|最近|最新|有什么|有哪些|有啥)[的] (资讯|新闻|{section})",
    "@(这周|本周|这个月|最近|今天|近期)[有|有没有|都有|有啥|有什么][新|新的](资讯|新闻)[吗|没|没有]",
    "@资讯{section}",
    "@(发|推|来|给)[我](点|一点|些|一些|几条)(资讯|信息|新闻) [<看>|瞧瞧|来看看]",
    "@{section} [有]<什么>[新|新的|最新](消息|资讯|动态|内容|信息)",
    changes=False,
    help="资讯 — 看最新资讯；也可以只看“校园信息”等一类",
)
async def newest(request: Request, section: BulletinSection | None = None) -> Reply:
    """The newest, of all sections or of one."""
    bulletins = Bulletin.for_branch(request.my_branch)
    if section is not None:
        found = await bulletins.filter(section=section).limit(SHOWN)
        wording = OF_SECTION if found else NONE_OF_SECTION
        return Reply(in_group(wording, section=section, **({"lines": lines(found)} if found else {})))
    found = await bulletins.limit(SHOWN)
    return Reply(in_group(LISTED, lines=lines(found)) if found else NONE)
