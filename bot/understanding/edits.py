"""A text that is put right in words: 那个“不”字去掉; 把数学改成数字; 最后加一句 谢谢大家."""

from __future__ import annotations

import re

_QUOTE = "[\"“”‘’'「」『』]"
_LEAD = (
    r"(?:[^\w]*(?:评语|话题|原因|理由|内容|意见|哎|诶|额|呃|哦|等等|等一?下|我?想|我?要|还|再|不对|错了|打错了|写错了|改一下|改下|更正|麻烦|帮我|请|把|将|里面?|最后面?|末尾|结尾|前面|后面|那个|这个"
    r"|多打了?个?|多了个?|的))*"
)
_UNIT = r"(?:这|那)?(?:一|两|几|三)?(?:个|句|段)?(?:字|词|话)?"
_OUT = r"(?:给我|帮我)?(?:去掉|删掉|删除|删了|删去|去了|划掉|不要了?|别要了?|拿掉)"
_INTO = r"(?:应该)?(?:改成|改为|换成|换为|应该是|才对是)"
_DROP = re.compile(
    rf"{_LEAD}{_QUOTE}?(?P<old>.+?){_QUOTE}?{_UNIT}{_OUT}(?:吧|一下|了|哈|就行|谢谢|\W)*(?:[\s,，]\S{{1,8}}){{0,2}}"
)
_SWAP = re.compile(rf"{_LEAD}{_QUOTE}?(?P<old>.+?){_QUOTE}?{_UNIT}{_INTO}\s*{_QUOTE}?(?P<new>.+?){_QUOTE}?(?:吧|\W)*")
_NOT_BUT = re.compile(
    rf"{_LEAD}不是{_QUOTE}?(?P<old>[^是]+?){_QUOTE}?[\s,，]*(?:而|应该)?是{_QUOTE}?(?P<new>.+?){_QUOTE}?"
)
_ADD = re.compile(
    rf"{_LEAD}(?:评语|话题|内容|原因|理由|意见)?(?:里面?|上)?"
    rf"(?:(?:最后|后面|末尾|结尾)(?:再|还)*(?:加|补)上?(?:一[句个段]|几个字)?|(?:再|还)?(?:加|补)上?一[句段])"
    rf"(?:话|字)?[\s:,]*{_QUOTE}?(?P<new>.+?){_QUOTE}?"
)
_WHOLE = re.compile(rf"{_LEAD}(?:内容)?(?:改成|改为|换成|应该是)[\s:,]+{_QUOTE}?(?P<new>.{{4,}}?){_QUOTE}?")
_JUST = re.compile(
    rf"(?:.{{0,16}}?[\s,，。])?(?:就(?:写|说)(?:成|上)?[\s:：]*|(?:写|说)(?:成|上)?[\s:：]+){_QUOTE}?(?P<new>.{{2,}}?){_QUOTE}?"
)
_QUOTED_SWAP = re.compile(rf"{_LEAD}“(?P<old>[^“”]+)”{_UNIT}{_INTO}\s*“(?P<new>[^“”]+)”[^“”]*")
_LONGEST = 60  # characters of what is said


def edited(text: str, said: str) -> str | None:
    """`text` as it is after what was `said`; None where that names no part of it, or one that it has twice."""
    if len(said) > _LONGEST:
        return None
    if (whole := _WHOLE.fullmatch(said)) is not None:
        return whole["new"]
    if (just := _JUST.fullmatch(said)) is not None:
        return just["new"]
    if (add := _ADD.fullmatch(said)) is not None:
        return f"{text.rstrip()}{'' if text.rstrip()[-1:] in '。！？!?，,' else '，'}{add['new']}"
    for pattern in (_QUOTED_SWAP, _SWAP, _NOT_BUT, _DROP):
        match = pattern.fullmatch(said)
        if match is not None and text.count(match["old"]) == 1:
            rest = text.replace(match["old"], match.groupdict().get("new") or "")
            return rest if rest.strip() else None
    return None
