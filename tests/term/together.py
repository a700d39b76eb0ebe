"""What members do with and for each other: services, wishes, opinions, a 主题党日 of a whole college, birthdays."""

from __future__ import annotations

from bot.messages import File
from tests.term import plan
from tests.term.chatlog import PRIVATE, TermLog, each
from tests.term.school import (
    AT,
    BRANCHES,
    CARS,
    GENERAL,
    MATTER,
    NETWORKS,
    OF_MACHINES,
    SOFTWARE,
    TRADE,
    TRANSLATION,
    branches_of,
    who,
)

WISH, NAMELESS_WISH = "想借一本行测真题", "想找人一起练口语"
UNFIT_WISH = "想请人替我写思想汇报"
PHOTO = File("IMG_2.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")
NAMELESS = "支部会开得太晚了，上夜班的来不了"


async def a_service(log: TermLog) -> None:
    """Three seats, five who come, one who leaves."""
    await log.at("09-14 12:00")
    secretary = AT[SOFTWARE, 0]
    await log.say(SOFTWARE, secretary, "发起公益 9月26日上午9点 社区清洁 3人", ("【公益】1号", "名额：3 人"))
    for place, said in zip(range(2, 7), ("1/3", "2/3", "3/3", "候补第 1 位", "候补第 2 位"), strict=True):
        await log.say(SOFTWARE, AT[SOFTWARE, place], "报名公益 1", said)
    await log.say(SOFTWARE, AT[SOFTWARE, 2], "退出公益 1", ("已退出", "递补"))
    assert log.letters_with("您递补上了") == [AT[SOFTWARE, 5]]
    await log.say(TRADE, AT[TRADE, 0], "爱心传递 9月20日上午9点 给山区小学寄书", "【爱心传递】1号")
    member = AT[TRADE, 5]
    await log.whisper(member, "爱心传递 9月22日下午2点 送旧教材 2人", "支部同意后在群里通知")
    assert log.letters_with(f"{member}想发起2号爱心传递") == [AT[TRADE, 0]]
    told = {TRADE: ("【爱心传递】2号", "送旧教材", "名额：2 人")}
    await log.say(PRIVATE, AT[TRADE, 0], "同意爱心传递 2", "已在群里通知", told)
    assert log.letters_with("支部同意了您发起的2号爱心传递") == [member]


async def the_service_is_done(log: TermLog) -> None:
    """The group is reminded twice, and hears what came of it; pictures and hours for those who ask."""
    await log.at("09-25 19:00", {SOFTWARE: ("1号公益", "3/3 人")})
    await log.at("09-26 08:00", {SOFTWARE: ("【马上开始】1号公益", "3/3 人")})
    await log.at("09-26 15:00")
    told = {SOFTWARE: ("【公益结果】", "3 人参加", "三个小区")}
    await log.say(PRIVATE, AT[SOFTWARE, 0], "公益结果 1 清理了三个小区", "已登记", told)
    await log.say(PRIVATE, AT[SOFTWARE, 0], PHOTO, "第 1 张照片已收到，归到1号公益")
    await log.whisper(AT[SOFTWARE, 7], "看公益结果 1", "清理了三个小区", "照片 1 张")
    assert log.file("1号公益").data == PHOTO.data
    await log.whisper(AT[SOFTWARE, 0], "登记时长 1 全部 3小时", "各3小时")
    assert sorted(log.letters_with("公益时长已登记：3小时")) == sorted(who(SOFTWARE, (3, 4, 5)))
    await log.whisper(AT[SOFTWARE, 3], "我的公益时长", "2026年 3小时")


async def wishes(log: TermLog) -> None:
    """One with a name is granted and thanked for, one without waits."""
    await log.at("10-08 12:00")
    author, nameless, giver = (AT[NETWORKS, place] for place in (8, 9, 10))
    await log.say(NETWORKS, author, f"微心愿 {WISH}", ("微心愿1号", WISH))
    await log.say(
        PRIVATE, nameless, f"匿名微心愿 {NAMELESS_WISH}", "已匿名发布", {NETWORKS: ("微心愿2号", NAMELESS_WISH)}
    )
    await log.say(NETWORKS, giver, "认领 1", "已认领1号心愿")
    assert log.letters_with("认领了您的1号心愿") == [author]
    await log.say(NETWORKS, author, "心愿 1 完成", "【心愿实现】1号心愿")
    await log.say(NETWORKS, author, "感谢心愿 1 书收到了，太谢谢了", "【感谢】许1号心愿的同志说：书收到了，太谢谢了")
    await log.whisper(nameless, "我的心愿", NAMELESS_WISH)
    unfit = AT[NETWORKS, 12]
    await log.say(NETWORKS, unfit, f"微心愿 {UNFIT_WISH}", "微心愿3号")
    await log.whisper(AT[NETWORKS, 0], "撤下心愿 3 汇报要自己写", "已撤下3号心愿")
    assert log.letters_with("您的3号心愿", "汇报要自己写") == [unfit]


async def a_wish_is_brought_up(log: TermLog) -> None:
    """A week later, once."""
    await log.at("10-15 12:30", {NETWORKS: ("还等着人帮忙", "2号", NAMELESS_WISH)})


async def opinions(log: TermLog) -> None:
    """The committee reads them with the time that is left, answers, and shows one; of the nameless one nobody learns
    whose it is; everybody reads what became of them."""
    await log.at("10-16 12:00")
    author, nameless, before = AT[MATTER, 11], AT[MATTER, 12], len(log.letters)
    await log.whisper(author, "提意见 学习资料能不能提前两天发", "已收到您的意见（1号）")
    await log.whisper(nameless, f"匿名意见 {NAMELESS}", "记录里没有您的名字")
    committee = who(MATTER, (0, 1))
    assert sorted(log.letters_with("收到2号意见")) == sorted(committee)
    assert not [text for name, text in log.letters[before:] if name in committee and nameless in text]
    secretary = AT[MATTER, 0]
    await log.whisper(secretary, "待办", "意见待答复 2 条", "还剩 15 天")
    await log.whisper(secretary, "看意见", "等着答复的意见 2 条", f"1号（{author}提", "2号（匿名", "最迟10月31日")
    await log.whisper(secretary, "答复意见 1 从下周起提前三天", "已答复1号意见")
    await log.whisper(secretary, "答复意见 2 下个月改到周末上午", "已答复2号意见")
    assert log.letters_with("您的1号意见有答复了") == [author]
    assert log.letters_with("您的2号意见有答复了") == [nameless]
    await log.whisper(secretary, "公开意见 2", "要公开吗")
    await log.say(PRIVATE, secretary, "确认", "已公开2号意见", {MATTER: ("【意见答复】2号意见", "周末上午")})
    became = ("今年收到意见 2 条，已答复 2 条", f"2号意见：{NAMELESS}", "周末上午")
    await log.whisper(AT[MATTER, 9], "意见办理情况", *became)


async def openness(log: TermLog) -> None:
    """A branch publishes what it decided, and can be asked later."""
    await log.at("10-17 12:00")
    text = "10月15日支部大会通过下半年活动计划"
    await log.say(PRIVATE, AT[TRANSLATION, 0], f"公开决议 {text}", "通知 1 个群", {TRANSLATION: text})
    await log.whisper(AT[TRANSLATION, 9], "党务公开", "1号决议")
    await log.whisper(AT[TRANSLATION, 9], "看公开 1", text)


async def open_dues(log: TermLog) -> None:
    """The year's standard; what has come in is told from the end of the month on in which it was confirmed."""
    said = ("到2026年11月", "应交 16 人，已交齐 6 人", "正式党员 0.20元", "现在还没有可以公开的")
    await log.whisper(AT[SOFTWARE, 9], "公开党费", *said)


async def birthdays(log: TermLog, moment: str, place: int) -> None:
    """On the day itself, to those concerned and nobody else."""
    before = len(log.letters)
    await log.at(moment)
    greeted = sorted(name for name, text in log.letters[before:] if "您的政治生日" in text)
    assert greeted == sorted(name for branch in BRANCHES for name in who(branch.name, (place,)))


async def probation_ends(log: TermLog) -> None:
    """Noticed a month and a week before, by each and by their secretary; one is made a full member."""
    concerned = [name for branch in BRANCHES for name in who(branch.name, (0, 13))]
    assert sorted(log.letters_with("预备期到2026-11-20满一年")) == sorted(concerned * 2)
    name = AT[plan.MADE_FULL, 13]
    await log.whisper(AT[plan.MADE_FULL, 0], f"转正 {name} 11月20日", "已登记转正")
    assert log.letters_with("通过您转为正式党员") == [name]


async def a_day_of_all(log: TermLog) -> None:
    """A college calls all its branches together; each has its own activity, signing in and attendance."""
    groups = [branch.name for branch in branches_of(plan.DAY_OF_ALL)]
    await log.at("11-02 12:00")
    said = "发起主题党日 11月12日19:30 参观红色工业馆"
    await log.say(PRIVATE, OF_MACHINES, said, "通知 4 个群", each(groups, ("【主题党日】1号", "红色工业馆")))


async def the_day_is_held(log: TermLog) -> None:
    """In one branch some come."""
    groups = [branch.name for branch in branches_of(plan.DAY_OF_ALL)]
    await log.at("11-11 19:00", each(groups, ("【明天】1号主题党日", "应到 16 人")))
    await log.at("11-12 18:30", each(groups, "【马上开始】1号主题党日"))
    await log.at("11-12 19:05")
    for count, name in enumerate(who(CARS, plan.CAME), 1):
        await log.say(CARS, name, "到", f"已签到，第 {count} 位")
    await log.at("11-12 20:30")
    await log.say(CARS, AT[CARS, 0], "结束签到", "应到 16 人，实到 5 人")
    await log.whisper(OF_MACHINES, "考勤", f"· {CARS}：开展 1 次，应到 16 人次，实到 5 人次", f"· {GENERAL}：没有开展")


async def handed_over(log: TermLog) -> None:
    """Another organisation looks after somebody, and they come back."""
    await log.at("2027-01-05 12:00")
    name = AT[TRADE, 19]
    await log.whisper(AT[TRADE, 0], f"转出 {name}", name)
    await log.whisper(AT[TRADE, 0], f"转回 {name}", name)
