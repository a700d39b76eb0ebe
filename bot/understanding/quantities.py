"""Amounts and counts: 两毛, 一块二, ¥0.2, 每月0.2, 20分钟, 3号, 第三个, 10人."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.understanding.found import Context, Found
from bot.understanding.numerals import DIGITS, INTEGER, integer
from bot.understanding.values import Minutes, Money, Number, Places

BARE_AMOUNT = "这个数是不是金额"
_MOST = 10_000_000  # yuan; a longer number is no amount

_EACH = r"(?P<each>(?:每个?月|一个月|每月各?|月均|各(?!种|类|位))(?:交|是)?)? *"
_TOTAL = r"(?:(?:一共|总共|合计|共计?|金额|总计)(?:是|为|交)?:? *)?"
_DECIMAL = re.compile(
    rf"{_TOTAL}{_EACH}(?:¥|rmb|人民币)? ?(?P<number>\d{{1,9}}(?:\.\d{{1,2}})?)(?![\d.])"
    r"(?P<unit>元|块|毛|角|分(?!钟)|yuan)?(?P<rest>[1-9](?!\d))?钱?"
    r"(?P<per>/月|每月|一个月|每个月)?(?![-:年月日号点时个人名小%天]|分钟)"
)
_TOGETHER = re.compile("一块(?:儿|(?=[交缴补登记报办弄给去来]))")  # 一块交了 is no yuan
_NUMERAL = "[零〇一二两三四五六七八九十百]{1,5}"
_SPOKEN = re.compile(
    rf"{_TOTAL}{_EACH}(?:(?P<yuan>{_NUMERAL}|\d{{1,4}})[元块](?:零)?)?"
    rf"(?:(?P<jiao>[一二两三四五六七八九]|[1-9])[毛角])?(?:(?P<tail>[一二三四五六七八九五]|[1-9])(?:分(?!钟))?)?[钱整子]?"
    r"(?P<half>半)?[钱子]?(?P<per>/月|每月|一个月|每个月)?"
)


def read_money(text: str, at: int, context: Context) -> Found | None:
    """An amount; value is `Money`, or ``(Money,)`` where it is said per month."""
    if _TOGETHER.match(text, at):
        return None
    return _decimal(text, at) or _spoken_decimal(text, at) or _spoken(text, at) or _hundreds(text, at)


def _decimal(text: str, at: int) -> Found | None:
    match = _DECIMAL.match(text, at)
    if match is None or _follows_point_or_hyphen(text, at):
        return None
    unit = match["unit"]
    fen = _fen(match)
    if fen is None or fen.denominator != 1 or fen >= _MOST * 100 or fen == 0:
        return None
    plain = unit is None and "." not in match["number"] and not any(sign in match[0] for sign in "¥共计")
    return _amount(match.end(), int(fen), bool(match["each"] or match["per"]), BARE_AMOUNT if plain else "")


def _fen(match: re.Match[str]) -> Fraction | None:
    unit = match["unit"]
    scale = {"毛": 10, "角": 10, "分": 1}.get(unit or "", 100)
    fen = Fraction(match["number"]) * scale
    if match["rest"]:
        if unit not in ("块", "元", "毛", "角"):
            return None
        fen += int(match["rest"]) * scale // 10
    return fen


def _follows_point_or_hyphen(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isdigit() or text[at - 1] in ".-") and text[at].isdigit()


def is_amount(text: str, at: int) -> tuple[int, Fraction] | None:
    """Where what is shaped like an amount ends, and how many fen it would be."""
    match = _DECIMAL.match(text, at)
    fen = _fen(match) if match else None
    if match is not None and fen is not None:
        return match.end(), fen
    spoken = _SPOKEN.match(text, at)
    if spoken is None or not (spoken["yuan"] or spoken["jiao"]):
        return None
    found = _spoken_amount(spoken)
    return None if found is None else (spoken.end(), Fraction(found))


def _spoken(text: str, at: int) -> Found | None:
    match = _SPOKEN.match(text, at)
    if match is None or not (match["yuan"] or match["jiao"]) or _follows_point_or_hyphen(text, at):
        return None
    fen = _spoken_amount(match)
    return _amount(match.end(), fen, bool(match["each"] or match["per"]), "") if fen else None


def _spoken_amount(match: re.Match[str]) -> int | None:
    yuan = integer(match["yuan"]) if match["yuan"] else 0
    if yuan is None:
        return None
    fen = yuan * 100
    if match["jiao"]:
        fen += _digit(match["jiao"]) * 10
    if match["tail"]:
        fen += _digit(match["tail"]) * (1 if match["jiao"] else 10)
    if match["half"]:
        fen += 5 if match["jiao"] else 50
    return fen


_SPOKEN_DECIMAL = re.compile(
    r"(?P<yuan>[零〇一二三四五六七八九十]{1,3})点(?P<part>[零〇一二三四五六七八九]{1,2})(?:元|块|块钱)?(?![钟分半])"
)


def _spoken_decimal(text: str, at: int) -> Found | None:
    """零点二元."""
    match = _SPOKEN_DECIMAL.match(text, at)
    yuan = integer(match["yuan"]) if match else None
    if match is None or yuan is None:
        return None
    part = "".join(str(DIGITS[char]) for char in match["part"]).ljust(2, "0")
    fen = yuan * 100 + int(part)
    return _amount(match.end(), fen, False, "") if fen else None


_HUNDREDS = re.compile(
    rf"{_TOTAL}(?P<number>[一二两三四五六七八九]百(?:[零一二三四五六七八九]?十?[一二三四五六七八九]?))(?=[\s,。!?~]|\Z)"
)


def _hundreds(text: str, at: int) -> Found | None:
    """两百, without its unit: nothing else is counted in hundreds here; 两百五 is 250."""
    match = _HUNDREDS.match(text, at)
    said = match["number"] if match else ""
    if match is None:
        return None
    rounded = f"{said}十" if said[-1] in DIGITS and len(said) == 3 else said
    yuan = integer(rounded)
    return _amount(match.end(), yuan * 100, False, BARE_AMOUNT) if yuan else None


def _digit(char: str) -> int:
    return DIGITS[char] if char in DIGITS else int(char)


def _amount(end: int, fen: int, each: bool, doubt: str) -> Found:
    return Found(end, (Money(fen),) if each else Money(fen), doubt)


# 5号晚上 is a day of the month.
_OF_DAY = "(?!的?(?:上午|下午|晚上|早上|早晨|中午|傍晚|夜里|凌晨|那晚|当晚))"
_NUMBER = re.compile(
    rf"(?:(?:第|序号|编号|no\.?|#) ?(?P<ordinal>{INTEGER}) ?(?:号|个|条|期|课时?|节|讲|场|项|次|位|讲|篇)?"
    rf"|(?P<counted>{INTEGER})(?:号(?![线楼店院门]){_OF_DAY}|课(?!时))|(?P<plain>\d{{1,4}}|[一二三四五六七八九十]{{1,3}}(?=[\s,。!]|\Z|已?完成)))"
    r"(?:的?(?:活动|时段|时间段))?(?![\d年月日号点时/%元块毛角楼岁天周]|:\d|个|分钟|人|名|\.\d|-\d)"
)


def read_number(text: str, at: int, context: Context) -> Found | None:
    """The number of something listed; value is `Number`."""
    if at and (text[at - 1].isdigit() or text[at - 1] in ".-"):
        return None
    match = _NUMBER.match(text, at)
    value = integer(match["ordinal"] or match["counted"] or match["plain"]) if match else None
    return None if match is None or value is None else Found(match.end(), Number(value))


_MINUTES = re.compile(
    rf"(?:每(?:个?人|位|次|场|人次|个同志|位同志)|一(?:人|次)|各)? *(?:(?P<half>半个?(?:小时|钟头?))"
    rf"|(?P<quarters>[一三])刻钟|(?P<number>\d+(?:\.\d)?|{INTEGER})(?:个(?=半|小|钟))?(?P<and_half>半)?"
    r"(?P<unit>小时|钟头?|分钟?|min(?:ute)?s?)(?P<more>半)?)"
)


def read_minutes(text: str, at: int, context: Context) -> Found | None:
    """A duration; value is `Minutes`."""
    match = _MINUTES.match(text, at)
    if match is None:
        return None
    if match["half"]:
        return Found(match.end(), Minutes(30))
    if match["quarters"]:
        return Found(match.end(), Minutes(15 if match["quarters"] == "一" else 45))
    number = Fraction(match["number"]) if match["number"][0].isascii() else integer(match["number"])
    if number is None:
        return None
    hours = match["unit"] in ("小时", "钟头", "钟")
    minutes = Fraction(number) * (60 if hours else 1) + (30 if hours and (match["and_half"] or match["more"]) else 0)
    return Found(match.end(), Minutes(int(minutes)))


_PLACES = re.compile(
    rf"(?:限|限额|限报|名额|招募?|需要?|共|最多)*:? *"
    rf"(?:(?P<number>{INTEGER}) ?(?:个?人|名(?:额|同学|同志|志愿者)?|位|个名额)|(?<=[限额]) ?(?P<only>\d{{1,3}})(?!\d))"
)


def read_places(text: str, at: int, context: Context) -> Found | None:
    """How many can take part; value is `Places`."""
    match = _PLACES.match(text, at)
    value = integer(match["number"] or match["only"]) if match else None
    return None if match is None or value is None else Found(match.end(), Places(value))
