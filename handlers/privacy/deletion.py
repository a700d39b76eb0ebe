"""删除我的信息、撤回同意：what need not be kept is deleted, the rest named with its reason, and the secretary told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.commands import Ask, Refusal, Reply, Request, ToMember, Waiting, command, todo, undo
from bot.people import answering_for
from bot.personal import Outcome, erase, outlook
from bot.wording import in_group, join, when
from models import Erasure

ON_THE_LIST = timedelta(days=14)

QUESTION = (
    "您要删除自己的信息，并撤回同意吗？\n会删除：{deleted}。\n会保留：{kept}。\n"
    "账号同时解除绑定，以后我不再登记、不再提醒。{offline}删了找不回来，要留一份请先发送“导出我的信息”。\n"
    "匿名的意见、心愿里没有您的名字，会留着，以后谁也认不出是您的；不想留的，请先私聊发“撤回意见 编号”“撤下心愿 编号”。"
)
DONE = "已删除：{deleted}。\n保留：{kept}。\n您的同意已撤回，账号已解除绑定，书记已知道。{offline}"
COUNTED = "{label} {count} 条"
REASONED = "{labels}（{why}）"
GROUP = in_group("已按本人要求办理，详情已私聊。")
TOLD = (
    "{name}删除了自己的个人信息并撤回了同意，账号已解除绑定。保留下来的：{kept}。\n"
    "以后的党费、汇报、组织生活请与本人约定线下怎样办；本人愿意再用，发送“绑定码 {name}”。"
)
WAITING = "已删除个人信息、撤回同意的：{names}。\n  请线下约定怎样交党费、交汇报"
ONE = "{name}（{day}）"
GONE = in_group("删掉的信息找不回来。要再使用，请书记给您一个绑定码，绑定后回复“同意”。")


@command(
    "privacy.delete",
    "(删除|清除|注销|删掉|清空|抹掉) 我的 [所有|全部|个人](信息|数据|资料|账号)",
    "(删除|清除)[我的]个人(信息|数据|资料)",
    "@(把|将)我的 (信息|数据|个人信息|资料) (删除|删|删掉|清除|删了)",
    "@我的(信息|数据|个人信息|资料) (删除|删掉)",
    "@<删除>[我的](账号|账户|个人信息|个人数据)",
    "@(撤回|收回|取消|撤销)[我的][信息|隐私|授权]同意",
    "@(把|将) 我[的] (信息|数据|资料|个人信息) [都|全|全部]<删除>[了]",
    "@<删除> 我[的] [所有|全部|个人](信息|数据|资料|账号|记录)",
    "@(要|想|申请|帮我)注销",
    before_consent=True,
    guessed=False,
    help="删除我的信息 — 删除登记的关于您的信息，撤回同意",
)
async def delete(request: Request) -> Reply:
    """Asked about with what goes and what stays, done at 确认: who withdraws consent has it deleted (个人信息保护法
    第四十七条), but for what a rule obliges the branch to keep."""
    offline = request.settings.privacy.offline
    if not request.confirmed:
        expected = await outlook(request.me)
        deleted, kept = _counts(expected.deleted), _kept(expected)
        raise Ask(QUESTION.format(deleted=deleted, kept=kept, offline=offline), explicit=True)
    told = await answering_for(request.me)
    outcome = await erase(request.me, request.settings)
    await Erasure.create(
        member=request.me,
        branch=request.my_branch,
        deleted=outcome.deleted,
        kept=outcome.kept,
        erased_at=request.now,
    )
    text = TOLD.format(name=request.me.name, kept=_kept(outcome))
    return Reply(
        GROUP,
        DONE.format(deleted=_counts(outcome.deleted), kept=_kept(outcome), offline=offline),
        notices=[ToMember(person.id, text) for person in told],
    )


@undo(delete)
async def undelete(request: Request, record: int) -> Reply:
    """Nothing is left to bring back."""
    raise Refusal(GONE)


@todo("privacy.erasure", order=80)
async def erased(request: Request) -> list[Waiting]:
    """Who has left the bot lately: how they go on has to be agreed on with them."""
    recent = Erasure.filter(branch_id=request.my_branch.id, erased_at__gte=request.now - ON_THE_LIST, claim=None)
    rows = await recent.order_by("id").select_related("member")
    gone = {row.member_id: row for row in rows if row.member.active and row.member.consent_version is None}
    if not gone:
        return []
    names = join(ONE.format(name=row.member.name, day=when(row.erased_at.date())) for row in gone.values())
    return [Waiting(WAITING.format(names=names), [*gone])]


def _counts(counts: dict[str, int]) -> str:
    return join(COUNTED.format(label=label, count=count) for label, count in counts.items())


def _kept(outcome: Outcome) -> str:
    """What stays, by reason."""
    return join(REASONED.format(labels=_labels(outcome, why), why=why) for why in _reasons(outcome.reasons.values()))


def _reasons(reasons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(reasons))


def _labels(outcome: Outcome, why: str) -> str:
    return join(label for label, reason in outcome.reasons.items() if reason == why)
