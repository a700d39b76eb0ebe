"""学院、学校为下属各支部一起发起的活动：each branch has its own, with its own number, signing in and attendance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Max

from bot.commands import Refusal, Reply, Request, ToGroups
from bot.reach import groups_of
from bot.settings import LifeSettings
from bot.wording import GroupText, in_brackets, in_group
from handlers.life.signing_in import closes, expect_sign_in, opens
from handlers.life.wording import CALLED_OFF, announcement, title
from models import (
    Activity,
    ActivityKind,
    ActivityState,
    Attendance,
    Branch,
    MatterKind,
    OpenMatter,
    OutboxMessage,
)
from models.activity import CONFIDENTIAL

KEY = "life.jointly:{id}"
CANCEL_KEY = "life.jointly.cancelled:{id}"

OF_EACH_BRANCH = "{kind}的内容不能发到群里，请由各支部自己发起。"
NO_BRANCHES = in_group("下属还没有支部，活动没有发起。")
CREATED = (
    "已为下属 {count} 个支部发布：{kind}（{start}），通知 {groups} 个群。"
    "报名、签到、考勤由各支部自己办。发送“撤销”可全部取消。"
)
SOME_COME = "已有 {count} 人报名或签到，不能撤销了。要取消请由各支部在自己的群里发“取消活动”。"
BEGUN = in_group("活动已经开始或结束了，不能再改。")
CALLED_OFF_DONE = "已取消下属 {count} 个支部的{kind}（{start}）。"


async def announce_below(request: Request, kind: ActivityKind, start: datetime, topic: str, url: str) -> Reply:
    """One activity for each branch below the sender's, announced in its group; in as many queries for any number."""
    if kind in CONFIDENTIAL:
        raise Refusal(in_group(OF_EACH_BRANCH, kind=kind))
    # One at a time in a branch: two at once must not take the same number.
    below = [branch.id for branch in await Branch.below(request.my_branch)]
    if not below:
        raise Refusal(NO_BRANCHES)
    await Branch.select_for_update(no_key=True).filter(id__in=below).order_by("id")
    last = (
        await Activity.filter(branch_id__in=below)
        .annotate(last=Max("number"))
        .group_by("branch_id")
        .values_list("branch_id", "last")
    )
    numbers = dict.fromkeys(below, 1) | {branch_id: number + 1 for branch_id, number in last}
    await Activity.bulk_create(
        Activity(
            branch_id=branch_id,
            number=number,
            kind=kind,
            start=start,
            topic=topic,
            url=url,
            organiser=request.me,
            created_at=request.now,
        )
        for branch_id, number in numbers.items()
    )
    made = [each for each in await _made_at_once(request, request.now) if numbers.get(each.branch_id) == each.number]
    life = request.settings.life
    await _expect_sign_ins(made, life)
    groups = len(await groups_of(below, request.settings))
    notices = _to_groups(request, made, KEY, {each.id: announcement(each, life) for each in made})
    said = in_group(CREATED, count=len(made), kind=kind, start=in_brackets(start), groups=groups)
    return Reply(said, notices=notices, record=made[0].id)


async def _expect_sign_ins(activities: Sequence[Activity], life: LifeSettings) -> None:
    """Of what is open to all in one query; else only those who belong to it may answer, branch by branch."""
    for each in activities:
        if not each.open_to_all:
            await expect_sign_in(each, life)
    await OpenMatter.bulk_create(
        OpenMatter(
            kind=MatterKind.MEETING,
            branch_id=each.branch_id,
            opens_at=opens(each, life),
            closes_at=closes(each, life),
            content={"activity": each.id},
        )
        for each in activities
        if each.open_to_all
    )


async def _made_at_once(request: Request, moment: datetime) -> list[Activity]:
    """What the sender announced by one message."""
    return await Activity.filter(organiser_id=request.me.id, created_at=moment).order_by("id")


def _to_groups(
    request: Request, activities: Sequence[Activity], key: str, texts: dict[int, GroupText]
) -> list[ToGroups]:
    """A notice for each wording: branches differ in their numbers only."""
    late = request.settings.reminders.quiet_hours.after(request.now) >= activities[0].start
    branches: dict[GroupText, list[int]] = defaultdict(list)
    for each in activities:
        branches[texts[each.id]].append(each.branch_id)
    named = key.format(id=activities[0].id)
    return [ToGroups(ids, text, named, urgent=late) for text, ids in branches.items()]


async def call_off_below(request: Request, first: Activity) -> Reply:
    """Cancel in every branch what was announced with `first`, where nobody relies on it yet."""
    made = [each for each in await _made_at_once(request, first.created_at) if each.state is ActivityState.ANNOUNCED]
    if not made or first.start <= request.now:
        raise Refusal(BEGUN)
    ids = [each.id for each in made]
    coming = Q(signed_up_at__isnull=False, leave_at=None) | Q(signed_in_at__isnull=False)
    if count := await Attendance.filter(coming, activity_id__in=ids).count():
        raise Refusal(in_group(SOME_COME, count=count))
    await Activity.filter(id__in=ids).update(state=ActivityState.CANCELLED, closed_at=request.now)
    of_these = Q(branch_id__in=[each.branch_id for each in made]) | Q(branch_id=None)
    matters = await OpenMatter.filter(of_these, kind=MatterKind.MEETING)
    await OpenMatter.filter(id__in=[each.id for each in matters if each.content.get("activity") in ids]).delete()
    unheard = await OutboxMessage.withdraw(f"{KEY.format(id=first.id)}:")
    told = {each.id: in_group(CALLED_OFF, title=title(each)) for each in made}
    notices = [] if unheard else _to_groups(request, made, CANCEL_KEY, told)
    said = in_group(CALLED_OFF_DONE, count=len(made), kind=first.kind, start=in_brackets(first.start))
    return Reply(said, notices=notices, record=first.id)
