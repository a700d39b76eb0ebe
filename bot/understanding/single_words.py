"""Single words that are nothing else: titles, companies, branches, and the city in a company's name."""

from __future__ import annotations

import re

from bot.understanding import courtesy
from bot.understanding.filling import Filling
from bot.understanding.found import Found
from bot.understanding.identifiers import find_urls
from bot.understanding.slot_readers import SlotReader
from bot.understanding.values import City, Word

WORK = ("实习", "工作", "上班", "就业", "单位", "公司名称", "城市", "地点", "公司:", "报到", "入职")
_APART = re.compile("(?:那边|这边|那里|这里|那儿|这儿)的?|的")  # behind a city that is no part of a company's name
_SAID_BEHIND = "了啦"  # no company's name ends so


def _keep_word(filling: Filling, slot: str, at: int, stop: int, said: str) -> None:
    filling.values[slot] = Word(said)
    filling.words_at[slot] = at, stop


def token_end(filling: Filling, at: int, end: int) -> int:
    """Where the word at `at` ends."""
    stop = at
    while stop < end and not filling.text[stop].isspace() and filling.text[stop] not in ",。;!?:、":
        stop += 1
    close = filling.text.find(")", at, stop)
    return close if close > at and "(" not in filling.text[at:close] else stop


def own_word(filling: Filling, at: int, end: int) -> int | None:
    """Where a clause ends that only says the command's own word once more: 周婷的党费我收到了，确认."""
    if at == 0 or filling.text[at - 1].isalnum():
        return None
    stop = token_end(filling, at, end)
    word = filling.text[at:stop]
    repeated = len(word) > 1 and word in filling.form.wording and courtesy.NEGATION.search(word) is None
    return stop if repeated else None


def word_is_longer(filling: Filling, at: int, end: int, filler_end: int) -> bool:
    """在线科技 is a word, 在 before it is not."""
    if filling.open_slot(Word) is None:
        return False
    stop = token_end(filling, at, end)
    return stop > filler_end and filling.text[at] not in "在我的那这" and courtesy.unread(filling.text, at, stop) > 0


def single_word(filling: Filling, at: int, end: int) -> int | None:
    """Keep the word at `at` as the command's single word; where it ends."""
    slot = filling.open_slot(Word)
    if slot is None:
        return None
    stop = token_end(filling, at, end)
    for cut in range(at + 1, stop):
        leaves = filling.text.startswith(WORK[:3], cut) and "city" in filling.values
        if leaves or (filling.text[cut] in "到从自" and filling.typed(cut, end) is not None):
            stop = cut
            break
    while stop > at + 2 and filling.text[stop - 1] in _SAID_BEHIND:
        stop -= 1
    _keep_word(filling, slot, at, stop, filling.message.typed(at, stop))
    return stop


def city_in_word(filling: Filling, at: int, end: int, best: tuple[SlotReader, Found] | None) -> int | None:
    """苏州XX公司 in one word is a company and its city."""
    if best is None or best[0].kind is not City or not best[0].names or filling.open_slot(Word) is None:
        return None  # without names: the same city once more
    city = best[1]
    stop = token_end(filling, at, end)
    rest = filling.text[city.end : stop]
    apart = _APART.match(rest)
    if apart is not None:
        if apart.end() == len(rest) or rest.startswith(WORK, apart.end()):
            return None
        filling.values[best[0].names[0]] = city.value
        return single_word(filling, city.end + apart.end(), end)
    if not rest or rest.startswith((*WORK, "(")) or courtesy.only_courtesy(filling.text, city.end, stop):
        return None
    if filling.typed(city.end, end) is not None:
        return None
    filling.values[best[0].names[0]] = city.value
    return single_word(filling, at, end)


def title(filling: Filling, at: int, end: int) -> int | None:
    """A title: between 《》, or up to a space."""
    slot = filling.open_slot(Word)
    if slot is None or at >= end:
        return None
    link = next((at + start for start, _ in find_urls(filling.text[at:end])), end)
    end = courtesy.past_label(filling.text, at, link) if link > at else end
    stop = at
    close = filling.text.find("》", at, end) if filling.text[at] == "《" else -1
    while stop < end and not (filling.text[stop].isspace() if close < 0 else stop > close):
        stop += 1
    _keep_word(filling, slot, at, stop, filling.message.typed(at, stop).rstrip(",，;；。"))
    filling.explained += stop - at
    return stop
