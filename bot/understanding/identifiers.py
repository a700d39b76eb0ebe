"""Links, codes, student numbers, cities and organisations."""

from __future__ import annotations

import re

from bot.understanding.found import Context, Found
from bot.understanding.lexicon import words_of
from bot.understanding.values import City, Code, Organisation, StudentNumber, Url

_URL = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff，。；！？、]+"
    r"|(?<![a-z\d.-])(?:[a-z\d-]{1,63}\.){1,6}(?:com|cn|net|org|edu)/[^\s\u4e00-\u9fff，。；]+"
)
_CODE = re.compile(r"(?=\d*[a-z])[a-z\d]{6}(?![a-z\d])")
# Where nothing says that it is a code: only what codes are made of, with a digit, which words have none of.
_BARE_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[2-9a-hjkmnp-z]{6}(?![a-z\d])")
_SAID_TO_BE_CODE = re.compile("绑定|码|认证")
_STUDENT_NUMBER = re.compile(r"(?:学号:? *)?([a-z]{0,3}\d{6,14}[a-z]?)(?![a-z\d])")
_PROVINCES = "|".join(words_of("provinces"))
# Prefecture-level cities, and county-level ones and places abroad where placements are frequent.
_CITIES = words_of("cities")
_CITY = re.compile(rf"(?:(?:{_PROVINCES})省?)?({'|'.join(sorted(_CITIES, key=len, reverse=True))})(?:市(?!场|政))?")
# 我们支部, 各支部 and 哪个学院 name none.
_ORGANISATION = re.compile(
    r"(?![我你他咱本各哪这那全该每下上级属]|看|查|统计|导出|下载|生成|催|提醒)[\u4e00-\u9fffa-z\d（）()·]{1,40}"
    r"(?:党支部|支部|党总支|总支|分党委|党委|学院|大学|学校|书院|系)(?=[的里有]|[^\u4e00-\u9fff]|$)"
)
_LOOKING = ("看", "查", "看下", "查下", "一下", "了解")
_NAMED_CITY = re.compile(r"([\u4e00-\u9fff]{2,5})(?:市|县|自治州)(?![\u4e00-\u9fff])")


def read_url(text: str, at: int, context: Context) -> Found | None:
    """A link; the value is cut out of what was typed by its reader, since links tell case apart."""
    match = _URL.match(text, at)
    if match is None:
        return None
    link = match[0].rstrip(".,;:!?)\"'")
    return Found(at + len(link), Url(link))


def find_urls(text: str) -> list[tuple[int, int]]:
    """Where links stand."""
    return [(match.start(), match.start() + len(match[0].rstrip(".,;:!?)\"'"))) for match in _URL.finditer(text)]


def read_code(text: str, at: int, context: Context) -> Found | None:
    """A one-time code; one that stands alone has to look like one."""
    code = _CODE if _SAID_TO_BE_CODE.search(text) else _BARE_CODE
    match = None if at and text[at - 1].isalnum() and text[at - 1].isascii() else code.match(text, at)
    return None if match is None else Found(match.end(), Code(match[0].upper()))


def read_student_number(text: str, at: int, context: Context) -> Found | None:
    match = None if at and text[at - 1].isalnum() and text[at - 1].isascii() else _STUDENT_NUMBER.match(text, at)
    return None if match is None else Found(match.end(), StudentNumber(match[1].upper()))


def read_city(text: str, at: int, context: Context) -> Found | None:
    """A city, without 市 and the province before it."""
    match = _CITY.match(text, at) or _NAMED_CITY.match(text, at)
    return None if match is None else Found(match.end(), City(match[1]))


def read_organisation(text: str, at: int, context: Context) -> Found | None:
    """A word of its own, or what is looked at (看看机电学院), that ends as names of branches, colleges, schools do."""
    if at and "\u4e00" <= text[at - 1] <= "\u9fff" and not text.endswith(_LOOKING, 0, at):
        return None
    match = _ORGANISATION.match(text, at)
    return None if match is None else Found(match.end(), Organisation(match[0]))
