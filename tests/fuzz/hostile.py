"""Fields that nobody ordinary would send, and texts that an ordinary one was made of."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

LONGEST_TEXT = 60_000  # characters; several times what WeChat lets through

MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<sysmsg type="revokemsg"><newmsgid>1</newmsgid></sysmsg>',
    "[CQ:at,qq=all][CQ:image,file=file:///etc/passwd]",
    "[](javascript:alert(1))",
    "&lt;&#91;&amp;#93;",
)
TEMPLATES = ("{0}", "{name}", "{request.settings}", "{{7*7}}", "${jndi:ldap://127.0.0.1/a}", "%s%n%x", "{", "}", "%")
QUERIES = ("'; DROP TABLE member; --", '" OR 1=1', "\\'; SELECT pg_sleep(9)", "_%", "\\", "\x00")
FORMULAS = ("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "-1", '＝HYPERLINK("http://127.0.0.1")', "\t=1", "\r=1")
PATHS = ("../../etc/passwd", "..\\..\\a.exe", "/dev/null", "CON", "a\x00.docx", "C:\\a", "." * 300, "a/" * 200)
NUMBERS = (
    "9" * 400,
    "-0",
    "1e999",
    "NaN",
    "٣٤٥",
    "²",
    "①",
    "〇",
    "0x7f",
    "1_000",
    "１２",
    "零点零零零",
    "亿" * 40,
    "0" * 99,
)
DATES = (
    "0000-00-00",
    "9999-12-31 24:00",
    "2月30日",
    "13月32日",
    "25:61",
    "00:00-00:00",
    "明年去年",
    "第五季度",
    "上上上周日",
)
ODD = (
    "\u202e\u202d\u2066",
    "\u200b\u200d\ufeff",
    "e\u0301" * 50,
    "\ud800",
    "\udfff\ud83d",
    "\U0001f469\u200d\U0001f4bb",
    "\U000e0001",
    "\ufffe\uffff",
    "\x01\x02\x1b[31m",
    "\r\n\r\n",
    "\u2028",
    "\u0085",
    "ﷺ" * 20,
    "Ａ",
    "",
    " ",
    "　",
)
PIECES = (*MARKUP, *TEMPLATES, *QUERIES, *FORMULAS, *PATHS, *NUMBERS, *DATES, *ODD)
REPEATED = (
    "1",
    "0.2 ",
    "1月",
    "1、",
    "张三",
    "@",
    "#接龙\n1. ",
    "「",
    " ",
    "\n",
    "😀",
    "交党费",
    "a.",
    "第",
    "https://a.cn/",
    "不是",
    "哈",
)


def text(random: Random) -> str:
    """Anything: pieces of attacks, characters of every plane, and much of one."""
    kind = random.random()
    if kind < 0.6:
        return "".join(random.choice(PIECES) for _ in range(random.randint(1, 6)))
    if kind < 0.9:
        return "".join(chr(random.randrange(0x110000)) for _ in range(random.randint(0, 60)))
    return random.choice(REPEATED) * random.randint(2, 400)


def long_text(random: Random) -> str:
    """As long as nobody types."""
    piece = random.choice((*REPEATED, *PIECES)) or "长"
    return (piece * LONGEST_TEXT)[: random.randint(2_000, LONGEST_TEXT)]


def mutated(random: Random, said: str, others: Sequence[str]) -> str:
    """What was said, changed in one to three places."""
    for _ in range(random.randint(1, 3)):
        at, end = sorted((random.randint(0, len(said)), random.randint(0, len(said))))
        change = random.randrange(9)
        if change == 0:
            said = said[:at] + said[end:]
        elif change == 1:
            said = said[:at] + random.choice(PIECES) + said[at:]
        elif change == 2:
            said = said[:at] + said[at:end] * random.randint(2, 30) + said[end:]
        elif change == 3:
            said = said[:at] + chr(random.randrange(0x110000)) + said[at + 1 :]
        elif change == 4:
            said = said[:at] + random.choice(others) + said[end:]
        elif change == 5:
            said = said[end:] + said[at:end] + said[:at]
        elif change == 6:
            said = said[:at] + random.choice((*NUMBERS, *DATES)) + said[end:]
        elif change == 7:
            said = (
                said[:at] + random.choice((*said, *REPEATED)) * random.randint(20, 80) + random.choice(("", "x", "。"))
            )
        else:
            said = "".join(random.sample(said, len(said)))
    return said[:LONGEST_TEXT]


def identifier(random: Random) -> str:
    """A contact's, room's or message's id as no chat system gives one."""
    return random.choice((*PIECES, "x" * random.choice((127, 128, 129, 5000)), text(random)))
