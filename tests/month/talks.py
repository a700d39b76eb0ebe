"""9 to 13 November: slots are opened and booked, both are reminded, and records stay with the two."""

from __future__ import annotations

from bot.understanding.values import SHANGHAI
from models import Talk, TalkRecord, TalkSlot, TalkState
from tests.month.chatlog import PRIVATE, ChatLog
from tests.month.people import MAKERS

PLANS, WORRY = "转正后的打算", "家里有些困难"
RECORD = "思想稳定，对留在苏州工作有顾虑，答应下月再谈一次"
ANSWER = "李书记帮我理清了实习和毕业设计怎么安排"


async def are_booked(log: ChatLog) -> None:
    """Six slots on Thursday with the secretary, two on Friday with 王强."""
    await log.at("11-09 12:30")
    await log.dialog(
        (PRIVATE, "张三", "开放时段 周四14-16点 每人20分钟", "只有支部委员能用"),
        (
            *(PRIVATE, "李芳", "开放时段 周四14-16点 每人20分钟", ("6 个谈心时段", "11月12日（周四）")),
            {MAKERS: ("书记开放了 6 个谈心时段", "6号 15:40–16:00")},
        ),
        (
            *(MAKERS, "王强", "开放时段 周五10点到11点 每人30分钟", ("2 个谈心时段", "7号 10:00–10:30")),
            {"王强": "发送“撤销”可收回"},
        ),
        (MAKERS, "张三", "@鸿雁 书记周四下午有空吗", ("1号 14:00–14:20", "6号")),
        (PRIVATE, "张三", f"约谈心 3号 {PLANS}", ("14:40–15:00（3号）", PLANS), {"李芳": ("张三约了您的谈心", PLANS)}),
        (PRIVATE, "李娜", "约谈心 3号", ("已经有人约了", "2号")),
        (MAKERS, "李娜", "约谈心 周四下午3点", "15:00–15:20（4号）", {"李芳": "李娜约了您的谈心"}),
        (MAKERS, "赵敏", f"约谈心 5号 {WORRY}", ("（5号）", "以后私聊我说"), {"李芳": ("赵敏", WORRY)}),
        (PRIVATE, "陈晨", "约谈心 周五上午10点", "10:00–10:30（7号）", {"王强": "陈晨约了您的谈心"}),
        (MAKERS, "李娜", "谈心改到周四下午2点", "14:00–14:20（1号）", {"李芳": ("李娜", "（1号）")}),
        (PRIVATE, "赵敏", "取消谈心", "已取消谈心", {"李芳": "赵敏取消了与您的谈心"}),
        (PRIVATE, "陈晨", "约谈心 5号", "已约与李芳谈心", {"李芳": "陈晨约了您的谈心"}),
        (PRIVATE, "陈晨", "撤销", "已取消谈心", {"李芳": "陈晨取消了"}),
        (PRIVATE, "郑凯", "谈心有哪些时段", "没有可约的时段"),
        (MAKERS, "张三", "谈话的时候记得带伞", None),
    )


async def are_held(log: ChatLog) -> None:
    """The reminders of the day before and of the hour before, and what was written down."""
    await log.at("11-11 18:59")
    await log.at("11-11 19:00", {"李芳": ["李娜", ("张三", PLANS)], "李娜": "李芳", "张三": ("李芳", PLANS)})
    await log.at("11-11 19:30")
    await log.at("11-12 13:00", {"李芳": "与李娜谈心（1号）", "李娜": "与李芳谈心"})
    await log.at("11-12 13:40", {"李芳": "与张三谈心（3号）", "张三": "与李芳谈心"})
    await log.at("11-12 16:30")
    await log.dialog(
        (MAKERS, "李芳", f"谈心记录 张三 {RECORD}", "只在私聊里办"),
        (PRIVATE, "李芳", f"谈心记录 张三 {RECORD}", "已记下与张三在11月12日（周四）的谈心", {"张三": "李芳写了"}),
        (PRIVATE, "李娜", f"谈心记录 李芳 {ANSWER}", "已记下与李芳", {"李芳": "李娜写了"}),
        (PRIVATE, "张三", "看谈心记录 李芳", (RECORD, PLANS)),
        (PRIVATE, "王强", "看谈心记录 张三", "还没有谈心记录"),
        (MAKERS, "张三", "我的谈心", "0 次约好的谈心", {"张三": "今年已谈：李芳"}),
        (MAKERS, "李芳", "谁还没谈心", "1 对委员之间还没谈", {"李芳": "李芳"}),
    )
    await log.at("11-12 19:00", {"王强": "与陈晨谈心（7号）", "陈晨": "与王强谈心（7号）"})
    await log.at("11-12 20:00")
    await log.say(PRIVATE, "王强", "取消时段 7", "约的人已私聊通知", {"陈晨": ("取消了", "8号")})
    await log.at("11-13 09:00")


async def recorded() -> None:
    """Slots, talks and what was written, as it was said."""
    slots = await TalkSlot.all().order_by("start")
    assert [
        (f"{slot.start.astimezone(SHANGHAI):%d %H:%M}", slot.number, bool(slot.withdrawn_at)) for slot in slots
    ] == [
        ("12 14:00", 1, False),
        ("12 14:20", 2, False),
        ("12 14:40", 3, False),
        ("12 15:00", 4, False),
        ("12 15:20", 5, False),
        ("12 15:40", 6, False),
        ("13 10:00", 7, True),
        ("13 10:30", 8, False),
    ]
    talks = await Talk.all().order_by("id").select_related("host", "member", "slot")
    assert [
        (talk.host.name, talk.member.name, talk.slot and talk.slot.number, talk.topic, talk.state, talk.claim is None)
        for talk in talks
    ] == [
        ("李芳", "张三", 3, PLANS, TalkState.HELD, False),
        ("李芳", "李娜", 1, "", TalkState.HELD, False),
        ("李芳", "赵敏", 5, WORRY, TalkState.CANCELLED, True),
        ("王强", "陈晨", 7, "", TalkState.CANCELLED, True),
        ("李芳", "陈晨", 5, "", TalkState.CANCELLED, True),
    ]
    written = await TalkRecord.all().order_by("id").select_related("author", "talk__member")
    assert [(one.author.name, one.talk.member.name, one.text) for one in written] == [
        ("李芳", "张三", RECORD),
        ("李娜", "李娜", ANSWER),
    ]
