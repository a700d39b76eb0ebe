"""What a message may mean that no phrase reads: the command whose sentences it resembles, with the values it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.understanding import courtesy, tone
from bot.understanding.candidates import candidate_of, settled
from bot.understanding.filling import Fill, Filling
from bot.understanding.forms import Form
from bot.understanding.found import Context
from bot.understanding.lexicon import lines_of
from bot.understanding.matching import sentences
from bot.understanding.normal import Normal
from bot.understanding.reading import Reading
from bot.understanding.resemblance import Likeness, Resemblance, read_weights, with_sentences, worded
from bot.understanding.scattered import read_scattered
from bot.understanding.values import Name, Text

TALK = "-"  # what the examples call ordinary talk
GUESSED_COMMAND = "这句话我是猜着读的"
_LIKELY = 0.03  # by how much the nearest command has to be nearer than the next, to be asked about
_TO_THE_BOT = 0.4  # what speaks against talk where somebody writes to the bot
_CLEAR = 0.15  # to be preferred to a doubtful reading
_SURE = 0.05  # to be answered
_SHORTEST, _LONGEST = 4, 80  # characters; what is longer is a text
_A_TEXT = 40  # characters; what is shorter may be no text
_KNOWN = 0.3  # of its runs of characters, at least, have to be known
_POLITE = re.compile(
    r"(?:可以|行|方便|好|成|中|能|可)(?:吗|么|嘛|不)\W*|(?:方不方便|行不行|可不可以|能不能|能否|可否|好不好|中不中|成不成|有没有空|得不得)|"
    r"(?:不知道?|您看|你看)|(?<!才)能(?=.{2,40}(?<!了)(?:吗|么|嘛|不)\W*\Z)|(?<=\w)(?<!了)吗(?=\W*(?:谢|麻烦|辛苦))"
)
_NO_WISH_TO_KNOW = re.compile("没钱|没法|没办法|无法|不想|懒得")  # 没钱交党费 asks for no list
_DONE_NOT = re.compile(
    r"别(?!忘|的|人|名|处|样)|(?:不|没有?|甭|勿|懒得|忘了)(?:要|用|想|再|打算|准备|能|去|来|先|必|急着?|记得){0,2}"
    r"(?:交|缴|约|报|参加|签|认领|领|登记|提交|上交|发|写|撤|取消|删|催|导|打|转|跟|和|找|聊|唠|开|办|改|请|谈|绑|填)|算了|不了\W*\Z|没钱|没法|没办法|无法|但是?(?=\W|[金时日月我你])|不过"
)
_NO_MORE = re.compile(
    r"(?:对|嗯|是|好|行|就|只|仅|那|这|个|一|的|吧|了|啊|哈|呀|\W)*+"
)  # 对 就吴昊一个: an answer to nothing


class LastResort:
    """Made once of what was learned from the examples that come with the program."""

    def __init__(self, forms: Mapping[str, Form], fill: Fill) -> None:
        self._forms = {name: form for name, form in forms.items() if form.phrases}
        self._fill = fill
        learned = read_weights(lines_of("weights"), {*self._forms, TALK})
        self._resemblance = Resemblance(with_sentences(learned, _own(self._forms.values())))
        self._talk = frozenset(_talk())

    def nearest(self, message: Normal) -> tuple[str, ...]:
        """The commands that the message resembles most, to suggest them; none where it is most like other talk."""
        ranked = self._ranked(message)
        if ranked and ranked[0].command == TALK and courtesy.MATTERS.search(message.text) is None:
            return ()
        return tuple(likeness.command for likeness in ranked if likeness.command != TALK)[:3]

    def _ranked(self, message: Normal) -> list[Likeness]:
        """The nearest first; what is said to the bot is no talk unless it is much more like it."""
        ranked = self._resemblance.ranked(message.text)
        for at, likeness in enumerate(ranked):
            if likeness.command == TALK:
                ranked[at] = replace(likeness, score=likeness.score - _TO_THE_BOT)
        return sorted(ranked, key=lambda likeness: -likeness.score)

    def read(self, message: Normal, context: Context, *, clearly: bool = False) -> Reading | None:
        """The command that is likely meant, asked about where it records; None where none stands out.

        `clearly`: only where it does so by far, as against a doubtful reading by phrases.
        """
        length = len(message.text.strip())
        if length < _SHORTEST or worded(message.text) in self._talk:
            return None
        ranked = self._ranked(message)
        if length >= _A_TEXT:  # nobody chats at such length with a bot
            ranked = [one for one in ranked if one.command != TALK]
        if context.only is not None:
            ranked = [one for one in ranked if one.command == TALK or one.command in context.only]
        if len(ranked) < 2 or self._resemblance.known(message.text) < _KNOWN or ranked[0].command == TALK:
            return None
        form = self._forms[ranked[0].command]
        if not form.guessed or (length > _LONGEST and not form.may_be_all_text):
            return None
        if ranked[0].score - ranked[1].score < (_CLEAR if clearly else _LIKELY if form.changes else _SURE):
            return None
        if not form.changes and _NO_WISH_TO_KNOW.search(message.text):
            return None
        if form.changes and (_speaks_of_somebody(form, message.text, context) or _only_names(message.text, context)):
            return None
        filling = self._fill(form, message, context)
        if not read_scattered(filling) or (form.changes and _is_no_order(form, filling.text[: filling.text_at])):
            return None
        _take_all_for_text(filling)
        if not form.changes and any(slot.required and slot.name not in filling.values for slot in form.slots):
            return None  # nobody is asked for what is missing of a question that was only guessed
        if filling.open_slot(Name) is not None and courtesy.FOR_ANOTHER.search(filling.text):
            return None  # whom it is for was not read: it would be taken for the sender's own
        reading = settled(candidate_of(filling, 0), context, GUESSED_COMMAND if form.changes else "")
        return replace(reading, guessed=True)


def _take_all_for_text(filling: Filling) -> None:
    """What is long and resembles texts of a command is one: a report that begins without a word for it."""
    slot, message = filling.form.free_text, filling.message
    all_text = slot is not None and filling.form.may_be_all_text and not filling.values
    if slot is not None and all_text and len(message.text.strip()) >= _A_TEXT:
        filling.values[slot.name] = Text(message.typed_text(0, len(message.text)))


def _is_no_order(form: Form, text: str) -> bool:
    """Whether it asks, denies, or wants something else or more, so that this is not to be done."""
    return (
        any(_is_of_another(form, clause) for clause in courtesy.BREAK.split(text)[1:])
        or tone.ASKED in tone.of_frame(_POLITE.sub(" ", text), " ", "")
        or _DONE_NOT.search(text) is not None
        or courtesy.OTHER_WISH.search(text) is not None
    )


def _speaks_of_somebody(form: Form, text: str, context: Context) -> bool:
    """Whether it names a person, and the command has no place for one: 周洋那个先不同意."""
    if form.free_text is not None or any(slot.type is Name for slot in form.slots):
        return False
    return any(person in text for person in context.people)


def _only_names(text: str, context: Context) -> bool:
    """Whether it says nothing but who is meant."""
    for person in context.people:
        text = text.replace(person, " ")
    return _NO_MORE.fullmatch(text) is not None


def _is_of_another(form: Form, clause: str) -> bool:
    """Whether a clause speaks of other matters only: 交党费 11月，谈心也帮我排上."""
    matters = courtesy.MATTERS.findall(clause)
    return bool(matters) and not any(matter in form.wording for matter in matters)


def _own(forms: Iterable[Form]) -> Iterable[tuple[str, str]]:
    for form in forms:
        for phrase in form.parsed():
            yield from ((form.command, sentence) for sentence in sentences(form, phrase, 1))


def _talk() -> Iterable[str]:
    for line in lines_of("examples"):
        command, _, text = line.partition("\t")
        if command == TALK:
            yield worded(text)
