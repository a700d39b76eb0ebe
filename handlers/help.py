"""帮助：一屏菜单，和每一件事怎么说。

The menu is made from the commands there are, so that a new command stands in it by being declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from bot.access import may
from bot.commands import Command, Instead, Reply, Request, Role, command
from bot.understanding.forms import COURTESY
from bot.wording import Public, in_group, join
from models import Term

ABOUT = re.compile(r"(?:帮助|菜单)[\s：:]+([^\s：:]\S*)\s*$")
LIKE = 45  # percent; of two characters one has to be there
WIDTH = 22  # characters of a line, and
HEIGHT = 14  # lines, that a phone shows at once

HOW_TO_WRITE = re.compile("(?:怎么|如何|咋|怎样)(?:去)?(?:写|交|弄|提交|发|传)|多长|[多几]少?百?字|什么要求|啥要求")
HOW = re.compile("怎么|如何|咋|怎样|不会|不懂")

ONE = "这样发：{example}\n　{about}\n其他用法：帮助 {topic}"
HEAD = "我能帮您（可以照抄）："
MORE = "还有："
FOOT = "细说某一项：帮助 {topic}"
GUEST_FOOT = "先绑定，我才知道您是谁"
NEAREST = "没有这一项，最接近的是：\n"
NOTHING_HERE = "“{topic}”现在还没有您能用的。\n"


HERE = in_group("在的，您说。想看我能办什么，发送“帮助”。")

HELLO = ("你好", "您好", "早上好", "上午好", "中午好", "下午好", "晚上好")
GREETINGS = (
    *(*HELLO, "你好呀", "你好啊", "早", "早安", "哈喽", "嗨", "hi", "hello"),
    *("刚加上你", "刚加你", "刚加的你", "刚加上您", "新来的", "我是新来的"),
    *("在吗", "在么", "在不", "在不在", "在没", "在没在", "有人吗", "有人在吗", "有人在不"),
    *(f"{whom}{hello}" for whom in ("书记", "老师", "鸿雁") for hello in ("好", *HELLO, "在吗", "在不在")),
)


class Topic(Term):
    """What help can be asked about; a code is the first part of the names of its commands."""

    DUES = "dues", "党费", "交党费", "缴费", "交费", "补交", "补交党费", "确认党费", "党费标准"
    REPORT = "report", "思想汇报", "汇报", "批阅", "批阅汇报"
    TALK = "talk", "谈心", "谈话", "谈心谈话", "约谈", "约谈心", "时段", "开放时段", "谈心记录"
    LIFE = (
        *("life", "组织生活", "主题党日", "党课", "活动", "签到", "请假", "报名", "考勤", "心得", "会议纪要"),
        *("党员大会", "支委会", "党小组会", "组织生活会", "民主评议"),
    )
    PLACEMENT = "placement", "去向", "报到", "实习"
    LESSON = "lesson", "微课堂", "微课", "课堂"
    BULLETIN = "bulletin", "资讯"
    NOTICE = "notice", "通知", "发通知"
    WISH = "wish", "微心愿", "心愿"
    SERVICE = "service", "公益", "志愿服务", "志愿", "爱心传递"
    OPINION = "opinion", "意见", "提意见", "建议", "反映", "反应", "投诉"
    OPENNESS = "openness", "党务公开", "公开"
    ME = "me", "查询", "进度", "待办", "支部情况", "接龙"
    MEMBERSHIP = "membership", "转正和考察", "延长预备期", "半年考察"
    REMIND = "remind", "催办", "催"
    EXPORT = "export", "导出", "台账"
    BIND = "bind", "绑定", "绑定码"
    PRIVACY = "privacy", "隐私", "信息"
    UNDO = "undo", "撤销"
    HANDOFF = "handoff", "人工", "转人工"


# Parts of names, and whole names, that have no topic of their own.
SHARED = {
    Topic.MEMBERSHIP: ("member.extend", "member.full", "member.not_full", "member.review", "member.reviews"),
    Topic.BIND: ("room",),
    Topic.ME: ("todo", "branch", "member", "missing", "help", "group_note", "web"),
    Topic.PRIVACY: ("audit",),
    Topic.UNDO: ("confirm", "cancel"),
}
TOPIC_OF = {topic.value: topic for topic in Topic} | {part: topic for topic, parts in SHARED.items() for part in parts}

# What people come for first, by the second part of the commands' names.
LEADING = ("pay", "submit", "book", "register", "post", "codes", "list", "notice")

# What those who hold an office come for every day, by the commands' names; they stand before all others.
TASKS = (
    *("todo", "branch.status", "missing", "dues.confirm", "report.review", "report.read", "talk.open"),
    *("life.create", "life.attendance", "room.bind", "bind.codes"),
)

# Each has a line of its own in the menu; the others share lines, an example each.
WITH_LINE = (
    Topic.DUES,
    Topic.REPORT,
    Topic.TALK,
    Topic.LIFE,
    Topic.PLACEMENT,
    Topic.LESSON,
    Topic.BULLETIN,
    Topic.WISH,
    Topic.SERVICE,
    Topic.OPINION,
    Topic.OPENNESS,
    Topic.MEMBERSHIP,
)


@command(
    "help",
    "(帮助|菜单|使用说明|说明书|功能列表|指令列表)",
    "@(帮助|菜单|功能|指令|命令|help|?|使用方法)",
    "@怎么用",
    "@(怎么用|如何用|怎么使用|如何使用) (你|机器人)",
    "@你(会|能|可以|都会|都能)(干什么|干啥|做什么|做啥|干嘛|些什么|啥|什么)",
    "@(有|有哪些|有什么)(功能|指令|命令)",
    "@[把]你(会|能办|能做|可以办|可以做)的[都|全](列|列出|说|讲|摆)(来|出来|一下|一遍|给我)",
    "@(怎么|如何|咋|怎样|不会|不知道怎么|不懂怎么)(弄|交|写|用|约|查|登记|操作|搞) {topic}",
    "@(怎么|如何|咋|怎样|不会|不知道怎么|不懂怎么)(取消|撤回|改|发起|开放|报|请|看|补|确认|退|提交) {topic}",
    "@(帮助|菜单) (取消|撤回|改|发起|开放|报|请|看|补|确认|退|提交|交|写|约) {topic}",
    "@(怎么|如何|咋|怎样|不会|不知道怎么|不懂怎么){topic}",
    "@{topic}(怎么|如何|咋|怎样)(弄|交|写|用|约|查|登记|操作|搞|取消|撤回|改|发起|报|请|补|提交|提|发|许|领|参加|撤|认领|放弃|感谢|完成|看)",
    "@[写|交]{topic}[要|得|该|应该|需要][写|交][多少|几|几百]字",
    "@[写|交]{topic}[要|得]写(多长|什么)",
    "@{topic} <怎么发> [给][你|您|书记|鸿雁]",
    "@{topic} (发|交|传|提交)(到哪|到哪里|去哪|去哪里|哪里|哪儿)",
    "@{topic}帮助",
    "@[想|我想|要|我要][给|跟|向|对][支部|书记|学院|组织](提|写|许|发)[个|点|条|些]{topic} "
    "[这个|要|该](怎么|如何|咋|怎样)(提|写|弄|发|许)",
    "@{topic}[是|要|得](按月|按季度|按年|一个月一次|每月|每个月|一季度一次)[交|缴|写][吗|么|还是|呢]",
    "@{topic}是按月还是按季度[交|缴|写]",
    "@(跟|找|向|和|给|问)谁{topic}[情况|问题|一下|去]",
    "@{topic}(找|问|跟|向|去)(谁|哪|哪里|哪儿)(要|拿|领|找)",
    "@码(找|问|跟|向)谁(要|拿|领)",
    "@[写|交]{topic}[有]<什么>(要求|规定|标准|格式|流程|讲究)",
    "@(怎么|如何|咋|怎样)[使|操作|样][用|使用|操作|弄]",
    "@[使用|操作|功能|命令|指令](说明|指南|手册|介绍|大全|教程|帮助)",
    "@(功能|指令|命令)<什么>",
    "@(功能|指令|命令)(列表|大全|一览|有<什么>)",
    "@(教|教教)我[怎么|如何](用|使用|操作)",
    "@不(会|知道怎么)(用|使用|操作)",
    "@(菜单|指令|帮助) (看看|看一下|发|来|给)",
    "@(看|发|打开|给|来)[个|份|我|一下|下|一份|一个] (菜单|帮助|指令|说明书)",
    "@求助",
    "@[你](能|会|可以|都能|都会)[做|干|办|帮][些]<什么>",
    "@{topic}[要|得|该|应该] (怎么|如何|咋|怎样)[样](弄|交|写|用|约|查|登记|操作|搞|请|报|签|填|办)",
    "@[你]<什么>(功能|指令|命令)",
    role=Role.GUEST,
    changes=False,
    help="帮助 — 看全部用法；“帮助 党费”只看这一项",
)
async def show_help(request: Request, topic: Topic | None = None) -> Reply | Instead:
    """The menu, or the forms of one topic, the nearest where it is called otherwise; for what the sender may do."""
    if topic is Topic.REPORT and request.role > Role.GUEST and HOW_TO_WRITE.search(request.text):
        return Instead("report.how", {})
    allowed = [one for one in request.commands if one.listed and may(one, request.role)]
    if topic is None:
        return _said(_nearest_to(request.text, allowed) or menu(allowed))
    if (one := _asked_how(request.text, _of(topic, allowed))) is not None:
        return _said(ONE.format(example=one.example, about=one.about, topic=topic.label))
    return _said(_forms(topic, allowed) or NOTHING_HERE.format(topic=topic.label) + menu(allowed))


def _asked_how(text: str, about: Sequence[Command]) -> Command | None:
    """The command whose first word stands in a question how it is done (谈心怎么约); None where that is not one."""
    if not HOW.search(text):
        return None
    named = [(one, one.example.split()[0].lstrip("微")) for one in about]
    found = [(len(set(word)), one) for one, word in named if set(word) <= set(text)]
    longest = max((length for length, _ in found), default=0)
    best = [one for length, one in found if length == longest]
    return min(best, key=_leads) if best and longest > 1 else None


@command(
    "greet",
    role=Role.GUEST,
    answers={COURTESY: GREETINGS},
    listed=False,
    changes=False,
    help="你好 — 跟我打个招呼",
)
async def greet(request: Request) -> Reply:
    """A short word; who is not bound yet is told how that is done."""
    if request.role > Role.GUEST:
        return Reply(HERE)
    return _said(menu([one for one in request.commands if one.listed and may(one, request.role)]))


def _forms(topic: Topic, allowed: Iterable[Command]) -> str:
    """How the commands of a topic are said; nothing where the sender may use none of them."""
    about = _of(topic, allowed)
    if not about:
        return ""
    return "\n".join([f"【{topic.label}】", *(f"· {one.example}\n　{one.about}" for one in about)])


def _nearest_to(text: str, allowed: Sequence[Command]) -> str:
    """The topic with the word most like what nobody knows behind 帮助 (帮助 谈新); nothing where none is."""
    asked = ABOUT.search(text)
    topics = {word: topic for topic in Topic if _of(topic, allowed) for word in topic.words}
    found = process.extractOne(asked[1], topics.keys(), scorer=fuzz.ratio, score_cutoff=LIKE) if asked else None
    return NEAREST + _forms(topics[found[0]], allowed) if found else ""


def _said(text: str) -> Reply:
    return Reply(in_group("{text}", text=Public(text)))


def _topic(one: Command) -> Topic | None:
    return TOPIC_OF.get(one.name) or TOPIC_OF.get(one.topic)


def menu(commands: Sequence[Command]) -> str:
    """At most `HEIGHT` lines of at most `WIDTH` characters; topics that find no room are named only."""
    topics = {topic: _what_fits(topic, commands) for topic in WITH_LINE if _of(topic, commands)}
    others = list(_wrapped("", _short_examples(commands)))
    foot = FOOT.format(topic=next(iter(topics)).label) if topics else GUEST_FOOT
    lines = [_cut(f"{topic.label}：{example}") for topic, example in topics.items()]
    named: list[str] = []
    while len(lines) + len(list(_wrapped(MORE, named))) + len(others) + 2 > HEIGHT and lines:
        lines.pop()
        named.insert(0, list(topics)[len(lines)].label)
    return "\n".join([HEAD, *lines, *_wrapped(MORE, named), *others, foot])


def _of(topic: Topic, commands: Iterable[Command]) -> list[Command]:
    """The commands of a topic, what people come for first."""
    return sorted((one for one in commands if _topic(one) is topic), key=_leads)


def _leads(one: Command) -> tuple[int, int, int]:
    verb = one.name.partition(".")[2]
    return (_place(one.name, TASKS), _place(verb, LEADING), one.role)


def _place(word: str, words: Sequence[str]) -> int:
    return words.index(word) if word in words else len(words)


def _what_fits(topic: Topic, commands: Sequence[Command]) -> str:
    """By which words the topic's tasks are begun, and what leads beside them, as many as fit a line.

    Where there are no tasks the example of the first command that fits, else the beginning of the first.
    """
    about = _of(topic, commands)
    room = WIDTH - len(topic.label) - 1
    if tasks := [one for one in about if one.name in TASKS]:
        words = dict.fromkeys(one.example.split()[0] for one in about[: len(tasks) + 1])
        return next(_wrapped("", list(words), room))
    examples = [one.example for one in about]
    return next((example for example in examples if len(example) <= room), examples[0].split()[0])


def _short_examples(commands: Sequence[Command]) -> list[str]:
    """One example of each topic without a line of its own, or its tasks, all of `ME`; 帮助 itself stands below them."""
    bound = any(one.role > Role.GUEST for one in commands)
    rest = [one for one in commands if one.form.phrases and one.name != "help" and not (bound and one.name == "bind")]
    examples = []
    for topic in (topic for topic in Topic if topic not in WITH_LINE):
        about = _of(topic, rest)
        leading = [one for one in about if one.name in TASKS] or about[:1]
        examples += [one.example for one in (about if topic is Topic.ME else leading) if len(one.example) <= WIDTH]
    return examples


def _wrapped(head: str, words: Sequence[str], width: int = WIDTH) -> Iterator[str]:
    """`words` joined by 、 in as few lines as they need."""
    line: list[str] = []
    for word in words:
        if line and len(head + join([*line, word])) > width:
            yield head + join(line)
            line = []
        line.append(word)
    if line:
        yield head + join(line)


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
