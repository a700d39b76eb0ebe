"""1 to 11 September: the roster, the groups of branches and committees; what is published at a level reaches below."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.messages import File
from bot.roster import import_roster
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from models import Account, Branch, Level, Member, Room
from tests.month.chatlog import Text
from tests.term import outside
from tests.term.chatlog import PRIVATE, TermLog, each
from tests.term.outside import CAMPUS_NEWS, IMPORTED, PARTY_NEWS
from tests.term.school import (
    AT,
    CARS,
    CONTACTS,
    DATA,
    GENERAL,
    GROUPS,
    INFORMATION,
    LANGUAGES,
    LATHES,
    MACHINES,
    MEMBERS,
    OF_GENERAL,
    OF_INFORMATION,
    OF_LANGUAGES,
    OF_MACHINES,
    OFFICE_OF,
    PEOPLE,
    RECTORATE,
    ROOMS,
    SCHOOL,
    SOFTWARE,
    TRANSLATION,
    groups_of,
    roster,
)

TERM = datetime(2026, 9, 1, 10, tzinfo=SHANGHAI)
TITLE, ABROAD_LESSON, LETTER = "公报要点", "在国外怎样过组织生活", "给母亲的信"
OWN_SECTION = "红色家书"  # of this school, beside the five
PICTURE = File("IMG_1.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a picture")
NEWCOMER = ("wx-newcomer", "新来的同学")


async def the_roster(folder: Path) -> None:
    """The whole school; everybody has bound their account before."""
    report = await import_roster(roster(folder), now=TERM)
    assert (report.branches, report.added) == (12, len(PEOPLE)) and len(MEMBERS) == 240
    levels = [branch.level for branch in await Branch.all()]
    assert {level: levels.count(level) for level in Level} == {
        Level.SCHOOL: 1,
        Level.COLLEGE: 3,
        Level.GENERAL_BRANCH: 1,
        Level.BRANCH: 12,
    }
    await Account.bulk_create(
        Account(channel="wechaty", contact=CONTACTS[member.name], member_id=member.id, friend=True, bound_at=TERM)
        for member in await Member.all()
    )


async def the_groups(log: TermLog) -> None:
    """Each branch and each committee binds its own."""
    await log.at("09-01 12:00")
    for group in GROUPS:
        by = OFFICE_OF.get(group) or AT[group, 0]
        await log.say(group, by, "绑定本群", f"本群已绑定到{group}")
    bound = await Room.filter(active=True).values_list("room", "branch__name")
    assert dict(bound) == {room: group for group, room in ROOMS.items()}


async def the_welcome(log: TermLog) -> None:
    """Who comes into a group is told how to bind, what the bot does and what it keeps."""
    contact, name = NEWCOMER
    await log.gateway.add_contact(contact, name, friend=False)
    inviter = CONTACTS[AT[CARS, 0]]
    told: dict[str, Text] = {CARS: ("绑定 姓名 学号", "登记党费", "只记名册上的", "平时的聊天不看也不记")}
    await log.event("来了新人", lambda: log.gateway.join(ROOMS[CARS], contact, inviter=inviter), told)


async def notices(log: TermLog) -> None:
    """Of the school to all, of a college and a 党总支 to theirs, of a branch to its own."""
    await log.at("09-07 09:00")
    await log.whisper(RECTORATE, "发通知 本周五前核对名册", "这条通知会发到 16 个群")
    await log.say(PRIVATE, RECTORATE, "确认", "通知 16 个群", each(groups_of(SCHOOL), ("【通知】示范大学", "名册")))
    await log.whisper(OF_MACHINES, "发通知 周三下午领实习保险单", "这条通知会发到 5 个群")
    await log.say(PRIVATE, OF_MACHINES, "确认", "通知 5 个群", each(groups_of(MACHINES), ("机电学院", "保险单")))
    await log.whisper(OF_GENERAL, "发通知 周四晚上开碰头会", "这条通知会发到 2 个群")
    await log.say(PRIVATE, OF_GENERAL, "确认", "通知 2 个群", each(groups_of(GENERAL), (GENERAL, "碰头会")))
    await log.say(PRIVATE, AT[CARS, 0], "发通知 明晚八点线上见", "通知 1 个群", {CARS: "线上见"})
    assert [len(groups_of(node)) for node in (SCHOOL, MACHINES, GENERAL, CARS)] == [16, 5, 2, 1]


async def lessons(log: TermLog, settings: Settings, folder: Path) -> None:
    """As a card where there is a link, as text where not, with its picture, from a folder; nobody else's."""
    await log.at("09-08 12:00")
    await log.say(
        *(PRIVATE, RECTORATE, f"发布微课 政策解读 {TITLE} https://example.org/a", "通知 16 个群"),
        each(GROUPS, TITLE),
    )
    await log.say(
        *(
            PRIVATE,
            OF_LANGUAGES,
            f"发布微课 党员修养 {ABROAD_LESSON} 每月一次线上会，时差大的同志看记录",
            "通知 5 个群",
        ),
        each(groups_of(LANGUAGES), ("【微课堂】", ABROAD_LESSON)),
    )
    await log.say(
        *(PRIVATE, OF_INFORMATION, f"发布微课 {OWN_SECTION} {LETTER} 亲爱的母亲，我在前线一切都好", "通知 5 个群"),
        each(groups_of(INFORMATION), (f"【{OWN_SECTION}】", LETTER)),
    )
    await log.say(PRIVATE, OF_INFORMATION, PICTURE, "第 1 张图片已收到")
    await outside.import_for(MACHINES, folder, settings, log.clock.now())
    await log.whisper(AT[TRANSLATION, 7], "微课堂", TITLE, ABROAD_LESSON)
    await log.whisper(AT[TRANSLATION, 7], "微课堂 2", "时差大的同志看记录")
    await log.whisper(AT[SOFTWARE, 7], "微课堂 2", "没有2号课")
    await log.whisper(AT[SOFTWARE, 7], "微课堂 3", "我在前线一切都好", "图 1 张")
    assert log.file("IMG_1").data == PICTURE.data
    await log.whisper(AT[LATHES, 7], f"找课 {IMPORTED[:4]}", "找到 1 课", IMPORTED)
    await log.whisper(AT[SOFTWARE, 7], f"微课堂 {OWN_SECTION}", "共 1 课", LETTER)
    await log.whisper(AT[SOFTWARE, 7], "我学过的课", "共 1 课", LETTER, "只有您自己能看")
    assert TITLE in await outside.lessons_page(settings, "/lessons?section=政策解读")
    assert "亲爱的母亲" in await outside.lessons_page(settings, "/lessons/3")


async def bulletins(log: TermLog, settings: Settings) -> None:
    """A digest in place of single messages, of what a group wants and may know, from feeds too."""
    await log.at("09-09 12:00")
    await log.whisper(AT[DATA, 0], "退订 校园信息", "校园信息")
    await log.whisper(RECTORATE, "发布资讯 校园信息 图书馆延长开放到23点", "已收下")
    await log.whisper(OF_INFORMATION, "发布资讯 创新创业 校友创业分享会开始报名", "已收下")
    await outside.read_feeds(settings, log.clock)
    everywhere = ("【资讯】", "图书馆", CAMPUS_NEWS, PARTY_NEWS)
    told = each(GROUPS, everywhere) | each(groups_of(INFORMATION), (*everywhere, "校友创业"))
    await log.at("09-09 18:05", told | {DATA: ("【资讯】", PARTY_NEWS, "校友创业")})
    assert "图书馆" not in log.last(DATA) and CAMPUS_NEWS not in log.last(DATA)
    await log.whisper(AT[DATA, 7], "校园信息", "图书馆", CAMPUS_NEWS)


async def selection(log: TermLog) -> None:
    """On Friday evening."""
    told = each(GROUPS, ("【本周微课堂】", TITLE))
    for college, title in ((LANGUAGES, ABROAD_LESSON), (INFORMATION, LETTER), (MACHINES, IMPORTED)):
        told |= each(groups_of(college), ("【本周微课堂】", TITLE, title))
    await log.at("09-11 18:35", told)
