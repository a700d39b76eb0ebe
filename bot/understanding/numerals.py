"""Chinese and Arabic numerals."""

from __future__ import annotations

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
CHINESE = "零〇一二两三四五六七八九十百"
INTEGER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十百]{1,5})"  # a pattern; `integer` refuses what is no numeral


def integer(text: str) -> int | None:
    """The value of a numeral below 1,000 such as 12, 十二, 二十, 两, 一百零五; None where it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(char not in CHINESE for char in text):
        return None
    if "十" not in text and "百" not in text:
        return int("".join(str(DIGITS[char]) for char in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    total, digit = 0, None
    for char in text:
        if char in DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = DIGITS[char]
        else:
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = None
    return total + (digit or 0)
