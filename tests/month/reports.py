"""16 to 19 November: reports as text, in several messages, as a Word file, as photos; returned, withdrawn, reviewed."""

from __future__ import annotations

from models import Report, ReportFile, ReportState
from tests.month.chatlog import PRIVATE, Attachment, ChatLog
from tests.month.papers import docx, photo
from tests.month.people import CODERS, MAKERS

NA = (
    "敬爱的党组织：\n　　这个月我在装配车间轮岗，带班的师傅是老党员。\n"
    "他加班从不叫苦，让我明白了先锋模范四个字的分量。\n　　请党组织考验我。"
)
PARTS = ("我在苏州的厂里跟着师傅调试机床。", "上周设备出了故障，我们连夜抢修。", "我体会到责任两个字的重量。")
AGAIN = "敬爱的党组织：我结合抢修机床的经历重新写了这份汇报，说了党员在急难险重面前应当怎样做，也说了自己的不足。"
HASTY = "敬爱的党组织：这份是我在地铁上匆忙写下的草稿，想法还没有理清楚，先交上来再说。"
FANG = "本季度我把支部分散在三座城市的同志联系了一遍，做书记要先了解每个人的难处，再谈工作。"
PENG = "敬爱的党组织：我第一次离开学校工作，在产品组里学会了先听用户说什么，再动手写代码。"
COMMENT, REASON = "写得实在，体会是自己的", "请结合党员身份写具体些"
PAPER = docx("思想汇报 陈晨.docx", "敬爱的党组织：我的汇报写在这份文件里，关于在质检岗位上的所见所学。")
PAGES = [photo(f"微信图片_{number}.png", number * 40) for number in range(1, 4)]


async def are_handed_in(log: ChatLog) -> None:
    """Six ways to hand one in."""
    await log.at("11-16 12:20")
    await log.dialog(
        (PRIVATE, "李娜", NA, "这是您的2026年11月思想汇报吗"),
        (PRIVATE, "李娜", "确认", ("2026年11月思想汇报", "待书记批阅"), {"李芳": ("李娜交了", "批阅 李娜")}),
        (MAKERS, "张三", "@鸿雁 交思想汇报", "私聊", {"张三": ("2026年第四季度", "发完了")}),
        (PRIVATE, "张三", PARTS[0], "继续发"),
        (PRIVATE, "张三", PARTS[1], "继续发"),
        (PRIVATE, "张三", PARTS[2], "继续发"),
        (PRIVATE, "张三", "发完了", ("已提交：2026年第四季度", "文字 45 字"), {"李芳": "张三交了"}),
        (PRIVATE, "陈晨", PAPER, ("开始收您的2026年第四季度", "已收到（Word 文件），汇报里现在有：Word 文件 1 份")),
        (PRIVATE, "陈晨", "发完了", ("已提交", "Word 文件 1 份"), {"李芳": "陈晨交了"}),
        (PRIVATE, "赵敏", "交思想汇报", "现在开始收您的"),
        (PRIVATE, "赵敏", PAGES[0], "第 1 页已收到（照片）"),
        (PRIVATE, "赵敏", PAGES[1], "第 2 页已收到（照片）"),
        (PRIVATE, "赵敏", PAGES[2], "第 3 页已收到（照片）"),
        (PRIVATE, "赵敏", "发完了", "照片 3 张", {"李芳": ("赵敏交了", "照片 3 张")}),
        (PRIVATE, "王强", HASTY, "这是您的2026年第四季度思想汇报吗"),
        (PRIVATE, "王强", "是的", "已提交", {"李芳": "王强交了"}),
        (PRIVATE, "王强", "撤回汇报", "已撤回您的2026年第四季度思想汇报", {"李芳": "王强撤回了"}),
        (PRIVATE, "何鹏", "敬爱的党组织：我很好。", "至少要写 20 字"),
        (PRIVATE, "何鹏", f"思想汇报：{PENG}", "已提交", {"周洁": "何鹏交了"}),
        (CODERS, "吴昊", "思想汇报怎么写啊，头大", None),
    )
    # What is posted in the group is taken, is not repeated, and stays when its author takes it out of sight.
    posted = await log.say(
        MAKERS,
        "李芳",
        f"思想汇报：{FANG}",
        ("已收到您的2026年第四季度思想汇报", "两分钟内撤回"),
        {"王强": "李芳交了"},
    )
    await log.recall(MAKERS, "李芳", posted)


async def are_reviewed(log: ChatLog) -> None:
    """One is returned and written again, the others are approved."""
    await log.at("11-18 19:00")
    await log.dialog(
        (PRIVATE, "李芳", "看汇报 陈晨", "陈晨的2026年第四季度", {"李芳": Attachment("陈晨_2026-Q4_1.docx")}),
        (
            PRIVATE,
            "李芳",
            "看汇报 赵敏",
            "照片 3 张",
            {"李芳": [Attachment(f"赵敏_2026-Q4_{n}.png") for n in (1, 2, 3)]},
        ),
        (PRIVATE, "李芳", "看汇报 张三", (*PARTS, "批阅 张三")),
        (PRIVATE, "张三", "看汇报 李娜", "只有支部委员能用"),
        (PRIVATE, "周洁", "看汇报 李娜", "没有找到"),
        (PRIVATE, "李芳", "退回 张三", "退回要写一句原因"),
        (PRIVATE, "李芳", f"退回 张三 {REASON}", "已批阅：张三", {"张三": ("被退回", REASON)}),
        (PRIVATE, "李芳", f"批阅 李娜 合格 {COMMENT}", "已批阅：李娜", {"李娜": ("合格", COMMENT)}),
        (MAKERS, "李芳", "批阅 陈晨 合格", "已批阅 1 份", {"李芳": "陈晨", "陈晨": "合格"}),
        (PRIVATE, "王强", "批阅 李芳 合格", "已批阅：李芳", {"李芳": "合格"}),
        (PRIVATE, "李芳", "收到纸质 李娜", "纸质版于11月18日", {"李娜": "纸质版已收到"}),
        (PRIVATE, "周洁", "批阅 何鹏 合格", "已批阅：何鹏", {"何鹏": "合格"}),
        (MAKERS, "李娜", "@鸿雁 书记看我汇报了吗", "思想汇报已交", {"李娜": (COMMENT, "纸质版已收到")}),
    )
    await log.at("11-19 12:30")
    await log.dialog(
        (PRIVATE, "张三", f"思想汇报：{AGAIN}", "已提交：2026年第四季度", {"李芳": "张三重新交了"}),
        (PRIVATE, "李芳", "批阅 张三 合格", "已批阅：张三", {"张三": "合格"}),
        (PRIVATE, "张三", "撤回汇报", "已经批阅过"),
        (MAKERS, "李芳", "谁还没交思想汇报", ("2026年第四季度", "2026年11月"), {"李芳": "王强"}),
        (
            *(CODERS, "周洁", "催汇报", ("2026年11月）：还有 1 人未交", "2026年第四季度）：还有 4 人未交")),
            {
                "周洁": ("周洁、吴昊、郑凯、孙悦、冯雪", "私聊不到（还不是我的好友）：冯雪", "您自己也还没办"),
                "吴昊": "思想汇报（2026年第四季度）还没交",
                "郑凯": "思想汇报（2026年第四季度）还没交",
                "孙悦": "思想汇报（2026年11月）还没交",
            },
        ),
    )


async def recorded() -> None:
    """Every report with its state, its text and its pages, byte for byte."""
    reports = await Report.all().order_by("id").select_related("member", "reviewer")
    assert [
        (
            one.member.name,
            one.period,
            one.state,
            one.text,
            one.reviewer and one.reviewer.name,
            one.comment,
            bool(one.claim),
        )
        for one in reports
    ] == [
        ("李娜", "2026-11", ReportState.APPROVED, NA, "李芳", COMMENT, True),
        ("张三", "2026-Q4", ReportState.RETURNED, "\n\n".join(PARTS), "李芳", REASON, False),
        ("陈晨", "2026-Q4", ReportState.APPROVED, "", "李芳", "", True),
        ("赵敏", "2026-Q4", ReportState.SUBMITTED, "", None, "", True),
        ("王强", "2026-Q4", ReportState.WITHDRAWN, HASTY, None, "", False),
        ("何鹏", "2026-Q4", ReportState.APPROVED, PENG, "周洁", "", True),
        ("李芳", "2026-Q4", ReportState.APPROVED, FANG, "王强", "", True),
        ("张三", "2026-Q4", ReportState.APPROVED, AGAIN, "李芳", "", True),
    ]
    files = await ReportFile.all().order_by("report_id", "position").select_related("report__member")
    assert [(one.report.member.name, one.position, bytes(one.data)) for one in files] == [
        ("陈晨", 1, PAPER.data),
        *(("赵敏", number, page.data) for number, page in enumerate(PAGES, 1)),
    ]
    paper = await Report.filter(paper_received_on__isnull=False).select_related("member")
    assert [(one.member.name, f"{one.paper_received_on}") for one in paper] == [("李娜", "2026-11-18")]
