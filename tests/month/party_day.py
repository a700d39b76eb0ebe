"""20 to 24 November: a 主题党日 is announced, signed up for, signed in to, and written up."""

from __future__ import annotations

from models import Activity, ActivityNote, ActivityState, Attendance
from tests.month.chatlog import PRIVATE, Attachment, ChatLog
from tests.month.papers import words_of
from tests.month.people import CODERS, MAKERS

TOPIC = "学习二十届四中全会精神"
NIGHT, FAMILY = "车间夜班走不开", "要陪家人去医院"
NOTE = "高质量发展落到车间里，就是每一道工序都不将就"
TALK = "今晚食堂有排骨，去晚了没有"


async def is_announced(log: ChatLog) -> None:
    """With the number that members type, and open to those of the branch alone."""
    await log.at("11-20 12:10")
    await log.dialog(
        (MAKERS, "张三", "发起主题党日 11月24日19:30 看电影", "只有支部委员能用"),
        (PRIVATE, "李芳", "发起主题党日 11月19日19:30 看电影", "开始时间已经过了"),
        (
            *(MAKERS, "李芳", f"发起主题党日 11月24日19:30 {TOPIC}", ("【主题党日】1号", TOPIC, "报名 1")),
            {"李芳": "已发布：1号主题党日（11月24日周二19:30）"},
        ),
        (MAKERS, "张三", "报名 1", ("已报名1号主题党日", "共 1 人")),
        (MAKERS, "李娜", "报名 1", "共 2 人"),
        (MAKERS, "李娜", "报名 1", "已经报名"),
        (PRIVATE, "李芳", "报名 1", "共 3 人"),
        (PRIVATE, "赵敏", "报名 1", "共 4 人"),
        (PRIVATE, "王强", f"请假 1 {NIGHT}", "已登记请假", {"李芳": ("王强请假", NIGHT)}),
        (MAKERS, "陈晨", f"请假 1 {FAMILY}", "已登记请假", {"李芳": ("陈晨请假", FAMILY)}),
        (PRIVATE, "陈晨", "撤销", "已收回", {"李芳": "陈晨收回了请假"}),
        (PRIVATE, "郑凯", "报名 1", "没有1号活动"),
        (MAKERS, "郑凯", "报名 1", "这里不是您所在支部的群"),
        (MAKERS, "张三", "@鸿雁 签到", "还没到签到时间"),
        (MAKERS, "张三", "签到", None),
        (MAKERS, "李芳", "@鸿雁 最近有什么活动", ("1号主题党日", "已报名 4 人")),
    )
    await log.at("11-23 12:00")
    await log.dialog(
        (PRIVATE, "李芳", "发起党课 12月2日19:30 党章里的权利与义务", "已发布：2号党课", {MAKERS: "【党课】2号"}),
        (MAKERS, "张三", "报名 2", "已报名2号党课"),
        (PRIVATE, "李娜", "报名 2", "已报名2号党课"),
        (PRIVATE, "李芳", "报名 2", "已报名2号党课"),
    )


async def is_held(log: ChatLog) -> None:
    """Reminders in the group, bare words while signing in is open, and talk between them."""
    await log.at("11-23 19:00", {MAKERS: ("【明天】1号主题党日", "应到 4 人", "请假 1 人")})
    await log.at("11-24 18:30", {MAKERS: ("【马上开始】1号主题党日", TOPIC)})
    await log.at("11-24 19:05")
    await log.dialog(
        (MAKERS, "李芳", "到", "已签到，第 1 位"),
        (MAKERS, "李娜", "1", "已签到，第 2 位"),
        (MAKERS, "李娜", "签到", "已经签过到了"),
        (MAKERS, "赵敏", TALK, None),
        (MAKERS, "赵敏", "我到了", "已签到，第 3 位"),
        (MAKERS, "郑凯", "@鸿雁 签到", "这里不是您所在支部的群"),
        (CODERS, "郑凯", "到", None),
        (PRIVATE, "张三", "签到", "已签到，第 4 位"),
        (PRIVATE, "张三", "撤销", "已收回1号主题党日"),
        (PRIVATE, "张三", "签到", "已签到，第 4 位"),
    )
    await log.at("11-24 20:20")
    await log.dialog(
        (MAKERS, "张三", f"发言 {NOTE}", ("已收到1号主题党日", "共 1 条")),
        (MAKERS, "李娜", "发言的时候好紧张", None),
        (PRIVATE, "李娜", "心得 1 实现高水平科技自立自强，我们这一代责任在肩", "共 2 条"),
        (MAKERS, "李芳", "结束签到", "应到 4 人，实到 3 人，请假 1 人，未到 0 人，列席 1 人", {"李芳": "列席：赵敏"}),
        (MAKERS, "陈晨", "到", None),
        (MAKERS, "陈晨", "@鸿雁 签到", "的签到已经在"),
        (MAKERS, "陈晨", "请假 1 睡着了", "已经结束"),
        (PRIVATE, "李芳", "考勤 1", ("实到：李芳、张三、李娜", "请假：王强")),
        (PRIVATE, "李芳", "会议纪要 1", "1号主题党日", {"李芳": Attachment("主题党日纪要_2026-11-24_1号.docx")}),
    )
    minutes = words_of(log.file("主题党日纪要"))
    for part in (TOPIC, "李芳、张三、李娜", "王强", NOTE, "科技自立自强"):
        assert part in minutes
    assert NIGHT not in minutes


async def recorded() -> None:
    """Who signed up, signed in, asked leave and why; and what was said."""
    activities = await Activity.all().order_by("number")
    assert [(one.number, one.topic, one.state) for one in activities] == [
        (1, TOPIC, ActivityState.CLOSED),
        (2, "党章里的权利与义务", ActivityState.ANNOUNCED),
    ]
    parts = await Attendance.all().order_by("id").select_related("member", "activity")
    assert [
        (
            one.activity.number,
            one.member.name,
            bool(one.signed_up_at),
            bool(one.signed_in_at),
            bool(one.leave_at),
            one.leave_reason,
        )
        for one in parts
    ] == [
        (1, "张三", True, True, False, ""),
        (1, "李娜", True, True, False, ""),
        (1, "李芳", True, True, False, ""),
        (1, "赵敏", True, True, False, ""),
        (1, "王强", False, False, True, NIGHT),
        (1, "陈晨", False, False, False, ""),
        (2, "张三", True, False, False, ""),
        (2, "李娜", True, False, False, ""),
        (2, "李芳", True, False, False, ""),
    ]
    notes = await ActivityNote.filter(voided_at=None).order_by("id").select_related("member")
    assert [(one.member.name, one.text[:8]) for one in notes] == [("张三", NOTE[:8]), ("李娜", "实现高水平科技自")]
