"""Whether a message can be said by a phrase: what stands before, inside and behind it is read, and its tone heard."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise

from bot.understanding import courtesy, tone
from bot.understanding.about import asks_about_it
from bot.understanding.candidates import MOST_ASIDES, RUN_ON, Candidate, candidate_of, has_city, text_name
from bot.understanding.filling import Fill, Filling
from bot.understanding.forms import REASONS, Form
from bot.understanding.found import Context
from bot.understanding.free_text import read_text
from bot.understanding.matching import Matcher
from bot.understanding.naming import loose_name
from bot.understanding.normal import Normal
from bot.understanding.phrases import PASSING, Fixed, Place
from bot.understanding.single_words import token_end
from bot.understanding.stretches import read_beside, read_closed
from bot.understanding.values import City, Name, Places, Text, Word

_MOST_PLACES = 3  # at which one phrase is tried in a message
_HEADLINE = re.compile(r"\W*(?:[\w ]{0,20}思想汇报[^,。!?]{0,12})?\W*")
_APART = frozenset(" :\n")
_SHORTEST_TEXT = 4  # characters; 意见 很大 is talk


_WHY = "reason"  # a comment may be of several clauses too, but speaks of others: 问过了 是本人申请的
_TOPIC = "topic"  # of a talk: what is to be asked there
_EXCLAMATION = 2  # characters; 完了，惨了 beside a command are no reason
_SAYS_ENOUGH = 4  # characters of a phrase that is understood without the place it is about


def fitted(
    matcher: Matcher,
    message: Normal,
    compact: str,
    places: list[int],
    context: Context,
    touching: int | None,
    fill: Fill,
) -> Candidate | None:
    """The best reading by this phrase; its first words may stand there twice (书记好，书记明天有空吗)."""
    best: Candidate | None = None
    match = matcher.pattern.search(compact)
    for _ in range(_MOST_PLACES):
        if match is None or match.end() == match.start():
            break
        apart = touching is not None and not match.start() <= touching < match.end()
        candidate = None if apart else _matched(matcher, match, message, places, context, fill)
        if candidate is not None and (best is None or candidate.rank < best.rank):
            best = candidate
        if candidate is not None and candidate.unread == 0:
            break
        match = matcher.pattern.search(compact, match.start() + 1)
    return best


def _matched(
    matcher: Matcher, match: re.Match[str], message: Normal, places: list[int], context: Context, fill: Fill
) -> Candidate | None:
    start, end = places[match.start()], places[match.end() - 1] + 1
    headed = _HEADLINE.fullmatch(message.text, 0, start) is not None
    if context.strict and not headed and not _begins(matcher, message.text, start):
        return None
    filling = fill(matcher.form, message, context)
    literal = _read_groups(matcher, match, places, filling)
    if literal is None:
        return None
    salutation = isinstance(filling.values.get(text_name(matcher.form)), Text)
    if not (salutation and headed) and (not _before(matcher, filling, start) or filling.hopeless):
        return None
    if salutation:
        greeted = end >= len(message.text) or not message.text[end].isalnum()
        return _whole_message(filling, start, literal) if greeted or not context.strict else None
    if matcher.after in filling.values and courtesy.POLITE.fullmatch(message.text, start, end):
        return None  # 看第3课 谢谢: nobody is thanked for number 3
    if not _after(matcher, filling, end) or filling.hopeless or not _holds(matcher, filling, end, literal):
        return None
    if not _hear_tone(filling, start, end, apart=_stands_apart(message.text, start, end)):
        return None
    _keep_the_reason(filling)
    return candidate_of(filling, literal)


def _keep_the_reason(filling: Filling) -> None:
    """要加班，周五党课请假: the clause beside the command is why, or several in a row."""
    slot = filling.form.free_text
    announced = slot is not None and slot.name == _TOPIC and filling.takes(Places)  # 社区扫雪 大概十个人 发起个公益
    if slot is None or slot.name in filling.values or not (slot.name in REASONS or announced):
        return
    asides = filling.asides
    told = asides if len(asides) == 1 else [aside for aside in asides if aside[1] - aside[0] > _EXCLAMATION]
    in_a_row = slot.name == _WHY and all(
        courtesy.skip_separators(filling.text, one[1], another[0]) == another[0] for one, another in pairwise(told)
    )
    if len(told) == 1 or (told and in_a_row):
        start, stop = told[0][0], told[-1][1]
        filling.asides = [aside for aside in asides if aside not in told]
        filling.values[slot.name] = Text(filling.message.typed_text(start, stop))


def _holds(matcher: Matcher, filling: Filling, end: int, literal: int) -> bool:
    """Whether what was read is enough for the phrase, and little enough beside it."""
    if any(name not in filling.values for name in (matcher.before, matcher.after) if name and name != PASSING):
        return False
    if filling.context.strict and not _fits_a_group(matcher, filling, end):
        return False
    if matcher.phrase.addressed_only and filling.open_slot(City) is not None:
        # 我换公司了 alone is asked where to; what else it says would be taken for a company's name.
        return literal >= _SAYS_ENOUGH and not (filling.values or filling.asides)
    if literal < 2 and any(isinstance(value, Text) for value in filling.values.values()):
        return False
    at_a_time = any(isinstance(value, datetime) for value in filling.values.values())  # 想请书记看看总结 约周四三点
    vague = literal < 2 and matcher.phrase.addressed_only and not at_a_time
    return len(filling.asides) <= MOST_ASIDES and not (filling.asides and vague)


def _hear_tone(filling: Filling, start: int, end: int, *, apart: bool) -> bool:
    """Doubt what sounds like talk about the command; False where nobody asked the bot, so that it is talk."""
    if not filling.form.changes:
        return True
    slot, text = filling.form.free_text, filling.text
    at = filling.text_at if slot is not None and slot.name in filling.values else None
    doubts = tone.of_frame(text[:start], text[start:end], filling.without_words(end, at))
    if tone.is_quoted(filling.message.text, start):
        doubts.append(tone.QUOTED)
    if filling.context.strict and (doubts or (at is not None and tone.is_talk(text[at:]))):
        return False
    if slot is not None and at is not None:
        alone = slot.name == _TOPIC or all(isinstance(value, (Text, bool)) for value in filling.values.values())
        doubts += tone.of_text(text[at:], needed=slot.required, apart=apart, alone=alone)
        if tone.ASKED not in doubts and asks_about_it(str(filling.values[slot.name])):
            doubts.append(tone.ASKED)  # 谈心约上没有啊 两点半那个
    for word in (value for value in filling.values.values() if isinstance(value, Word)):
        doubts += tone.of_title(word, apart=apart and not has_city(filling.form))
    filling.doubts += doubts
    return True


def _begins(matcher: Matcher, text: str, start: int) -> bool:
    """Unaddressed, a message begins with the phrase; before a question its time may stand."""
    if courtesy.skip_separators(text, 0, start) >= start:
        return True
    if matcher.before is not None:
        return True
    return matcher.question and courtesy.FILLER.match(text) is None


def _read_groups(matcher: Matcher, match: re.Match[str], places: list[int], filling: Filling) -> int | None:
    """Read what stands inside the phrase; how many characters its own words have, or None where it does not fit."""
    literal = match.end() - match.start()
    for group, part in matcher.groups.items():
        low, high = match.span(group)
        if low < 0 or (low == high and not isinstance(part, Place)):
            continue
        at, stop = places[low], places[high - 1] + 1
        if isinstance(part, Fixed):
            if not _fix(filling, part, match[group], at, stop):
                return None
            continue
        literal -= high - low
        slot = part.slot if isinstance(part, Place) else None
        words = slot is not None or has_city(filling.form)
        read_closed(
            filling,
            at,
            stop,
            passing=slot == PASSING,
            named=_person(filling.form, slot),
            words=words,
        )
        if slot is not None and slot != PASSING and slot not in filling.values:
            return None
    return literal


def _fix(filling: Filling, part: Fixed, word: str, at: int, stop: int) -> bool:
    """The value that a fixed word is."""
    slot = filling.form.slot(part.slot)
    if slot.type is bool:
        filling.values[slot.name] = True
    elif slot.type is Text:
        filling.values[slot.name] = Text(word)
    else:
        best = filling.typed(at, stop)
        if best is None or slot.name not in best[0].names:
            return False
        filling.take(best[0], at, best[1])
        filling.explained -= best[1].end - at
    return True


def _whole_message(filling: Filling, start: int, literal: int) -> Candidate | None:
    """A text that its first words tell: it is kept whole."""
    if filling.unread:
        return None
    name = text_name(filling.form)
    filling.values[name] = Text(filling.message.typed(start, len(filling.message.text)))
    quoted = start > 0 and tone.is_quoted(filling.message.text, start)
    doubts = (tone.QUOTED,) if quoted else (tone.TOLD,) if filling.asides else ()
    return Candidate(filling.form, filling.values, doubts, 0, literal + 1000, literal)


def _before(matcher: Matcher, filling: Filling, start: int) -> bool:
    """Read what stands before the phrase; words there are a company only where its city stands there too."""
    placed = not filling.context.strict and filling.open_slot(City) is not None
    named = _person(matcher.form, matcher.before)
    read_beside(filling, 0, start, passing=matcher.before == PASSING, named=named, words=placed)
    return not placed or filling.open_slot(Word) is not None or filling.open_slot(City) is None


def _after(matcher: Matcher, filling: Filling, end: int) -> bool:
    """Read what stands behind the phrase."""
    text = filling.text
    particle = courtesy.SENTENCE_END.match(text, end) or courtesy.COMPLEMENT.match(text, end)
    end = particle.end() if particle and not filling.context.strict else end
    joined = end < len(text) and text[end].isalnum() and text[end - 1] != ":"
    if matcher.form.free_text is None:
        if joined and filling.context.strict and filling.open_slot(Word) and not _value_follows(filling, end):
            return False
        read_beside(
            filling, end, len(text), named=_person(matcher.form, matcher.after), passing=matcher.after == PASSING
        )
        return True
    if matcher.after is not None and matcher.after != PASSING:
        return _placed_then_text(matcher, filling, end)
    if joined and not _value_follows(filling, end) and not courtesy.only_courtesy(text, end, len(text)):
        if filling.context.strict or courtesy.ASKING.search(text, end, end + 25):
            return False
        filling.doubts.append(RUN_ON)
    read_text(filling, end, len(text))
    return True


def _placed_then_text(matcher: Matcher, filling: Filling, end: int) -> bool:
    """A value that must stand right behind the phrase, then free text."""
    named = _person(matcher.form, matcher.after)
    if named is not None:
        at = courtesy.skip_separators(filling.text, end, len(filling.text))
        read_closed(filling, at, token_end(filling, at, len(filling.text)), named=named)
        end = token_end(filling, at, len(filling.text))
    read_text(filling, end, len(filling.text))
    return True


def _value_follows(filling: Filling, at: int) -> bool:
    if filling.typed(at, len(filling.text)) is not None:
        return True
    probe = Filling(filling.form, filling.readers, filling.message, filling.context, dict(filling.values))
    return (
        any(slot.type is Name for slot in filling.form.slots) and loose_name(probe, at, len(filling.text)) is not None
    )


def _fits_a_group(matcher: Matcher, filling: Filling, end: int) -> bool:
    """Unaddressed, nothing the command needs may be missing; 交党费啦 alone is talk, and so is 请假 太难了."""
    if any(slot.required and slot.name not in filling.values for slot in matcher.form.slots):
        return False
    if any(slot.type is City and slot.name not in filling.values for slot in matcher.form.slots):
        return False
    rest = filling.text[end:]
    if len(matcher.form.slots) > 1 and set(filling.values) == {text_name(matcher.form)}:
        needed = matcher.form.slot(text_name(matcher.form)).required
        return (needed and rest[:1] != "," and len(rest.strip()) >= _SHORTEST_TEXT) or rest.lstrip(" ")[:1] in ":\n"
    return bool(filling.values) or matcher.question or courtesy.PARTICLE.search(rest) is None


def _person(form: Form, slot: str | None) -> str | None:
    """The slot, where it is a person's name."""
    return slot if slot and slot != PASSING and form.slot(slot).type is Name else None


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Whether a phrase begins the message, with a space, a colon or a line break behind it."""
    return not text[:start].strip() and text[end : end + 1] in _APART
