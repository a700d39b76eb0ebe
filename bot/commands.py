"""What a file of `handlers/` imports: how commands, jobs and undoings are declared, and what they take and return.

A handler takes a `Request` and typed values and returns a `Reply`. It never
sends, never reads the clock and never touches a channel. Decorators return
values and register nothing; `bot.catalogue` collects them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum, auto
from functools import partial
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, overload

from bot.messages import Card, File
from bot.understanding.forms import Form, Slot
from bot.understanding.values import Month, Months, Name
from bot.wording import GroupCard, GroupText, for_group
from models import Branch, Deed, Member, OpenMatter

if TYPE_CHECKING:
    from bot.pages import Page
    from bot.settings import ReminderSettings, Settings


class Role(IntEnum):
    """Who may do a thing; each includes those before it."""

    GUEST = 0  # an account that is bound to nobody
    MEMBER = 1
    COMMITTEE = 2  # 书记, 副书记 and 委员 of the branch
    COLLEGE = 3
    SCHOOL = 4


class Conversation(Enum):
    """Where something is said."""

    PRIVATE = auto()
    OWN_GROUP = auto()  # of the sender's branch; for a guest every group that is bound
    OTHER_GROUP = auto()
    UNBOUND_GROUP = auto()


class Where(Enum):
    """Where a command is done."""

    ANYWHERE = auto()  # in private, and in the group of one's own branch
    PRIVATELY = auto()
    IN_ANY_GROUP = auto()  # bound or not: it is about the group


@dataclass(frozen=True, slots=True)
class Sender:
    """The account a message came from. `name` is a nickname: it proves nothing and is never stored."""

    channel: str
    contact: str
    name: str
    friend: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One message as a handler sees it. `now` is when it was sent, aware, Asia/Shanghai.

    What expires, and what may be tried so often an hour, goes by `checked_at`: the same, but the present where the chat
    system says that the message is more than a day old, which only its gateway knows.
    """

    now: datetime
    checked_at: datetime
    message: str
    sender: Sender
    room: str | None
    text: str
    role: Role
    conversation: Conversation
    settings: Settings
    commands: Sequence[Command]
    todos: Sequence[Todo] = ()
    figures: Sequence[Figures] = ()
    pages: Sequence[Page] = ()
    member: Member | None = None
    branch: Branch | None = None  # the member's; of a guest in a bound group, the group's
    confirmed: bool = False  # the sender has answered 确认 to this very reading
    unsure: bool = False  # the reading is asked about, by a question of the handler's own if it raises `Ask`
    file: File | None = None
    matter: OpenMatter | None = None  # what was open and is answered by this message
    anonymous: bool = False  # nothing is kept of who sent it, see `command`
    closed_until: datetime | None = None  # what the sender alone may read is closed to the account, see `bot.access`

    @property
    def me(self) -> Member:
        """The member; only for commands whose role is MEMBER or above."""
        if self.member is None:
            raise LookupError("a command for members was run for a guest")
        return self.member

    @property
    def my_branch(self) -> Branch:
        """The member's branch; only for commands whose role is MEMBER or above."""
        if self.branch is None:
            raise LookupError("a command for members was run without a branch")
        return self.branch

    @property
    def in_private(self) -> bool:
        return self.room is None


@dataclass(frozen=True, slots=True)
class ToMember:
    """A private message to a member; reaches those only who are friends of the bot.

    `key` makes it once for ever; `urgent` sends it in quiet hours too; `fleeting` leaves nothing of it once it is sent.
    """

    member_id: int
    text: str
    file: File | None = None
    key: str | None = None
    urgent: bool = False
    fleeting: bool = False


@dataclass(frozen=True, slots=True)
class ToGroup:
    """A message to the group of a branch; nothing happens where the branch has no group.

    `card` is shown in place of `text` where the chat system can.
    """

    branch_id: int
    text: GroupText
    key: str | None = None
    urgent: bool = False
    card: GroupCard | None = None

    def __post_init__(self) -> None:
        for_group(self.text)


@dataclass(frozen=True, slots=True)
class ToGroups:
    """A message to the groups of several branches, each group once for `key`; `urgent` sends it in quiet hours too.

    A committee, a college or the school publishes at its level by naming the branches of `bot.reach.groups_below`. What
    still waits is taken back by `OutboxMessage.withdraw(key + ":")`.
    """

    branch_ids: Sequence[int]
    text: GroupText
    key: str
    card: GroupCard | None = None
    urgent: bool = False

    def __post_init__(self) -> None:
        for_group(self.text)


@dataclass(frozen=True, slots=True)
class ToContact:
    """A private message to an account as such, whosoever it is; it has to be a friend of the bot."""

    channel: str
    contact: str
    text: str
    urgent: bool = False
    key: str | None = None


Notice = ToMember | ToGroup | ToGroups | ToContact


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers.

    In a group, `group` is said to everybody and `private` to the sender alone,
    where the sender is a friend of the bot. In private, `private` is said, or
    else `group`. A `file` is always private. `key` makes what is said in the
    group once for ever. `personal`: the message held what belongs into a
    private one, so in a group the sender is advised to recall it, which then
    takes nothing back. `card` is shown in place of the text, where the chat
    system can. `anonymous`: nothing is kept of who was answered (see
    `command`); such a reply has no `record`. `fleeting`: it holds a secret, and
    nothing of it is kept once it is sent. `about`: the id of the branch, college
    or school it was done with, for the trail; without it the sender's own. `question`: how to ask
    whether this is wanted, where the reading was unsure. `offer`: what 那给我报上 means right behind it.
    """

    group: GroupText | None = None
    private: str | None = None
    file: File | None = None
    notices: Sequence[Notice] = ()
    record: int | None = None  # what `undo` of this command takes back
    subjects: Sequence[int] = ()  # ids of other members whose records were read or changed, for the trail
    key: str | None = None
    personal: bool = False
    anonymous: bool = False
    fleeting: bool = False
    card: Card | None = None
    about: int | None = None
    question: str | None = None
    offer: Instead | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Run the command that waits in `matter`, now `confirmed`, or else as if it were said for the first time."""

    matter: OpenMatter
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back what `deed` recorded, by the undoing that its command declared."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class Instead:
    """Another command is meant, with these values by their slots' names; it is asked about before it records."""

    command: str
    values: Mapping[str, object]


class Refusal(Exception):
    """A sentence for the sender that says what to type instead; nothing of the command is recorded.

    Said in a group only where it is a `GroupText`; else privately. `subjects` are as in `Reply`, see `concerning`.
    """

    subjects: Sequence[int] = ()

    def __init__(self, text: str) -> None:
        super().__init__("refused")  # the sentence may be private, so it stays out of tracebacks
        self.text = text


class AskFor(Refusal):
    """A refusal that the missing piece alone answers: the command is then read again as a whole, with it.

    `text` says what is missing and how to answer. `slot` names the parameter
    that is asked for, where the answer may be free text. Where a name fits
    several people, `instead_of` is that name, and `choices` are the names that
    a number in the answer means, in order. `personal` is as in `Reply`.
    `settled`: all is well as it is, and no answer is wanted, though one is understood.
    """

    def __init__(
        self,
        text: str,
        *,
        slot: str = "",
        instead_of: Name | None = None,
        choices: Sequence[str] = (),
        personal: bool = False,
        settled: bool = False,
    ) -> None:
        super().__init__(text)
        self.settled = settled
        self.slot = slot
        self.instead_of = instead_of
        self.choices = choices
        self.personal = personal


class Ask(Exception):
    """A question that 确认 answers: the command runs again with `request.confirmed`; nothing is recorded before.

    `text` says what would be recorded; how to answer is added to it. `subjects` are as in `Reply`, see `concerning`.
    `explicit`: what nothing brings back is done at the word 确认 alone, not at 好的.
    """

    subjects: Sequence[int] = ()

    def __init__(self, text: str, subjects: Sequence[int] = (), *, explicit: bool = False) -> None:
        super().__init__("asked")
        self.text = text
        self.subjects = subjects
        self.explicit = explicit


@contextmanager
def concerning(subjects: Sequence[int]) -> Iterator[None]:
    """Let what is refused or asked in here be on the trail with `subjects`: a refusal tells of a record too."""
    try:
        yield
    except (Refusal, Ask) as said:
        said.subjects = subjects
        raise


Answer = Reply | Resume | TakeBack | Instead
Handler = Callable[..., Awaitable[Answer]]
# Asks for what is missing, or says with which command and values the message's words mean it.
Missing = Callable[[Request], Awaitable["str | Instead"]]


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command: its phrases, who may use it, an example to copy, and what runs."""

    name: str
    phrases: tuple[str, ...]
    role: Role
    help: str
    handler: Handler
    form: Form
    takes_file: bool = False
    takes_file_while: str | None = None
    listed: bool = True
    changes: bool = True
    missing: Missing | None = None
    offices: bool = True
    where: Where = Where.ANYWHERE
    before_consent: bool = False
    puts_right: bool = False
    own_secrets: bool = False
    amended_by: str = ""

    @property
    def needs_consent(self) -> bool:
        """Whether it records something of a member, which has to be agreed to first."""
        return self.changes and self.role >= Role.MEMBER and not self.before_consent

    @property
    def example(self) -> str:
        """What can be copied: the help before its em dash."""
        return self.help.partition(" — ")[0]

    @property
    def about(self) -> str:
        """What it does, in a few words: the help behind its em dash."""
        return self.help.partition(" — ")[2] or self.example

    @property
    def purpose(self) -> str:
        """`about` without what its first comma or semicolon leads on to, so that it reads on from “您是想”."""
        return re.split("[，；]", self.about)[0]

    @property
    def topic(self) -> str:
        """The part of branch life it belongs to: the name before the dot."""
        return self.name.partition(".")[0]


def command(
    name: str,
    *phrases: str,
    help: str,
    role: Role = Role.MEMBER,
    answers: Mapping[str, tuple[str, ...]] | None = None,
    takes_file: bool = False,
    takes_file_while: str | None = None,
    listed: bool = True,
    changes: bool = True,
    missing: Missing | None = None,
    offices: bool = True,
    where: Where = Where.ANYWHERE,
    before_consent: bool = False,
    puts_right: bool = False,
    own_secrets: bool = False,
    amended_by: str = "",
    guessed: bool = True,
) -> Callable[[Handler], Command]:
    """Declare a command.

    `phrases` are in the notation of `bot.understanding.forms`; the values come
    from the handler's signature, by its annotations. `help` is an example that
    can be copied, with a word on what it does after an em dash. `answers` says
    which bare words are this command while a matter is open. `takes_file`: a
    file or picture sent privately goes to this command, `takes_file_while`: it
    does while a matter of that name is the latest that is open. `changes`: it
    records or tells somebody something, so an unsure reading is asked about
    first; a query runs at once. `missing` words the question where a value it
    needs was not said; without it the question names what is missing. Without
    `offices` it is of a branch's own life, not for a college or school; `where`
    it is done: see `bot.access`, which holds both to it. A flag
    called `anonymous`: where the message sets it, nothing is kept of who sent
    it, neither on the trail nor in the inbox, and the answer is forgotten once
    it is sent; such a message is never asked about, because the question would
    have to be kept. `before_consent`: it records nothing that a member has to
    agree to first; so all that only takes back or ends what is the sender's own.
    `puts_right`: it puts right what was recorded last, unless a question is open
    that its values answer: then that is what was meant. `own_secrets`: it shows
    what the sender alone may read, so it is closed for a while to an account
    that was bound anew: see `bot.access`. Not `guessed`: it is read out of its own words only, never by resemblance.
    """

    def declare(handler: Handler) -> Command:
        form = Form(name, phrases, _slots(handler), answers=answers or {}, changes=changes, guessed=guessed)
        return Command(
            name,
            phrases,
            role,
            help,
            handler,
            form,
            takes_file,
            takes_file_while,
            listed,
            changes,
            missing,
            offices,
            where,
            before_consent,
            puts_right,
            own_secrets,
            amended_by,
        )

    return declare


def _slots(handler: Handler) -> tuple[Slot, ...]:
    parameters = list(inspect.signature(handler, eval_str=True).parameters.values())[1:]
    return tuple(Slot(p.name, _plain(p.annotation), required=p.default is inspect.Parameter.empty) for p in parameters)


def _plain(annotation: Any) -> Any:
    """`Money | None` is read as Money; `Annotated[Section, LessonSection]` by the words of LessonSection."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        return _plain(kinds[0]) if len(kinds) == 1 else annotation
    return annotation.__metadata__[0] if get_origin(annotation) is Annotated else annotation


@dataclass(frozen=True, slots=True)
class Undoing:
    """How what `command` recorded is taken back."""

    command: str
    handler: Callable[[Request, int], Awaitable[Reply]]


def undo(command: Command) -> Callable[[Callable[[Request, int], Awaitable[Reply]]], Undoing]:
    """Declare how a record of `command` is taken back; raises `Refusal` where it is too late."""
    return lambda handler: Undoing(command.name, handler)


@dataclass(frozen=True, slots=True)
class Tick:
    """One run of a job; `now` is aware."""

    now: datetime
    settings: Settings


@dataclass(frozen=True, slots=True)
class MonthlyTick(Tick):
    """One run of a monthly job, for a branch and the month in which it is due."""

    branch: Branch
    month: Month


@dataclass(frozen=True, slots=True)
class MomentTick(Tick):
    """One run of a job `at` certain moments: its `moment`, and that of the run before, `since` (None for the first).

    `figures` are the shares of all parts in 支部情况, for what is told of the branches without being asked.
    """

    moment: datetime
    since: datetime | None
    figures: Sequence[Figures] = ()


Work = Callable[[Tick], Awaitable[Sequence[Notice]]]
MonthlyWork = Callable[[MonthlyTick], Awaitable[Sequence[Notice]]]
MomentWork = Callable[[MomentTick], Awaitable[Sequence[Notice]]]
# From when on a branch's job of a month is due, by the name of the branch; None for not in that month.
MonthlyMoment = Callable[["ReminderSettings", str, Month], datetime | None]
# The last moment not after `now` at which a job was due; None for never.
LatestMoment = Callable[["Settings", datetime], datetime | None]


class Audience(Enum):
    """Whom a job may tell something. The schedule lets it write to nobody else."""

    GROUP = "群"  # of a branch, a college or the school: counts and what is public
    MEMBERS = "本人"  # privately, what is their own
    COMMITTEE = "书记、委员"  # privately, about their own branch
    OFFICES = "学院、学校"  # privately, about what is below them


@dataclass(frozen=True, slots=True)
class Job:
    """A declared job. It runs every minute and gives its notices a `key` each, so that each is sent once."""

    name: str
    handler: Work
    tells: tuple[Audience, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthlyJob:
    """A declared job that runs once per branch and month, from the moment `monthly` on, and where it names a job in
    `a_day_after`, not before a day has passed since that one ran."""

    name: str
    handler: MonthlyWork
    monthly: MonthlyMoment
    a_day_after: str | None = None
    tells: tuple[Audience, ...] = ()


@dataclass(frozen=True, slots=True)
class MomentJob:
    """A declared job that runs once for each moment of `at`, for all branches together."""

    name: str
    handler: MomentWork
    at: LatestMoment
    tells: tuple[Audience, ...] = ()


AnyJob = Job | MonthlyJob | MomentJob


@overload
def job(name: str, *, tells: tuple[Audience, ...] = ()) -> Callable[[Work], Job]: ...


@overload
def job(
    name: str, *, tells: tuple[Audience, ...] = (), monthly: MonthlyMoment, a_day_after: str | None = None
) -> Callable[[MonthlyWork], MonthlyJob]: ...


@overload
def job(name: str, *, tells: tuple[Audience, ...] = (), at: LatestMoment) -> Callable[[MomentWork], MomentJob]: ...


def job(
    name: str,
    *,
    tells: tuple[Audience, ...] = (),
    monthly: MonthlyMoment | None = None,
    a_day_after: str | None = None,
    at: LatestMoment | None = None,
) -> Callable[[Work], Job] | Callable[[MonthlyWork], MonthlyJob] | Callable[[MomentWork], MomentJob]:
    """Declare a job: one that runs every minute, with `monthly` once per branch and month, with `at` once a moment.

    It writes to nobody but those whom it `tells`.
    """
    if monthly is not None:
        return partial(MonthlyJob, name, monthly=monthly, a_day_after=a_day_after, tells=tells)
    if at is not None:
        return partial(MomentJob, name, at=at, tells=tells)
    return partial(Job, name, tells=tells)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What is said when somebody becomes a friend of the bot or enters a group."""

    handler: Callable[[Request], Awaitable[Reply]]


def welcome(handler: Callable[[Request], Awaitable[Reply]]) -> Welcome:
    """Declare the greeting of those who come; one in the whole house."""
    return Welcome(handler)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of 待办, with what to type, and the ids of the members whose things wait."""

    text: str
    members: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """What a part of branch life puts on 待办, in its `order` among the others; in private, to the committee alone.

    With `offices` the college and the school are asked too, for what is their own.
    """

    name: str
    order: int
    handler: Callable[[Request], Awaitable[Sequence[Waiting]]]
    offices: bool = False


def todo(
    name: str, *, order: int, offices: bool = False
) -> Callable[[Callable[[Request], Awaitable[Sequence[Waiting]]]], Todo]:
    """Declare what of a part waits for the committee of `request.my_branch`; [] where nothing does."""
    return lambda handler: Todo(name, order, handler, offices)


@dataclass(frozen=True, slots=True)
class Survey:
    """What 支部情况 asks about: the `branches` of `node`, of a college or a school several, and one or more months."""

    node: Branch
    branches: Sequence[Branch]
    months: Months
    settings: Settings
    now: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A part's share in 支部情况: `counts` over all branches asked about, for everybody; `names`, lines which only the
    committee of a single branch reads, privately; the ids of the `members` whose records those lines show."""

    counts: Sequence[GroupText] = ()
    names: Sequence[str] = ()
    members: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What a part of branch life adds to 支部情况, in its `order` among the others."""

    name: str
    order: int
    handler: Callable[[Survey], Awaitable[Figure]]


def figures(name: str, *, order: int) -> Callable[[Callable[[Survey], Awaitable[Figure]]], Figures]:
    """Declare a part's share in 支部情况; its number of queries must not grow with the branches."""
    return lambda handler: Figures(name, order, handler)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the handlers declare."""

    commands: Mapping[str, Command]
    undoings: Mapping[str, Undoing] = field(default_factory=dict)
    jobs: Sequence[AnyJob] = ()
    welcome: Welcome | None = None
    todos: Sequence[Todo] = ()
    figures: Sequence[Figures] = ()
    pages: Sequence[Page] = ()
