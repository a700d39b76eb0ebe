"""A yes that says again, in its own words, what was asked about: 对 退出; 好的呀，续吧; 撤吧，已经找到伴了.

Only what is known to say no more than yes is one: the verb of the very thing that was asked about, words of it, and a
reason that begins like one. All else is heard for itself, or asked about again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.understanding import courtesy
from bot.understanding.answers import LOOKS_FIRST
from bot.understanding.forms import Form
from bot.understanding.matching import enum_words
from bot.understanding.normal import Normal
from bot.understanding.pieces import Asked
from bot.understanding.values import Months, Text

_LONGEST = 30  # characters; who says more says something else too
_MOST_CLAUSES = 4
_SHORTEST_ECHO = 2
_RECEIPT = "确认后就是"  # what would come of it is no word of the question

# How the deed is called, by how its purpose begins. What undoes comes first: 收回自己的报名 is no 报名.
_UNDOING = (
    ("退回|不同意|拒绝", "退回|退"),
    ("退出", "退出|退掉|退|不去了|不参加了"),
    ("收回自己的报名", "取消报名|收回报名|取消|退|撤|不去了|不参加了"),
    (".*?收回|撤下|去掉|不再|从草稿", "收回|撤[回下掉销]|撤|取消|去掉|删掉|删|收[回掉]|关掉?"),
    ("取消约好", "取消|撤|不谈了|不去了"),
    ("取消", "取消|撤|不[办搞开]了"),
    ("放弃", "放弃|不领了"),
    ("删除", "删除|删"),
    ("结束|把您打开", "结束|关|退出|退"),
)
_DOING = (
    ("报名", "报名|报个名|报|参加"),
    ("向书记请假", "请[个一]?下?假|请"),
    ("约", "预约|约|订"),
    ("登记党费", "登记|登|交|缴|记"),
    ("交|提交|给草稿", "提交|交|收下"),
    ("许", "许愿|许|挂|发"),
    ("把意见直接|私聊提意见", "提交|提|交|转给?(?:委员们?|学院)|转"),
    ("延长", "续|延长|延"),
    ("告诉支部|登记去向", "登记|登|记|报到|更新|改"),
    ("批阅", "批阅|批"),
    ("同意", "同意|批准|批|准|发"),
    ("确认", "收[到着了]|收"),
    ("开放", "开放|开"),
    ("发通知|把意见和答复|发布|公开|放进", "公开|发布|发"),
    ("答复", "答复|回复|答|回|发给?"),
    ("提醒", "催一?催|提醒|催|发"),
    ("发起", "发起|发|提交|报给?(?:支部|书记)|报|建"),
    ("认领", "认领|领|认"),
    ("签到|替", "签到|签"),
    ("改|给活动改|更正|把约好", "改|挪|换"),
    ("登记|私聊记下", "登记|登|记|转出|转"),
    ("在群里感谢", "感谢|发"),
)
_DEED = re.compile("报名|签到|请假")
_NEGATES = re.compile("[不没别]")
_ALWAYS = "确认|确定|办"
_COMPLEMENT = (
    "(?:出去|上去|过去|回去|进去|下来|回来|起来|一下|一个|个名|上名|[上下掉好成起])?了?"
    "(?:[吧叭啊呀哈啦呗哦噢咯]|就[行好吧])*"
)
_SAYS_NOTHING = re.compile(
    "麻烦|辛苦|谢谢|多谢|谢|拜托|不好意思|抱歉|(?:刚才|前面|我)?[打写输]错(?:了)?(?:一?个)?(?:字)?|鸿雁|帮忙|[帮给替]我|一下"
    "|给(?:书记|党?组织|支部|委员们?)(?!了)|就是|是|就按|按|就|那就|那|先|把|帮|替|给|让|我们|我的|我(?![去来])|它们|它|他们|他|她|大家"
    "|这个|这条|这一?[篇份段句]|这样|这么|这|那个|那条|那场|了|吧|叭|啊|呀|哈|啦|呢|哦|噢|嘛|咯|呗|的|都|全部|全|快|赶紧|直接|来|个|当|到|群里|原话"
)
# A clause of its own that says why it was asked at all.
_SLIP = re.compile(
    "(?:我|刚才?|哈哈|又|拼音)*"
    "(?:手误|手滑|手快|错字|字错|打岔字|(?:手滑|手快|手误)?[打写输]错(?:了?一?个?字)?|打成[^了]{1,2})[了咯]?[哈啊呀]*"
)
_TONE = re.compile("[的呢呀啊哈嘛哦噢啦滴]*")
_CERTAIN = re.compile("对|是|没错|可以|行|好")  # 嗯 我周末有空 may only go on with the talk
_IS_IT = re.compile("(?:是|对)吧|才怪|呵呵|做梦")  # asks, or is not meant
_REASON = re.compile(
    "已经|都已经|反正|因为|刚|昨|上周|正好|刚好|那会儿|那天|钱|合同|公司|师傅|书记|老师|[他她]让|急着|写得|挺|免得|省得|早点|场地|教室|没几个人|没什么人|人太少"
    "|我(?![想要再先去看问也还]|可能|得)|我要重写"
)
_PLAIN_REASON = re.compile("反正|已经|急着|免得|省得|我要重写")  # beside what takes a text, which others might be
# What is no thing to be done, but says how something is: 票都卖完了.
_SENTENCE = re.compile(
    r"(?![^\s]*[交报约签批退撤催填提登领答删])(?:[^\s]{2,}[了过着][呢哈啊嘛]*|[^\s]*[太挺很][^\s]+)\Z"
)
# Beside a yes to what is at some time: 对，周六那天我没课.
_IS_FREE = re.compile(
    r"[\s我那天会儿正好刚也都是能可以]*"
    r"(?:有空|有时间|休息|不上班|能[去来]|去得了|在的|不加班|没课|没事|没别的事)[的了呀啊]*"
)
# What a reason may not say: it puts off, doubts, wants more, says when, or of what.
_NO_REASON = re.compile(
    r"[\d?吗呢也再先等但别不没怕嫌还又或问看想改换周星月号点慢核查跟俩半]|考虑|商量|不过|可是|只是|担心|可能|估计|应该|要不|算了|下次|今"
    r"|明[天年]|后天|昨|[上下]午|晚|回头|随便|无所谓|[这那]么|那个|的\Z"
)
_MAY_STAND = re.compile(
    r"昨[天晚夜日]?|那晚|刚才?|上周[一二三四五六日天末]?|检?查[到过]|一?早点|快点|也(?=挺|好|行|方便)|没(?=课|事\Z|问题|几个人|什么人|人[约来报])|不上?(?=班|错)|[借开办]不[到成了]"
)


class _Says(Enum):
    YES = auto()  # and nothing else
    ECHO = auto()  # words of what was asked about
    DOES = auto()  # the verb, with what it is done to
    VERB = auto()  # the verb alone
    WHY = auto()
    FREE = auto()  # that there is time for it
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """What was `asked`, of the command of `form` that is for `purpose`, in the words of `text`.

    `lacks`: something is asked for. `yes`: the words for yes, longest first. `same`: whether a clause says in other
    words what was understood, as 周五两点到四点 does.
    """

    asked: Asked
    form: Form
    purpose: str
    text: str
    yes: Sequence[str]
    people: Collection[str] = ()
    lacks: bool = False
    same: Callable[[str], bool] = lambda clause: False

    def agreed_to_by(self, said: str) -> bool:
        """Whether it is a yes, and all else that it says was asked about, is the verb of it, or says why.

        Why may be said beside the verb alone: who says 嗯，原来是这样 has not said yes. Of several people or months one
        alone is no answer to all.
        """
        message = Normal.of(said).text.strip()
        if len(message) > _LONGEST or "?" in message or LOOKS_FIRST.search(message) or _IS_IT.search(message):
            return False
        if {one for one in self.people if one in message} not in (
            set(),
            {one for one in self.people if one in Normal.of(self.text).text},
        ):
            return False
        clauses = [clause for clause in courtesy.SEPARATORS.split(message) if clause]
        if not 0 < len(clauses) <= _MOST_CLAUSES:
            return False
        parts = [self._says(clause, first=at == 0) for at, clause in enumerate(clauses)]
        agrees, done = self._begins(clauses[0]) > 0, bool({_Says.DOES, _Says.VERB} & set(parts))
        if _Says.OTHER in parts or not (agrees or parts[0] is _Says.VERB):
            return False
        if self.lacks:
            return agrees and not {_Says.WHY, _Says.ECHO, _Says.DOES} & set(parts)
        if not agrees and clauses[0].startswith(("取消", "不")):
            return False  # it drops the question
        if _Says.FREE in parts and not (done or _CERTAIN.match(message)):
            return False
        return done or not ({_Says.WHY} & set(parts) or (self._undoes and _Says.ECHO in parts))

    @property
    def _undoes(self) -> bool:
        return any(re.match(begins, self.purpose) for begins, _ in _UNDOING)

    def _verb(self) -> re.Pattern[str]:
        found = next((verbs for begins, verbs in (*_UNDOING, *_DOING) if re.match(begins, self.purpose)), "")
        return re.compile(f"(?:{_ALWAYS}{'|' if found else ''}{found}){_COMPLEMENT}")

    def _begins(self, clause: str) -> int:
        """Where the yes that it begins with ends; 0 where it begins with none."""
        end = next((len(word) for word in self.yes if clause.startswith(word)), 0)
        return end and end + _end(_TONE, clause, end)

    def _says(self, clause: str, *, first: bool) -> _Says:
        if self.same(clause):
            return _Says.ECHO
        if _SLIP.fullmatch(clause) and not first:
            return _Says.YES
        begin = self._begins(clause)
        if courtesy.ASKING.search(clause, begin) or self._says_another_choice(clause):
            return _Says.OTHER
        if not (first or self._undoes or "假" in self.purpose) and _IS_FREE.fullmatch(
            self._not_asked(clause, whole=True)
        ):
            return _Says.FREE
        verb, at, echoes = self._verb(), begin, False
        does = verb.match(clause[:begin]) is not None  # 登吧 is a yes of its own
        while at < len(clause):
            if step := _end(verb, clause, at):
                does = True
            elif step := self._echoed(clause, at) or self._named(clause, at):
                echoes = True
            elif not (step := _end(_SAYS_NOTHING, clause, at)):
                return _Says.OTHER if begin or first or not self._is_reason(clause) else _Says.WHY
            at += step
        if does:
            return _Says.DOES if echoes else _Says.VERB
        return _Says.ECHO if echoes else _Says.YES

    def _says_another_choice(self, clause: str) -> bool:
        """退回 is no yes to whether a report is to be approved."""
        for slot in self.form.slots:
            chosen = self.asked.values.get(slot.name)
            words = enum_words(slot.type)
            if any(word in clause and choice != chosen for word, choice in words.items()):
                return True
            if any("退" in word and choice == chosen for word, choice in words.items()) and "批" in clause:
                return True  # 批了吧 approves
        return False

    def _is_reason(self, clause: str) -> bool:
        takes_text = self.form.free_text is not None or any(slot.type is Text for slot in self.form.slots)
        begins = _PLAIN_REASON.match(clause) or (not takes_text and (_REASON.match(clause) or _SENTENCE.search(clause)))
        if not begins or courtesy.MATTERS.search(clause) is not None:
            return False
        return _NO_REASON.search(self._not_asked(_MAY_STAND.sub(" ", clause))) is None

    def _not_asked(self, clause: str, *, whole: bool = False) -> str:
        """What is left of it without the words of the question; `whole`: with what would come of it."""
        at = 0
        while at < len(clause):
            step = self._echoed(clause, at, whole=whole)
            clause = clause[:at] + " " * step + clause[at + step :]
            at += step or 1
        return clause

    def _named(self, clause: str, at: int) -> int:
        """How many characters name the kind of thing that the command is about: 党费, 报名."""
        match = courtesy.MATTERS.match(clause, at)
        return match.end() - at if match and match[0] in self.purpose else 0

    def _echoed(self, clause: str, at: int, *, whole: bool = False) -> int:
        """How many characters from `at` on stand in the question too; a number as a whole or not at all, and none of
        several months."""
        words = Normal.of(self.text if whole else self.text.partition(_RECEIPT)[0]).text
        length = 0
        while at + length < len(clause) and clause[at : at + length + 1] in words:
            length += 1
        while length and clause[at + length - 1].isdigit() and clause[at + length : at + length + 1].isdigit():
            length -= 1
        said = clause[at : at + length]
        several = any(isinstance(value, Months) and len(value) > 1 for value in self.asked.values.values())
        if _NEGATES.search(said) or any(deed not in self.purpose for deed in _DEED.findall(said)):
            return 0
        if any(char.isdigit() for char in said) and (several or re.search(rf"(?<!\d){re.escape(said)}", words) is None):
            return 0
        return length if length >= _SHORTEST_ECHO else 0


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """How far it reaches."""
    match = pattern.match(text, at)
    return match.end() - at if match else 0
