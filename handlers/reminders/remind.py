"""催党费, 催汇报, 催去向: a reminder that a secretary asks for, once a day and topic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Role, ToGroup, ToMember, command, undo
from bot.standing import Standing, of_branch
from bot.whereabouts import Whereabouts, of_branches
from bot.wording import GroupText, in_group, lines_in_group
from handlers.reminders.whereabouts import NOBODY, counted, names_of_asked, question
from handlers.reminders.wording import (
    RemindTopic,
    group_lines,
    names_of_open,
    names_of_reached,
    open_dues_matter,
    private_lines,
)
from models import AuditEntry, JobRun, Member

WHICH = in_group("要催哪一件？请回复：党费、汇报、活动或去向")
WHICH_OF_BOTH = in_group("要催哪一件？请回复：党费或汇报")
ASK = "要催{topic}吗？还有 {count} 人没办好：群里只说人数，具体的私聊告诉本人。"
BUT_FOR = re.compile("(?:别|不用|不要|不必|先别)(?:催|提醒|发)|除了|以外")
ALL_OR_NONE = "{question}提醒会发给所有没办好的人，跳不过一个人。"
TODAY_ALREADY = "今天已经提醒过{topic}了，明天可以再催。看还差谁发送“支部情况”。"
DONE_ALREADY = "{topic}没有人要催，都办好了。"
GROUP_HEAD = in_group("【书记提醒】")
GROUP_FOOT = in_group("已经办好的同志不用理会。")
MY_HEAD = "{name}同志，书记提醒："
LIST_HEAD = "已提醒{topic}："
SENT = in_group("提醒已经发出，收不回来。已经办好的同志不用理会，再次提醒要等明天。")
OWN_HEAD = "您自己也还没办："

LISTED_WITHIN = timedelta(minutes=30)
# What is reminded of where somebody has just read who has not done it, by the command that told them.
LISTED_BY: Mapping[str, tuple[RemindTopic, ...]] = {
    "report.missing": (RemindTopic.REPORT,),
    "dues.missing": (RemindTopic.DUES,),
    "placement.list": (RemindTopic.PLACEMENT,),
    "life.sign_ups": (RemindTopic.LIFE,),
    "missing": (RemindTopic.REPORT, RemindTopic.DUES),
}


@command(
    "remind",
    "(催|催交|催缴|提醒|催催|催促) [大家|同志们|同学们] {topic}",
    "(催|催交|催缴|提醒|催催|催促) [那些|还] (没|没有|未)[交|缴|登记|写|填|报|签|参加] {topic}",
    "(催|提醒|催催) {topic} [还](没|没有|未)(交|缴|登记|写|填|报)[的][人|同学|同志]",
    "@(催|催催|催一催|催促|提醒大家|提醒同志们)",
    "@(催|提醒|催催|催促) [那些|还] (没|没有|未)[交|缴|登记|写|填|报|签|参加]{topic}[的][人|同学|同志|党员]",
    "@给 (没|没有|未)[交|缴|登记|写|填|报|签] {topic} [发|发个|发一个|发条](提醒|通知|消息)",
    "@<催> [大家|同志们|同学们|那些|一下] [还]<没弄> {topic}",
    "@<催> {topic} <没弄>",
    "@<催> [大家|同志们|同学们] {topic}",
    "@[还][有|剩][几个|谁|些] (没|没有|未)[交|缴|登记|写|填|报]{topic}[的][人|同学|同志] [帮我|你|给我][再]<催>",
    "@<催> [那些|还]<没弄>",
    "@[那|把|将|给][那些|还](没|没有|未)(报|报名|回复|回|回应)的[人|同学|同志|党员][你][再]<催>",
    "@<催> [那些|还](没|没有|未)(报|报名|回复|回|回应)的[那][人|几个|几位|些|同学|同志|党员]",
    "@<催>[一下|下][那些|还](没|没有|未)(交|缴|登记|写|填|报){topic}的[那](几个|几位|些)[人|同学|同志]",
    "@<催>[一下|下](这|那)(几个|几位|些)[还](没|没有|未)(交|缴|登记|写|填|报|报名|签|参加|弄|做|完成|办|来)的[人|同学|同志]",
    "@[把|将][那些|还](没|没有|未)(交|缴|登记|写|填|报|签|参加|弄|做|完成|办|来)[的][人|同学|同志|党员] <催>",
    "@[给|把|对|跟] (他们|她们|这些人|这几个人|这几个|这几位|这几位同志|这几个同学|那几个人|那几个) <催>",
    "@<催> (他们|她们|这些人|这几个人|这几个|这几位|这几位同志|这几个同学|那几个人|那几个)",
    role=Role.COMMITTEE,
    offices=False,
    help="催党费 — 提醒还没办的人；也可以：催汇报、催活动、催去向",
)
async def remind(request: Request, topic: RemindTopic | None = None) -> Reply | Instead:
    """Counts to the group, what is open to each friend who has it open, the list to the secretary.

    Without a topic those are meant of whom the sender has just been given the list, after a question.
    """
    if topic is None:
        return Instead("remind", {"topic": await _just_listed(request)})
    if topic is RemindTopic.PLACEMENT:
        return await _whereabouts(request)
    standing = await of_branch(request.my_branch, request.settings, request.now)
    counts = group_lines(standing, [topic])
    if not counts:
        raise Refusal(in_group(DONE_ALREADY, topic=topic))
    run = await _once_today(request, topic)
    if topic is RemindTopic.DUES:
        await open_dues_matter(request.my_branch, request.now)
    open_to = [one for one in standing.members if private_lines(one, request.now, [topic])]
    if request.unsure or (BUT_FOR.search(request.text) and not request.confirmed):
        question = in_group(ASK, topic=topic, count=len(open_to))
        raise Ask(in_group(ALL_OR_NONE, question=question) if BUT_FOR.search(request.text) else question)
    reminded = [one for one in open_to if one.member.id != request.me.id]
    listed = [LIST_HEAD.format(topic=topic.label), *names_of_open(standing, [topic]), *names_of_reached(reminded)]
    # Who asks for the reminder needs none from the secretary.
    own = [line for one in open_to if one not in reminded for line in private_lines(one, request.now, [topic])]
    texts = {one.member: _private(one, private_lines(one, request.now, [topic])) for one in reminded}
    return _reminded(request, run, counts, [*listed, *([OWN_HEAD, *own] if own else [])], texts)


async def _whereabouts(request: Request) -> Reply:
    """Those about whose placement something is open; nothing of a college, which asks its branches."""
    found = await of_branches([request.my_branch], request.settings, request.now)
    asked = [one for one in found if one.open is not None and one.member.id != request.me.id]
    if not asked:
        raise Refusal(NOBODY)
    run = await _once_today(request, RemindTopic.PLACEMENT)
    if request.unsure:
        raise Ask(in_group(ASK, topic=RemindTopic.PLACEMENT, count=len(asked)))
    listed = [LIST_HEAD.format(topic=RemindTopic.PLACEMENT.label), *names_of_asked(asked)]
    texts = {one.member: _private(one, [question(one)]) for one in asked}
    return _reminded(request, run, [counted(asked)], listed, texts)


def _reminded(
    request: Request, run: JobRun, counts: Sequence[GroupText], listed: Sequence[str], texts: Mapping[Member, str]
) -> Reply:
    group = lines_in_group([GROUP_HEAD, *counts, GROUP_FOOT])
    # Asked for in the group, the answer there is the reminder.
    to_group = [ToGroup(request.my_branch.id, group)] if request.in_private else []
    return Reply(
        group=group,
        private="\n".join(listed),
        notices=[*to_group, *(ToMember(member.id, text) for member, text in texts.items())],
        record=run.id,
        subjects=[member.id for member in texts],
    )


@undo(remind)
async def unremind(request: Request, record: int) -> Reply:
    """They have read it."""
    raise Refusal(SENT)


async def _just_listed(request: Request) -> RemindTopic:
    """What the list was about that the sender has read last; raises AskFor where that is open."""
    since = request.now - LISTED_WITHIN
    read = AuditEntry.filter(member_id=request.me.id, branch_id=request.my_branch.id, at__gte=since, outcome="done")
    last = await read.filter(command__in=list(LISTED_BY)).order_by("-id").first()
    if last is None:
        raise AskFor(WHICH)
    topics = LISTED_BY[last.command]
    standing = await of_branch(request.my_branch, request.settings, request.now)
    left = [topic for topic in topics if group_lines(standing, [topic])] if len(topics) > 1 else topics
    if len(left) > 1:
        raise AskFor(WHICH_OF_BOTH)
    return (left or topics)[0]


async def _once_today(request: Request, topic: RemindTopic) -> JobRun:
    """Raises Refusal where the branch has been reminded of `topic` today; the unique key decides between two."""
    job, today = f"remind.{topic.value}", f"{request.now:%Y-%m-%d}"
    if await JobRun.exists(job=job, branch_id=request.my_branch.id, period=today):
        raise Refusal(in_group(TODAY_ALREADY, topic=topic))
    return await JobRun.create(job=job, branch_id=request.my_branch.id, period=today, done_at=request.now)


def _private(one: Standing | Whereabouts, lines: Sequence[str]) -> str:
    return "\n".join([MY_HEAD.format(name=one.member.name), *lines])
