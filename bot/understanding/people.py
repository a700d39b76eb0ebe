"""Names of people as messages use them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, pinyin

from bot.understanding.found import Context, Found
from bot.understanding.identifiers import read_student_number
from bot.understanding.lexicon import words_of
from bot.understanding.values import Name

# 百家姓 by frequency; what begins with none of these is no name unless the message's form says so.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关"
    "兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简"
    "车项连芦麦褚娄窦戚岑景宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝阎"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "慕容",
    "令狐",
    "皇甫",
    "尉迟",
    "公孙",
    "东方",
    "夏侯",
    "端木",
    "南宫",
    "长孙",
    "宇文",
)
TITLES = ("副书记", "书记", "组织委员", "宣传委员", "纪检委员", "老师", "委员", "班长", "组长", "辅导员")
_HAN = "\u4e00-\u9fff"
_AFTER = re.compile(r"(?:同学|同志|老师|书记)?")
# The end of a student number after a name that two members have: 张三0001, 张三(尾号0001).
_TAIL = re.compile(
    r"(?: *\(? *尾号:? *(?P<said>[a-z\d]{3,})"
    r"|\((?P<put>[a-z\d]{3,6})(?![a-z\d]))\)?|(?P<bare>\d{3,}[a-z]?)(?![\da-z.年月块元毛分号个人次点:/-])"
)
_TAIL_DIGITS = 4  # as many are taken for one though nobody's number ends so
_TIME = re.compile(
    r"[一二三四五六七八九十]{1,2}[月、到至和]|[一两][个份张次下]|[上下本这今明去当][个月年]|第[一二三四]"
)
_TITLED = re.compile(r"同学|同志|老师|书记")
_DOTTED = re.compile(rf"@?([{_HAN}]{{2,8}}[·•・.][{_HAN}]{{2,10}})")
_FAMILIAR = re.compile(rf"[小老阿](?P<name>[{_HAN}])")
_LATIN = re.compile(r"@?([a-z]+(?: [a-z]+)?)(?![a-z])")
_NUMBERED_WORD = re.compile(rf"(?<![{_HAN}])(?P<word>[{_HAN}]{{2,4}}) +(?=\d)")
# Words that begin with a surname's character and are no names.
_WORDS = words_of("not_names")
_NEVER = re.compile("|".join(words_of("never_in_names")))  # in a word that no surname makes a name
_NO_SURNAME = frozenset({"党费", "团费", "会费", "前任", "现任", "上任", "主任", "担任", "责任"})  # whose second is one
_PARTICLES = frozenset(
    "的了吗呢吧啊呀我你您他她它们这那哪谁什么没不还都也就要是在有和跟与把被给让到去来说看做交补缴替代帮约"
)


def read_name(text: str, at: int, context: Context) -> Found | None:
    """A person by a known name, by 书记 and the like, or by what looks like a name; value is `Name`."""
    begin = at + 1 if text[at] == "@" else at
    if begin >= len(text):
        return None
    return (
        _known(text, begin, context)
        or _titled(text, begin)
        or _dotted(text, at)
        or _familiar(text, begin, context)
        or _surnamed(text, begin, context)
    )


def read_placed_name(text: str, at: int, end: int, context: Context) -> Found | None:
    """A name where the phrase says that one stands, up to `end`: what is no surname's is taken too."""
    found = read_name(text, at, context)
    if found is not None:
        return found
    if context.strict:
        return None
    if part := _part_of_known(text, at, end, context):
        return part
    latin = _LATIN.match(text, at)
    if latin is not None and latin.end() <= end:
        return Found(latin.end(), Name(latin[1]))
    return _whole(text, at, end, context.people)


def _part_of_known(text: str, at: int, end: int, context: Context) -> Found | None:
    """看看 张: a word of its own that is a part of somebody's name, as a surname is."""
    stop = at
    while stop < end and "\u4e00" <= text[stop] <= "\u9fff":
        stop += 1
    word = text[at:stop]
    return Found(stop, Name(word)) if word and any(word in person for person in context.people) else None


def read_whole_name(text: str, at: int, end: int) -> Found | None:
    """A word of its own that may be anybody's name, as those of minorities without 百家姓."""
    found = _whole(text, at, end)
    return found if found is not None and (found.end >= end or text[found.end] in " ,:;、") else None


def read_any_name(text: str, at: int, end: int, context: Context) -> Found | None:
    """A word of its own right before a student number, which is its name, whatever it says: 绑定 胡说 99999999."""
    word = _NUMBERED_WORD.match(text, at, end)
    number = word and read_student_number(text, word.end(), context)
    return Found(word.end("word"), Name(word["word"])) if word and number else None


def sounds_like(name: str, context: Context) -> str | None:
    """The one person whose name sounds as `name` does, where nobody has that name or a part of it."""
    if not 2 <= len(name) <= 4 or not name.isalpha() or name.isascii() or name in TITLES:
        return None
    if any(name in person for person in context.people):
        return None
    sound = _sounded(name)
    alike = [person for person in context.people if len(person) == len(name) and _sounded(person) == sound]
    return alike[0] if len(alike) == 1 else None


@lru_cache(maxsize=4096)
def _sounded(name: str) -> tuple[str, ...]:
    return tuple(syllable[0] for syllable in pinyin(name, style=Style.NORMAL))


def _whole(text: str, at: int, end: int, people: Sequence[str] = ()) -> Found | None:
    begin = at + 1 if text[at] == "@" else at
    stop = begin
    while stop < end and "\u4e00" <= text[stop] <= "\u9fff":
        stop += 1
    word = text[begin:stop]
    if not 2 <= len(word) <= 6 or any(char in _PARTICLES for char in word) or not _is_word_of_name(word):
        return None
    if known := next((person for person in people if word.endswith(person)), None):
        return Found(stop, Name(known))  # 群里传赵磊 is no name, and holds one
    if word.endswith("过"):
        return None  # 答复过的
    return Found(stop, Name(word))


def _is_word_of_name(word: str) -> bool:
    return word not in _WORDS and word[:2] not in _WORDS and _NEVER.search(word) is None


def _known(text: str, at: int, context: Context) -> Found | None:
    for person in sorted(context.people, key=len, reverse=True):
        if text.startswith(person, at):
            if not person[-1].isascii():
                return _after(text, at + len(person), person, context)
            if _stands_alone(text, at, at + len(person)):
                return Found(at + len(person), Name(person))
    latin = _LATIN.match(text, at) if context.people else None
    if latin is not None:
        sound = latin[1].replace(" ", "")
        matches = [person for person in context.people if sound in _sounds(person)]
        if matches:
            return Found(latin.end(), Name(matches[0] if len(matches) == 1 else latin[1]))
    return None


@lru_cache(maxsize=4096)
def _sounds(person: str) -> frozenset[str]:
    """A name in pinyin: whole, and with the given name before the surname."""
    syllables = [syllable[0] for syllable in pinyin(person, style=Style.NORMAL)]
    return frozenset({"".join(syllables), "".join(syllables[1:] + syllables[:1])})


def _stands_alone(text: str, at: int, end: int) -> bool:
    """Whether the number is not a part of a longer one."""
    before, after = text[at - 1 : at] if at else "", text[end : end + 1]
    return not any(char.isascii() and char.isalnum() for char in before + after)


def _after(text: str, end: int, name: str, context: Context) -> Found:
    if tail := _TAIL.match(text, end):
        number = tail["said"] or tail["put"] or tail["bare"]
        known = any(person[-1].isascii() and person.endswith(number) for person in context.people)
        if tail["said"] or tail["put"] or known or len(number) == _TAIL_DIGITS:
            return Found(tail.end(), Name(f"{name}{number}"))
    match = _AFTER.match(text, end)
    return Found(match.end() if match else end, Name(name))


def _titled(text: str, at: int) -> Found | None:
    for title in TITLES[:5]:
        if text.startswith(title, at) and text[at + len(title) : at + len(title) + 1] not in (
            "好",
            "您",
            "你",
            ",",
            "!",
            "~",
        ):
            return Found(at + len(title), Name(title))
    return None


def _dotted(text: str, at: int) -> Found | None:
    match = _DOTTED.match(text, at)
    return None if match is None else Found(match.end(), Name(match[1]))


def _familiar(text: str, at: int, context: Context) -> Found | None:
    """小赵, 老王, 阿静: somebody of the branch by surname or by the end of the given name."""
    match = None if context.strict else _FAMILIAR.match(text, at)
    if match is None or not any(match["name"] in (person[0], person[-1]) for person in context.people):
        return None
    return _after(text, match.end(), match[0], context)


def familiarly(name: str, context: Context) -> tuple[str, str | None] | None:
    """What is said of a name in 小赵, and the one person whom it can mean; None where it is no such name."""
    match = _FAMILIAR.fullmatch(name)
    if match is None or any(name in person for person in context.people):
        return None
    meant = [person for person in context.people if match["name"] in (person[0], person[-1])]
    return match["name"], meant[0] if len(meant) == 1 else None


def _surnamed(text: str, at: int, context: Context) -> Found | None:
    """Two or three characters (three or four with a compound surname) that a surname begins."""
    compound = text.startswith(_COMPOUND, at)
    if (not compound and text[at] not in SURNAMES) or text[at - 1 : at + 1] in _NO_SURNAME:
        return None
    shortest, longest = (3, 4) if compound else (2, 3)
    length = _length(text, at, longest)
    if length > shortest and _TITLED.match(text, at + shortest):
        length = shortest
    while length >= shortest:
        word = text[at : at + length]
        if _is_name(word) and text[at + length - 1] not in _PARTICLES:
            return _after(text, at + length, word, context)
        length -= 1
    return None


def _length(text: str, at: int, longest: int) -> int:
    length = 0
    while length < longest and at + length < len(text):
        char = text[at + length]
        if not "\u4e00" <= char <= "\u9fff" or (length and char == "的"):
            break
        if length > 1 and _TIME.match(text, at + length):
            break
        length += 1
    return length


def _is_name(word: str) -> bool:
    return word not in _WORDS and word[:2] not in _WORDS and not any(char in _PARTICLES for char in word[1:])
