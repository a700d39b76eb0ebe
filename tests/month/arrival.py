"""1 November: codes are handed out, everybody says who they are, and both groups get their branch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.roster import import_roster, make_codes
from bot.understanding.values import SHANGHAI
from models import Account, Member, Room
from tests.month.chatlog import PRIVATE, ChatLog
from tests.month.people import BRANCHES, CODERS, CONTACTS, MAKERS, PEOPLE, ROOMS, STRANGER, roster

TERM = datetime(2026, 9, 1, 10, tzinfo=SHANGHAI)  # the roster is imported when the term begins
NEWS = "各位，苏州这边降温了，早晚多穿点"  # nobody's business but theirs


async def roster_and_codes(folder: Path) -> Mapping[str, str]:
    """The roster is imported, twice by mistake; returns the code of each who gets one."""
    first = await import_roster(roster(folder), now=TERM)
    assert (first.branches, first.added) == (2, 12)
    again = await import_roster(roster(folder), now=TERM)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 12)
    pairs = await make_codes(None, now=datetime(2026, 11, 1, 8, tzinfo=SHANGHAI), days=30)
    return {member.name: code for member, code in pairs}


async def everybody_arrives(log: ChatLog, codes: Mapping[str, str]) -> None:
    """All bind by their code, 赵敏 by name and number; before that the bot knows nobody."""
    await log.at("11-01 09:00")
    await log.dialog(
        (MAKERS, "张三", NEWS, None),
        (MAKERS, "张三", "交党费 11月 0.2", "还不认识您"),
        (MAKERS, "李芳", "绑定本群", "还不认识您"),
        (PRIVATE, "李芳", "今天好冷", "没看懂"),
        (PRIVATE, "李芳", "绑定 K7Q2MZ", "绑定码不对"),
        (PRIVATE, "李芳", f"绑定码 {codes['李芳']}", ("李芳，绑定好了", BRANCHES[MAKERS], "待办")),
        (PRIVATE, "李芳", f"绑定 {codes['王强']}", "已经绑定为李芳"),
        (PRIVATE, "周洁", f"绑定 {codes['周洁']}", ("周洁，绑定好了", BRANCHES[CODERS])),
        (MAKERS, "周洁", "绑定本群", "本群已绑定到软件流动党支部"),
        (MAKERS, "李芳", "绑定本群", "请软件流动党支部的书记先在群里发送“解绑本群”"),
        (MAKERS, "周洁", "解绑本群", "要解绑吗"),
        (MAKERS, "周洁", "确认", "本群已与软件流动党支部解绑"),
        (MAKERS, "李芳", "绑定本群", "本群已绑定到智能制造流动党支部"),
        (CODERS, "周洁", "绑定本群", "本群已绑定到软件流动党支部"),
    )
    await log.event("李娜加了好友", lambda: log.gateway.friendship("f-1", CONTACTS["李娜"]), {"李娜": "我是鸿雁"})
    for person in PEOPLE:
        if person.name not in ("李芳", "周洁", "赵敏"):
            await log.say(PRIVATE, person.name, f"绑定 {codes[person.name]}", f"{person.name}，绑定好了")
    await log.dialog(
        (
            PRIVATE,
            "赵敏",
            "绑定 赵敏 20240106",
            "书记会收到您的申请",
            {"李芳": ("赵敏（学号 20240106）", "同意绑定 赵敏")},
        ),
        (PRIVATE, "张三", "同意绑定 赵敏", "只有支部委员能用"),
        (PRIVATE, "周洁", "同意绑定 赵敏", "没有赵敏的绑定申请"),
        (PRIVATE, "李芳", "同意绑定 赵敏", "已绑定：赵敏", {"赵敏": "赵敏，绑定好了"}),
        (PRIVATE, STRANGER, f"绑定 {codes['赵敏']}", "绑定码已经过期"),
        (PRIVATE, "李芳", "绑定码", "大家都绑定好了"),
        (MAKERS, "张三", "绑定 张三 20220103", "请不要在群里发学号"),
    )
    await log.at("11-02 09:00")
    await log.dialog(
        (MAKERS, STRANGER, "@鸿雁 我的", "还不认识您"),
        (MAKERS, STRANGER, "请问这里是交流实习的群吗", None),
        (MAKERS, "郑凯", "交党费 11月 0.2", "这里不是您所在支部的群"),
        (MAKERS, "郑凯", "@鸿雁 我的", "这里不是您所在支部的群"),
        (CODERS, "郑凯", "@鸿雁 今天吃什么", "没看懂"),
        (CODERS, "何鹏", "收到", None),
        (CODERS, "吴昊", "交了吗你们", None),
        (CODERS, "孙悦", "@鸿雁 帮助 党费", "交党费 11月 0.2"),
    )
    await log.gateway.befriend(CONTACTS["冯雪"], friend=False)
    await log.dialog(
        (CODERS, "冯雪", "@鸿雁 我的", ("请加我为好友", "私聊")),
        (CODERS, "郑凯", "@鸿雁 我的", "", {"郑凯": "党费"}),
    )


async def recorded() -> None:
    """Everybody's account is their own, each group is its branch's."""
    accounts = (
        await Account.exclude(member_id=None)
        .order_by("member__student_no")
        .values_list("contact", "member__name", "friend")
    )
    expected = sorted(PEOPLE, key=lambda person: person.number)
    assert accounts == [(person.contact, person.name, person.name != "冯雪") for person in expected]
    rooms = await Room.filter(active=True).order_by("id").values_list("room", "branch__name")
    assert rooms == [(ROOMS[group], BRANCHES[group]) for group in (MAKERS, CODERS)]
    assert await Member.filter(active=True).count() == len(PEOPLE)
