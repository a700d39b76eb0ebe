"""25 to 30 November: the month's reminder, once for each branch, and once more for what is still open."""

from __future__ import annotations

from models import JobRun
from tests.month.chatlog import ChatLog
from tests.month.people import CODERS, MAKERS

ARREARS = ("吴昊（2026年9–10月）", "郑凯（2026年9–11月）", "孙悦（2026年9–11月）")


async def comes_to_the_makers(log: ChatLog) -> None:
    """Due at seven, said when the quiet hours end, and only to those who have something open; 交了 closes it."""
    await log.at("11-25 06:59")
    await log.at("11-25 07:00")
    await log.at(
        "11-25 08:00",
        {
            MAKERS: ("【2026年11月提醒】", "第四季度）：还有 1 人未交", "党费（到2026年11月）：还有 1 人", "报名 2"),
            "李芳": [
                ("还有 1 件事", "党费2026年9月还没交"),
                ("未交汇报 1 人：王强", "未交党费 1 人：李芳", "李芳、王强"),
            ],
            "王强": ("还有 2 件事", "思想汇报（2026年第四季度）还没交", "党课（12月2日周三19:30）"),
        },
    )
    await log.at("11-25 08:10")
    await log.say(MAKERS, "李芳", "交了", "已登记：2026年9月党费", {"李芳": "交至：2026年11月"})
    await log.at("11-27 09:00")
    await log.at("11-28 07:00")
    await log.at(
        "11-28 08:00",
        {
            MAKERS: ("再提醒一次", "第四季度）：还有 1 人未交"),
            "王强": ("还有 2 件事", "思想汇报（2026年第四季度）还没交"),
            "李芳": ("未交汇报 1 人：王强", "已私聊提醒：王强"),
        },
    )
    await log.at("11-29 08:00")


async def comes_to_the_coders(log: ChatLog) -> None:
    """Day 31 is the last of November; 冯雪 cannot be written to, and the secretary is told of three months' arrears."""
    await log.at("11-30 08:59")
    await log.at(
        "11-30 09:00",
        {
            CODERS: ("【2026年11月提醒】", "第四季度）：还有 4 人未交", "党费（到2026年11月）：还有 3 人"),
            "周洁": [
                ("周洁同志", "还有 1 件事"),
                ("未交汇报 5 人", *ARREARS, "私聊不到（还不是我的好友）：冯雪"),
                ("党费已有 3 个月以上未交", "郑凯：3 个月", "孙悦：3 个月", "党章第九条"),
            ],
            "吴昊": ("还有 2 件事", "党费2026年9–10月还没交"),
            "郑凯": ("还有 2 件事", "党费2026年9–11月还没交"),
            "孙悦": ("还有 2 件事", "思想汇报（2026年11月）还没交"),
        },
    )
    await log.at("11-30 09:10")
    await log.dialog(
        (
            *(CODERS, "周洁", "催党费", "党费（到2026年11月）：还有 3 人未交齐"),
            {"周洁": ("已提醒党费", *ARREARS), "吴昊": "2026年9–10月", "郑凯": "2026年9–11月", "孙悦": "2026年9–11月"},
        ),
        (CODERS, "周洁", "催党费", "今天已经提醒过党费了"),
    )


async def recorded() -> None:
    """Once for each branch, however often somebody looked."""
    names = {"reminder.month": 2, "reminder.again": 1, "dues.six_months": 2}
    runs = await JobRun.filter(period="2026-11").values_list("job", "branch_id")
    assert len(runs) == len(set(runs)) and {job: [r[0] for r in runs].count(job) for job in names} == names
