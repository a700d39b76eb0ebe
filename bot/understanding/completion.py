"""What was asked back, completed by the missing piece alone: 10月的, 0.4, 三点, 不对，10月的."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from itertools import islice

from bot.understanding import courtesy, tone
from bot.understanding.about import asks_about_it
from bot.understanding.answers import CONFIRMATION, Answers
from bot.understanding.candidates import Candidate, settled, text_name, total
from bot.understanding.edits import edited
from bot.understanding.filling import Fill, Filling
from bot.understanding.forms import Form, Slot
from bot.understanding.found import Context
from bot.understanding.free_text import read_text
from bot.understanding.matching import enum_words
from bot.understanding.naming import NOT_PLACED
from bot.understanding.normal import Normal
from bot.understanding.phrase_index import TIME_STARTS
from bot.understanding.pieces import SAME_HOUR, Asked, is_sure
from bot.understanding.reading import Reading
from bot.understanding.self_correction import PUT_RIGHT, clauses, corrections, is_mark, puts_right
from bot.understanding.slot_readers import slot_readers
from bot.understanding.stretches import read_closed
from bot.understanding.values import SHANGHAI, Money, Month, Months, Name, Number, Text, Word

_QUESTION = re.compile(r"(?:\?|吗|呢|怎么办|怎么写|为什么|什么)\W*$")
_PIECE_LEAD = re.compile(
    "(?:不过|但是?|只是)?(?:我(?:的意思)?是说|我[指说]的是|那就|那(?=[\\d ])|我?[替帮代]|(?:应该|其实|我)?是(?![不否])"
    "|(?:人数|名额|时间)?改[成为到]|(?:人数|名额|时间)?换成|再?(?:加|补)(?:上|一?个|一?下)?|改(?=[\\d一二两三四五六七八九十]))+"
    "|不过|但是?|只是"
)
_TO_A_MONTH = re.compile(r"(?:一直)?[到至](?=(?:明年|今年|后年)?\d{1,2}月)")
# Before what somebody thinks of behind it: 哦对了，是到7月.
_GOES_ON = re.compile(r"(?:[啊哦噢呃额哎唉诶欸呀哟嗯,。!~… ]|对了|忘了?说了?|还有|另外|补充一?下|等等|等一?下)+(?=\S)")
# What takes back all, so that what follows is no piece of it.
_DROPPED = re.compile("算了|取消|放弃|先不|不用|不要|别|等我|等等|等一?下|稍等")
# A clause of its own that says which value is not meant: 1月不要，就12月.
_DENIED = re.compile(
    r"(?:不是|不要|不用|不算)[^\s,。;]{1,20}|[^\s,。;]{1,20}(?:不要|不用|不交|不算|没给|没交|没有|去掉)了?(?=[\s,。;]|\Z)"
)
_NOT_THAT_MONTH = re.compile(
    "(?P<before>\\d{1,2})月份?的?[^\\s,。;\\d]{0,3}(?:不要|不用|不交|不算|不登|不记|别|去掉|撤|退掉)"
    "|(?:不要|不用|不交|去掉|撤掉|撤了|退掉)(?P<behind>\\d{1,2})月"
)
_ONLY = re.compile("只(?:有|是|要|登|交|记|报|算)*|就(?:是|要|登|交|记|报)*|仅")
MORE_OF_IT = "接在前一段后面"
TEXT_BESIDE = "其余的话算作内容"
OWN_WORD = "“{word}”读作单位或标题"
_ADDS = re.compile("忘了?[说写]|漏了|漏[说写]|补充|对了|再[加补]|[加补](?:上|一?个|一下|一[句段])")
# 对，就想问问转正: what a talk is to be about.
_OF_A_TALK = re.compile(
    r"(?:不过|没啥话题|没什么话题|话题|[跟和](?:书记|[他她])(?:说|讲|聊)(?:一?下)?|[ ,]|我|就|是|想|要)*"
    r"(?=聊|谈|问|请教|咨询|[^\s,。;]{1,10}的事)"
)
_ONE_OF = re.compile(r"[\s,。!~]|那个|这个|那场|的|吧|就|我|要|选|去|报|参加|呀|啊|哈")
_SHORTEST_WORD = 2  # characters
_MAINLY = re.compile("(?:我|就是)?主要")  # what it is about: 主要想聊聊转正
_OF_ITS_TEXT = re.compile(
    "(?:那个|刚才的?|把|给)?[^,。 ]{0,5}?(?:话题|原因|理由|评语|主题|名字|名称)"
)  # 话题别写那么长 就写…
_ANOTHER = re.compile("也|还有|再|另外|呢|吗|[?]")  # beside a value: no other one in its place
# 七点开始, 7月才结束: what belongs to a time and says no more.
_BEGINS = re.compile(
    r"(?<=[点半刻分\d])(?:开始|集合|见)|(?<=月)(?:份|底|初|中)?(?:才|就|前|左右)?(?:结束|到期|为止|完)"
)
_YES = ("对", "对的", "嗯", "是的", "行", "好", "好的", "可以")  # beside a piece: it is so
_CLAUSE = re.compile(r"[^\s,。;!?:~…]+")
_CHANGES = re.compile("(?:那|就|其实|应该|还)*(?:是|改|换|到|应该)")
_LONGEST_RIGHT = 200  # characters of what puts right what was said
_LONGEST_PIECE = 24  # characters; in a group
_NO_NAME = re.compile(f"[我你您他她它们了吧啊呀呢吗嘛哈咯呗这那都就也还很好]|{courtesy.NEGATION.pattern}")
_LABEL = re.compile(
    "[ ,:]*(?:[我在]*(?:单位|公司|企业|标题|题目))?(?:没写上?|忘了?写了?|漏了|写错了|应该)?[ ,]*"
    "(?:还是|就是|是|叫|为)?[ ,:]*"
)
_PUT_BEHIND = re.compile(
    r"(?:那个)?(?:主题|话题|内容|原因|理由|评语)(?:我|想|要|就|还是)*(?:(?:改|换)(?:成|为|一下)?|写上?|加上|是|就写)?(?:[\s:,]+|(?<=成)|(?<=写)|(?<=为))"
)
_TEXT_CHANGED = re.compile(
    r"[^,。\s]{0,10}?(?:话题|主题|原因|理由|评语)[^,。\s]{0,3}?(?:改|换)[成为][\s:,]*"
)  # 那个评语我想改成…
_ADDS_TEXT = re.compile(r"(?:那|就|再|还|帮我)*(?:加|补)上?一[句段]话?[\s:,]*")  # where there was none before
# 不要话题 就约.
_TEXT_DROPPED = re.compile(
    "(?:不要|不用|去掉|删掉|没有?)(?:写)?(?:话题|原因|理由|评语)|(?:话题|原因|理由|评语)(?:就)?(?:不要|不写|去掉|删掉|不用)"
)
# 话题改成啥好呢; 评语写长点行吗.
_WHAT_TO_SAY = re.compile(
    r"(?:点|成|写|说|个)*(?:啥|什么|怎么(?:写|说)|咋(?:写|说))(?:好|合适)?[呢啊呀吗?\s]*|.{0,6}(?:行|可以|好)[吗么不]\W*"
)
_THAT_WILL_DO = re.compile(r"(?:就(?:行|好|可以|成)|即可)[了哈吧啊呀哦]*\W*\Z")  # 原因写公司年会就行了哈
_HOW_LONG = re.compile("(?:谈|聊|要)(?:多久|多长|啥|几)|够[吗不]")
_HESITATES = re.compile(
    r"别(?:退|批|撤|发|请|约|报)|算了|等等|等一?下|先不|想想|考虑|再(?:看|读|想|问)|(?P<verb>\w)是想(?P=verb)"
)
_TONE = re.compile("[的呢呀啊哈嘛]{1,2}")  # behind a yes
_SHORT_BEFORE = 12  # characters
_A_PARAGRAPH = 40  # characters: more of a text that waits, as a report's next part
_LONGEST_WORD = 12  # characters
_VALUES = Form(
    "values",
    (),
    (Slot("months", Months), Slot("amount", Money), Slot("start", datetime), Slot("end", datetime), Slot("no", Number)),
)
_VALUE_READERS = slot_readers(_VALUES)
_CHOICE = Form("choice", (), (Slot("number", Number),))
_CHOICE_READERS = slot_readers(_CHOICE)


def _without_denied(message: Normal) -> Normal | None:
    """The message without what it says is not meant or was a mistake, and without 只 before what is; None where
    nothing of the kind is said."""
    if len(message.text) > _LONGEST_RIGHT:
        return None
    spans = [match.span() for match in _DENIED.finditer(message.text)]
    spans += [match.span() for match in _ONLY.finditer(message.text)]
    spans += [match.span() for match in _BEGINS.finditer(message.text)]
    spans += [match.span() for match in _CLAUSE.finditer(message.text) if is_mark(match[0]) or match[0] in _YES]
    return message.blank(spans) if spans else None


def _ends(message: Normal) -> Iterator[Normal]:
    """The message, and what is left of it before or behind each of its clauses that say why."""
    yield message
    for before, rest in clauses(message):
        why = rest.text.strip()
        if courtesy.is_aside(why, 0, len(why)):
            yield before
    for before, rest in clauses(message):
        why = before.text.strip()
        if not courtesy.is_aside(why, 0, len(why), before=True):
            return
        yield rest


def _starts(text: str) -> Iterator[int]:
    """Where the second and third clause begin, behind short ones."""
    for match in islice(_CLAUSE.finditer(text), 1, 3):
        if match.start() <= _SHORT_BEFORE:
            yield match.start()


class Completion:
    """Reads pieces; what a verdict before one may be (不对) is known from the answers."""

    def __init__(self, forms: Mapping[str, Form], fill: Fill, answers: Answers) -> None:
        self._forms = forms
        self._fill = fill
        self._answers = answers

    def complete(self, asked: Asked, message: Normal, context: Context, *, sure: bool) -> Reading | None:
        """What was `asked` with the piece that `message` is; `sure`: only by what can be nothing but a value."""
        form = self._forms[asked.command]
        begin = self._past_verdict(message.text, strict=context.strict)
        if sum(slot.type is Month for slot in form.slots) == 1:  # of two the one behind 到 is the last
            to = _TO_A_MONTH.match(message.text, courtesy.skip_separators(message.text, begin, len(message.text)))
            begin = to.end() if to else begin
        if chosen := self._chosen(asked, message, begin, context):
            return Reading(form.command, {**asked.values, asked.slot: chosen})
        if ended := asked.with_another_end(form, message.text, begin):
            return Reading(form.command, ended)
        if not context.strict and (edited_text := self._edited(asked, message)) is not None:
            return replace(edited_text, confirm=True, problem=PUT_RIGHT)
        filling = self._fill(form, message, context)
        read_closed(filling, begin, len(filling.text), words=False)
        if not filling.unread and (
            is_sure(filling.values) or (not sure and asked.may_name(filling.values, context.people))
        ):
            if moved := asked.at_the_same_hour(form, filling.text[begin:], context):
                return Reading(form.command, moved, confirm=True, problem=SAME_HOUR)
            if filling.values or filling.day:
                filling.values = asked.up_to(filling.text, filling.values)
                return self._completed(asked, filling)
        if context.strict:
            return None
        if (kept := _without_denied(message)) is not None and (said := self.complete(asked, kept, context, sure=True)):
            return said
        if not sure and (labelled := self._labelled(asked, message, begin)) is not None:
            return labelled
        if sure or _DROPPED.match(message.text, courtesy.skip_separators(message.text, 0, len(message.text))):
            return None
        return (
            self._corrected(asked, message, context)
            or self._completed_by_word(asked, message, begin, context)
            or self._completed_by_text(asked, message, begin, context)
        )

    def corrected(self, done: Asked, message: Normal, context: Context) -> Reading | None:
        """What was `done` with what the message changes in it: 哎不对 我看了合同 是到6月底; in a group only by a bare
        value behind a word that takes back."""
        text = message.text
        if len(text) > _LONGEST_RIGHT:
            return None
        marked = puts_right(text) or any(pattern.search(text) for pattern in (_ADDS, _DENIED))
        marked = marked or any(pattern.match(text) for pattern in (_MAINLY, _OF_ITS_TEXT, _TEXT_DROPPED))
        if not marked and (context.strict or _ANOTHER.search(text)):
            return None
        if (fewer := self._without_months(done, message)) is not None:
            return fewer
        for end in (message,) if context.strict else _ends(message):
            if end is not message and not (marked or _CHANGES.match(end.text.lstrip())):
                continue
            reading = self.complete(done, end, context, sure=context.strict or not marked)
            if reading is not None and dict(reading.values) != dict(done.values):
                return replace(reading, confirm=True, problem=PUT_RIGHT)
        return None

    @staticmethod
    def _without_months(done: Asked, message: Normal) -> Reading | None:
        """What was `done` without the months of it that are said not to be meant: 1月的先不要 撤了."""
        name, months = next(((n, v) for n, v in done.values.items() if isinstance(v, Months)), ("", Months()))
        denied = {int(match["before"] or match["behind"]) for match in _NOT_THAT_MONTH.finditer(message.text)}
        left = {name: Months(month for month in months if month.month not in denied)}
        if not left[name] or len(left[name]) == len(months):
            return None
        return Reading(
            done.command, {**done.values, **left, **done.as_much_each(left)}, confirm=True, problem=PUT_RIGHT
        )

    def _edited(self, done: Asked, message: Normal) -> Reading | None:
        """Its text, changed as is said of it in words."""
        begin = self._past_answer(message.text, strict=False)
        name = text_name(self._forms[done.command])
        text = done.values.get(name)
        changed = edited(text, message.typed_text(begin, len(message.text))) if isinstance(text, Text) else None
        return Reading(done.command, {**done.values, name: Text(changed)}, day=done.said_day) if changed else None

    def put_right(
        self, form: Form, said: Mapping[str, object], message: Normal, context: Context
    ) -> Mapping[str, object]:
        """What was `said`, with what `message` puts right of it alone: empty where it is more than that."""
        slot = next((slot.name for slot in form.slots if slot.type is Name and slot.name in said), "")
        asked = Asked(form.command, said, slot)
        own = replace(context, day=asked.day, cache={})
        completed = self.complete(asked, message, own, sure=False)
        return {**said, **completed.values} if completed is not None else {}

    def may_be_piece(self, text: str, now: datetime) -> bool:
        """Whether a message of a group holds nothing but values, so that it can answer what is open to its author."""
        if len(text) > _LONGEST_PIECE or not any(char in TIME_STARTS for char in text):
            return False
        message = Normal.of(text)
        filling = Filling(_VALUES, _VALUE_READERS, message, Context(now.astimezone(SHANGHAI), strict=True))
        read_closed(filling, self._past_verdict(message.text, strict=True), len(filling.text))
        return bool(filling.values) and not filling.unread

    def _past_verdict(self, text: str, *, strict: bool) -> int:
        """Where 不对，是10月的 goes on behind its first words."""
        start = self._past_answer(text, strict=strict)
        lead = _PIECE_LEAD.match(text, courtesy.skip_separators(text, start, len(text)))
        return lead.end() if lead else start

    def _past_answer(self, text: str, *, strict: bool) -> int:
        """Where 不对，10月的 goes on behind the yes or no."""
        on = None if strict else _GOES_ON.match(text)
        start = courtesy.skip_separators(text, on.end() if on else 0, len(text))
        for word in self._answers.words(CONFIRMATION):
            particle = _TONE.match(text, start + len(word))
            end = particle.end() if particle else start + len(word)
            if text.startswith(word, start) and courtesy.skip_separators(text, end, len(text)) > end:
                return end
        return start

    def _chosen(self, asked: Asked, message: Normal, begin: int, context: Context) -> Name | None:
        """The one of the choices whose number is said, or that alone holds the word: 公益那个."""
        filling = Filling(_CHOICE, _CHOICE_READERS, message, context)
        read_closed(filling, begin, len(filling.text))
        number = filling.values.get("number")
        if not filling.unread and isinstance(number, Number) and 0 < number <= len(asked.choices):
            return Name(asked.choices[number - 1])
        word = _ONE_OF.sub("", message.text[begin:])
        meant = [choice for choice in asked.choices if word in choice] if len(word) >= _SHORTEST_WORD else []
        return Name(meant[0]) if len(meant) == 1 else None

    def _completed(self, asked: Asked, filling: Filling) -> Reading:
        choices_only = all(isinstance(value, (bool, Enum)) for value in filling.values.values())
        values = asked.with_piece(filling.form, asked.near_what_was_said(filling.text, filling.values))
        filling.values = values
        if filling.each:
            total(filling)
        # To answer in its terms is to accept the rest of what was asked.
        doubts = tuple(doubt for doubt in filling.doubts if doubt != NOT_PLACED)
        if (_ANOTHER.search(filling.text) or choices_only) and tone.asks(filling.text):
            doubts = (*doubts, tone.ASKED)  # 明年一季度的也一块交了 行不行; 能不能匿名啊
        day = filling.day or asked.said_day
        return settled(Candidate(filling.form, values, doubts, 0, 0, 0, day=day), filling.context)

    def _corrected(self, asked: Asked, message: Normal, context: Context) -> Reading | None:
        """What stands behind 改到 or 记错了, where before it stands why and nothing else: 那天加班，改到三点半."""
        for before, behind in corrections(message, apart=False):
            why = before.text.strip()
            waits = _GOES_ON.match(why)  # 哎等下 drops nothing where something else is said behind it
            if courtesy.is_aside(why, waits.end() if waits else 0, len(why), before=True):
                return self.complete(asked, behind, context, sure=True)
        return None

    def _completed_by_word(self, asked: Asked, message: Normal, begin: int, context: Context) -> Reading | None:
        """With the one word that the command takes, or another for it, and what else is said: 先导智能，到八月底."""
        form = self._forms[asked.command]
        slot = next((slot.name for slot in form.slots if slot.type is Word), "")
        if not slot or asked.slot not in ("", slot) or courtesy.ASKING.search(message.text):
            return None
        filling = self._fill(form, message, context)
        label = _LABEL.match(filling.text, begin)
        read_closed(filling, label.end() if label else begin, len(filling.text))
        word = filling.values.get(slot)
        if filling.unread or word is None or len(str(word)) > _LONGEST_WORD or _NO_NAME.search(str(word)):
            return None
        filling.doubts.append(OWN_WORD.format(word=word))
        return self._completed(asked, filling)

    def _labelled(self, asked: Asked, message: Normal, begin: int) -> Reading | None:
        """With a text behind a word for it (话题还是实习); one that takes the place of a text is asked about."""
        form = self._forms[asked.command]
        text, at = text_name(form), courtesy.skip_separators(message.text, begin, len(message.text))
        spare = text in asked.values and form.free_text is not None and not form.free_text.required
        if spare and _TEXT_DROPPED.search(message.text) is not None:
            rest = {name: value for name, value in asked.values.items() if name != text}
            return Reading(form.command, rest, confirm=True, problem=PUT_RIGHT, day=asked.said_day)
        label = courtesy.TEXT_LABEL.match(message.text, at) if text else None
        if text in asked.values and label is None:  # 合格就行 评语改成：…
            label = _TEXT_CHANGED.match(message.text) or next(
                (found for start in _starts(message.text) if (found := _PUT_BEHIND.match(message.text, start))), None
            )
        if text and label is None and "谈心" in form.wording:
            label = _OF_A_TALK.match(message.text, at)
            if label is not None and (asks_about_it(message.text[at:]) or _HOW_LONG.search(message.text, at)):
                return None  # 要谈多久 半小时够吗; 谈心内容别人看得到不
        if text and label is None and text not in asked.values:
            label = _ADDS_TEXT.match(message.text, self._past_answer(message.text, strict=False))
        end = _THAT_WILL_DO.search(message.text)
        said = (
            Text(message.typed_text(label.end(), end.start() if end else len(message.text))) if text and label else ""
        )
        if not said or _WHAT_TO_SAY.fullmatch(said):
            return None
        verdicts = next((enum_words(slot.type) for slot in form.slots if slot.name == asked.slot), {})
        if (verdict := verdicts.get(said)) is not None:  # 评语：合格, where that was asked for
            return Reading(form.command, {**asked.values, asked.slot: verdict})
        reading = Reading(form.command, {**asked.values, text: said}, day=asked.said_day)
        return replace(reading, confirm=True, problem=PUT_RIGHT) if text in asked.values else reading

    def _completed_by_text(self, asked: Asked, message: Normal, begin: int, context: Context) -> Reading | None:
        """The text that was asked for, or what was asked for with a text that may stand beside it: 19:30，学习党章."""
        form = self._forms[asked.command]
        text, needed = text_name(form), asked.slot or text_name(form)
        beside = needed != text
        rest = message.text[begin:]
        if isinstance(before := asked.values.get(text), Text) and form.may_be_all_text and len(rest) >= _A_PARAGRAPH:
            more = Text(f"{before}\n{message.typed_text(begin, len(message.text))}")
            return Reading(form.command, {**asked.values, text: more}, confirm=True, problem=MORE_OF_IT)
        if not text or text in asked.values or _QUESTION.search(rest) or asks_about_it(rest) or is_mark(rest.strip()):
            return None
        if not (asked.lacks_text(form, len(message.text.strip())) or (beside and needed not in asked.values)):
            return None
        filling = self._fill(form, message, context)
        filling.values = dict(asked.values)
        read_text(filling, begin, len(filling.text))
        if needed not in filling.values:
            return None
        if beside:
            if not is_sure({needed: filling.values[needed]}):
                return None
            filling.doubts.append(TEXT_BESIDE)
        elif asked.values and len(rest) <= _SHORT_BEFORE and (tone.asks(rest) or _HESITATES.search(rest)):
            filling.doubts.append(tone.ASKED)  # 要不还是别退了, to why a report is sent back
        return self._completed(asked, filling)
