"""Two weeks in the life of a branch, as its people write them: afterwards it has a record of nearly every kind,
and of each that can be taken back one that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.chat import Chat

REPORT = "这个季度我在工地上学到很多，向老师傅请教，也更明白了党员的责任。"


@dataclass(frozen=True, slots=True)
class People:
    """Who speaks: the secretary, another of the committee, two full members and one on probation."""

    secretary: str
    committee: str
    member: str
    other: str
    newcomer: str
    group: str


US = People("李书记", "周委员", "张三", "王强", "李娜", "room-1@chatroom")
THEM = People("赵书记", "郑委员", "钱六六", "沈七七", "卫新新", "room-2@chatroom")

# At which moment; who; what; in private.
DAYS: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
    (
        "2026-11-23 12:00",
        (
            ("member", f"思想汇报：{REPORT}"),
            ("member", "撤回汇报"),
            ("member", f"思想汇报：{REPORT}"),
            ("newcomer", f"思想汇报：{REPORT}"),
            ("other", "交思想汇报"),
            ("other", "这一段还没有想好，先写在这里。"),
            ("secretary", "批阅 {newcomer} 退回 太短了"),
            ("secretary", "批阅 {member} 合格 写得实在"),
            ("member", "交党费 9到11月 0.6"),
            ("secretary", "确认党费 {member} 11月"),
            ("newcomer", "交党费 11月 0.2"),
            ("secretary", "党费标准 {other} 2026年 5元"),
            ("secretary", "开放时段 周四14-16点 每人20分钟"),
            ("member", "约谈心 1号 聊聊实习压力"),
            ("newcomer", "约谈心 2号 聊聊找工作"),
            ("committee", "谈心记录 {other} 思想稳定"),
            ("secretary", "谈心记录 {member} 父亲病重，其实说的是别人"),
            ("secretary", "撤销"),
            ("secretary", "发起主题党日 11月28日19:30 学习全会精神"),
            ("secretary", "发起支委会 11月29日19:30 研究转正"),
            ("secretary", "发起党课 12月5日19:30 学习党章"),
            ("member", "报名 1"),
            ("newcomer", "请假 1 要加班"),
            ("secretary", "列席 {member} 2"),
            ("secretary", "发起公益 周六上午9点 社区清洁 10人"),
            ("secretary", "发起公益 12月6日上午9点 看望老人 10人"),
            ("member", "报名公益 1"),
            ("member", "报名公益 2"),
            ("member", "微心愿 想借本行测书"),
            ("newcomer", "匿名微心愿 想找人练口语"),
            ("other", "微心愿 想学摄影"),
            ("other", "认领 1"),
            ("member", "提意见 通知能不能提前两天发"),
            ("other", "提意见 希望周末开放活动室"),
            ("newcomer", "匿名意见 会议太长"),
            ("member", "给学院提意见 希望开放周末活动室"),
            ("member", "报到 苏州 汇川技术 到明年6月"),
            ("newcomer", "报到 上海 某某公司 到12月"),
            ("other", "我在校"),
            ("secretary", "半年考察 {newcomer} 说的是别人"),
            ("secretary", "撤销"),
            ("secretary", "半年考察 {newcomer} 表现稳定"),
            ("secretary", "转出 {member} 转错了人"),
            ("secretary", "撤销"),
            ("other", "提意见 先不提了"),
            ("other", "撤销"),
            ("other", "微心愿 想借相机"),
            ("other", "撤销"),
            ("secretary", "发通知 周五下午3点前交材料"),
            ("secretary", "发布微课 政策解读 公报要点 https://example.org/a"),
            ("secretary", "发布资讯 校园信息 图书馆延长开放"),
            ("secretary", "公开决议 支部大会通过了下半年计划"),
            ("secretary", "退订 创新创业"),
            ("other", "我的绑定码"),
            ("other", "转人工"),
        ),
    ),
    ("2026-11-28 20:00", (("member", "签到"), ("other", "签到"))),
    (
        "2026-11-28 21:00",
        (
            ("secretary", "结束签到"),
            ("member", "心得 1 今天学到了如何发挥先锋作用"),
            ("secretary", "登记时长 1 {member} 3小时"),
            ("secretary", "公益结果 1 清理了三个小区"),
            ("secretary", "转出 {other} 11月20日 转到苏州的党组织"),
            ("secretary", "谈心记录 {member} 11月26日 压力不小，多联系"),
            ("member", "交党费 12月 0.2"),
            ("secretary", "开放时段 12月3日14-16点 每人20分钟"),
            ("member", "约谈心 12月3日14点 聊聊家里的事"),
        ),
    ),
)


async def lived(chat: Chat, people: People) -> list[str]:
    """Let them say all of it privately; returns what each was answered."""
    answers = []
    names = {field: getattr(people, field) for field in people.__slots__}
    for moment, lines in DAYS:
        chat.at(moment)
        for who, text in lines:
            said = await chat.hear(chat.incoming(names[who], text.format(**names), private=True))
            answers.append(f"{text}: {said[0].text if said else ''}")
    return answers
