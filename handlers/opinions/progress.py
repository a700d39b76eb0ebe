"""意见办理情况：what was suggested and what became of it; 待办, 支部情况, the reminder before the time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import (
    Audience,
    Figure,
    Notice,
    Reply,
    Request,
    Survey,
    Tick,
    ToMember,
    Waiting,
    command,
    figures,
    job,
    todo,
)
from bot.understanding.values import SHANGHAI
from bot.wording import Public, in_brackets, in_group, join
from handlers.opinions.wording import answering, by, due_on, time_left, today
from models import Opinion, OpinionState
from models.member import within

SHOWN = 10  # published opinions in one answer
BEFORE_THE_END = timedelta(days=2)  # when the committee is reminded once
CAUGHT_UP = timedelta(days=7)  # after a downtime so long ago that it would still be reminded

COUNTS = "{branch}今年收到意见 {given} 条，已答复 {answered} 条，待答复 {waiting} 条{overdue}。"
OVERDUE = "（其中逾期 {count} 条）"
PUBLISHED = "\n公开了的：\n{lines}"
LINE = "· {number}号意见：{text}\n  {branch}答复（{day}）：{answer}"

OPEN = "意见待答复 {count} 条：{lines}。\n  发送：看意见 {number}；答复意见 {number} ……"
TODO_LINE = "{number}号（{by}，{left}）"
FIGURES = "意见：收到 {given} 条，已答复 {answered} 条，待答复 {waiting} 条"
SOON = "{number}号意见还没有答复，{left}。\n看：看意见 {number}；答复：答复意见 {number} ……"


@command(
    "opinion.progress",
    "(意见|建议|意见建议) (办理|处理|答复|落实) (情况|进度|结果)[怎么样|如何]",
    "@(意见|建议)[都] (办|处理|答复|落实)得(怎么样|如何)",
    "@(意见|建议) (办|处理|答复|办理|落实)[到|得]<情况>",
    changes=False,
    help="意见办理情况 — 看提了多少意见、办得怎么样",
)
async def progress(request: Request) -> Reply:
    """Counts of this year, for everybody; privately what the committees here and above have published."""
    branch, day = request.my_branch, today(request)
    of_year = Opinion.filter(branch_id=branch.id, given_on__gte=day.replace(month=1, day=1))
    opinions = await of_year.exclude(state=OpinionState.WITHDRAWN)
    waiting = [one for one in opinions if one.state is OpinionState.WAITING]
    late = sum(due_on(one, request.settings.opinions) < day for one in waiting)
    said = in_group(
        COUNTS,
        branch=Public(branch.name),
        given=len(opinions),
        answered=len(opinions) - len(waiting),
        waiting=len(waiting),
        overdue=in_group(OVERDUE, count=late) if late else in_group(""),
    )
    public = Opinion.filter(branch__path__in=branch.lineage, published_at__isnull=False)
    shown = await public.order_by("-published_at").limit(SHOWN).select_related("branch")
    if not shown or not request.in_private:
        return Reply(said)
    return Reply(said, said + PUBLISHED.format(lines="\n".join(_line(one) for one in shown)))


def _line(opinion: Opinion) -> str:
    return LINE.format(
        number=opinion.id,
        text=opinion.text,
        branch=opinion.branch.name,
        day=in_brackets(opinion.answered_on or opinion.given_on),
        answer=opinion.answer,
    )


@todo("opinion", order=25, offices=True)
async def to_answer(request: Request) -> list[Waiting]:
    """What waits for an answer, with the time left."""
    waiting = Opinion.filter(branch_id=request.my_branch.id, state=OpinionState.WAITING)
    opinions = await waiting.order_by("given_on", "id").select_related("author")
    if not opinions:
        return []
    lines = join(
        TODO_LINE.format(number=one.id, by=by(one), left=time_left(one, request.settings.opinions, today(request)))
        for one in opinions
    )
    text = OPEN.format(count=len(opinions), lines=lines, number=opinions[0].id)
    return [Waiting(text, [one.author_id for one in opinions if one.author_id is not None])]


@figures("opinion", order=100)
async def counted(survey: Survey) -> Figure:
    """What was given in those months to who is asked about and to all below it, and how much of it was answered."""
    given = Opinion.filter(
        within(survey.node.path),
        given_on__gte=survey.months[0].first_day,
        given_on__lt=(survey.months[-1] + 1).first_day,
    ).exclude(state=OpinionState.WITHDRAWN)
    states = [one.state for one in await given.only("id", "state")]
    if not states:
        return Figure()
    answered, waiting = states.count(OpinionState.ANSWERED), states.count(OpinionState.WAITING)
    return Figure([in_group(FIGURES, given=len(states), answered=answered, waiting=waiting)])


@job("opinion.due", tells=(Audience.COMMITTEE, Audience.OFFICES))
async def remind(tick: Tick) -> Sequence[Notice]:
    """Tell those who have to answer, once for each opinion, when the time is nearly over."""
    day, settings = tick.now.astimezone(SHANGHAI).date(), tick.settings.opinions
    since = day + BEFORE_THE_END - timedelta(days=settings.answer_days)
    late = Opinion.filter(state=OpinionState.WAITING, given_on__lte=since, given_on__gt=since - CAUGHT_UP)
    opinions = await late.order_by("id")
    readers = await answering({opinion.branch_id for opinion in opinions}) if opinions else []
    return [
        ToMember(
            reader.id,
            SOON.format(number=opinion.id, left=time_left(opinion, settings, day)),
            key=f"opinion.due:{opinion.id}:{reader.id}",
        )
        for opinion in opinions
        for reader in readers
        if reader.branch_id == opinion.branch_id and reader.id != opinion.author_id
    ]
