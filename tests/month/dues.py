"""3 to 6 November: dues of one month, of several, for somebody else, amended, undone, confirmed and given back."""

from __future__ import annotations

from models import DuesPayment, DuesShare, PaymentState
from tests.month.chatlog import PRIVATE, ChatLog
from tests.month.people import CODERS, MAKERS

DECLARED, CONFIRMED, VOID = PaymentState.DECLARED, PaymentState.CONFIRMED, PaymentState.VOID


async def are_declared(log: ChatLog) -> None:
    """What members of both branches say of their dues."""
    await log.at("11-03 12:10")
    await log.dialog(
        (MAKERS, "张三", "交党费 11月 0.2", "已登记：2026年11月党费", {"张三": ("0.20元", "还没有交：2026年9–10月")}),
        (MAKERS, "张三", "刚才那笔记错了 是10月", "已更正为：2026年10月党费", {"张三": "2026年10月党费 0.20元"}),
        (MAKERS, "张三", "撤销", "已恢复更正之前的登记：2026年11月", {"张三": "已恢复"}),
        (PRIVATE, "张三", "补交9到10月", ("2026年9–10月党费 0.40元", "交至：2026年11月")),
        (PRIVATE, "张三", "交党费 10月", "已经登记过"),
        (PRIVATE, "李娜", "交党费 10月 0.1", "不够"),
        (PRIVATE, "李娜", "交党费", ("2026年9–11月", "0.60元", "确认")),
        (PRIVATE, "李娜", "确认", ("2026年9–11月党费 0.60元", "交至：2026年11月")),
        (PRIVATE, "王强", "交党费 9月到11月 10", ("10.00元", "确认")),
        (PRIVATE, "王强", "算了", "没有登记"),
        (PRIVATE, "王强", "交党费 9月到11月 10", "确认"),
        (PRIVATE, "王强", "确认", ("10.00元", "其中自愿多交 9.40元")),
        (PRIVATE, "王强", "替李芳交11月的党费", "2026年11月", {"李芳": ("王强替您登记了", "0.20元")}),
        (MAKERS, "陈晨", "交党费 11月", "原因已私聊告诉您", {"陈晨": "不用交党费"}),
        (MAKERS, "赵敏", "交完党费去吃饭吗", None),
    )
    await twice(log)
    await log.dialog(
        (CODERS, "周洁", "交党费 9月到11月", "已登记：2026年9–11月党费", {"周洁": "0.60元"}),
        (CODERS, "吴昊", "交党费 11月 0.2", "已登记：2026年11月党费", {"吴昊": "还没有交：2026年9–10月"}),
        (PRIVATE, "孙悦", "交党费 9月到11月", ("2026年9–11月党费 0.60元",)),
        (PRIVATE, "孙悦", "撤销", "已撤销：2026年9–11月党费 0.60元的登记"),
        (PRIVATE, "孙悦", "交党费 11月", "2026年11月党费 0.20元"),
    )


async def twice(log: ChatLog) -> None:
    """A gateway delivers one message twice."""
    message = await log.say(PRIVATE, "李芳", "交党费 10月 0.2", "2026年10月党费 0.20元")
    await log.say(PRIVATE, "李芳", "交党费 10月 0.2", None, id=message)


async def are_confirmed(log: ChatLog) -> None:
    """The secretaries have got the money, most of it."""
    await log.at("11-06 20:00")
    await log.dialog(
        (PRIVATE, "张三", "确认党费 全部", "只有支部委员能用"),
        (PRIVATE, "李芳", "待办", ("待确认的党费 6 笔", "张三", "王强")),
        (MAKERS, "李芳", "谁还没交11月党费", ("应交 4 人", "还没交 0 人"), {}),
        (PRIVATE, "李芳", "确认党费", ("6 笔党费待确认", "王强：2026年9–11月，10.00元（含自愿多交 9.40元）")),
        (PRIVATE, "李芳", "确认党费 张三 11月", "张三：2026年11月，0.20元", {"张三": "书记已确认您的党费：2026年11月"}),
        (
            *(MAKERS, "李芳", "确认党费 全部", "已确认 3 笔党费，共 3 人"),
            {
                "李芳": ("共 3 笔，11.00元", "您自己的党费请由王强确认"),
                "张三": "2026年9–10月，共 0.40元",
                "李娜": "共 0.60元",
                "王强": "共 10.00元",
            },
        ),
        (
            *(PRIVATE, "李芳", "撤销", "已收回 3 笔党费的确认"),
            {"张三": "书记收回了", "李娜": "书记收回了", "王强": "书记收回了"},
        ),
        (
            *(PRIVATE, "李芳", "确认党费 全部", "共 3 笔，11.00元"),
            {"张三": "书记已确认", "李娜": "书记已确认", "王强": "书记已确认"},
        ),
        (PRIVATE, "王强", "确认党费 李芳", "共 2 笔，0.40元", {"李芳": "组织委员已确认"}),
        (PRIVATE, "张三", "撤销", "最近 24 小时里没有可以撤销的登记"),
        (PRIVATE, "周洁", "退回党费 孙悦 11月 没收到", "已退回：孙悦", {"孙悦": ("退回了您的党费登记", "没收到")}),
        (PRIVATE, "周洁", "确认党费 吴昊", "吴昊：2026年11月，0.20元", {"吴昊": "书记已确认"}),
        (CODERS, "周洁", "党费谁还没交", ("还没交 2 人", "名单已私聊"), {"周洁": ("郑凯", "9–11月（3 个月）", "孙悦")}),
    )


# Whose, by whom, for which months, fen, of these voluntarily, and how far it has come.
SAID = [
    ("张三", "张三", "2026-11", 20, 0, VOID, "amended", None),
    ("张三", "张三", "2026-10", 20, 0, VOID, "undone", None),
    ("张三", "张三", "2026-11", 20, 0, CONFIRMED, None, "李芳"),
    ("张三", "张三", "2026-09 2026-10", 40, 0, CONFIRMED, None, "李芳"),
    ("李娜", "李娜", "2026-09 2026-10 2026-11", 60, 0, CONFIRMED, None, "李芳"),
    ("王强", "王强", "2026-09 2026-10 2026-11", 1000, 940, CONFIRMED, None, "李芳"),
    ("李芳", "王强", "2026-11", 20, 0, CONFIRMED, None, "王强"),
    ("李芳", "李芳", "2026-10", 20, 0, CONFIRMED, None, "王强"),
    ("周洁", "周洁", "2026-09 2026-10 2026-11", 60, 0, DECLARED, None, None),
    ("吴昊", "吴昊", "2026-11", 20, 0, CONFIRMED, None, "周洁"),
    ("孙悦", "孙悦", "2026-09 2026-10 2026-11", 60, 0, VOID, "undone", None),
    ("孙悦", "孙悦", "2026-11", 20, 0, VOID, "rejected", None),
]
SAID_AFTER_THE_REMINDER = [("李芳", "李芳", "2026-09", 20, 0, DECLARED, None, None)]


async def recorded() -> None:
    """Every declaration with its shares; those that were voided are kept, and claim nothing."""
    rows = []
    for payment in await DuesPayment.all().order_by("id").select_related("member", "payer", "confirmer"):
        shares = await DuesShare.filter(payment_id=payment.id).order_by("month")
        stands = payment.state is not VOID
        assert [share.claim for share in shares] == [
            f"{payment.member_id}:{share.month}" if stands else None for share in shares
        ]
        assert sum(share.amount for share in shares) == payment.amount - payment.extra
        assert {share.amount for share in shares} == {20}
        rows.append(
            (
                *(payment.member.name, payment.payer.name, " ".join(share.month for share in shares)),
                *(payment.amount, payment.extra, payment.state, payment.void_reason),
                payment.confirmer.name if payment.confirmer else None,
            )
        )
    assert rows == SAID + SAID_AFTER_THE_REMINDER
