"""党费确认：the secretary, who has received the money, confirms declarations or gives them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import questions
from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Resume, Role, ToMember, command, undo
from bot.people import calls, find_member, others_who_confirm
from bot.understanding.forms import COURTESY
from bot.understanding.values import Months, Name, Text
from bot.wording import in_group
from handlers.dues.standards import spoken, yuan
from models import DuesPayment, Member, PaymentState
from models.dues import confirm as settle
from models.dues import declare, settled, shares_of, unconfirm, void

CONFIRMED = "已确认 {payments} 笔党费，共 {members} 人。发送“撤销”可收回。"
CONFIRMED_LIST = "已确认：\n{lines}\n共 {payments} 笔，{total}。发送“撤销”可收回。"
LINE = "· {name}：{months}，{amount}{extra}{payer}"
EXTRA = "（含自愿多交 {extra}）"
BY = "（{payer}代交）"
TOLD_CONFIRMED = "{who}已确认您的党费：{months}，共 {total}。"
WAITING = "有 {payments} 笔党费待确认。"
WAITING_LIST = "有 {payments} 笔党费待确认，共 {total}：\n{lines}"
HOW_TO_CONFIRM = "收到的可以发：确认党费 {name} {months}，或：确认党费 全部"
ASK = "您是想确认收到这些党费？\n{lines}\n共 {payments} 笔，{total}。"
NOTHING_WAITS = in_group("没有待确认的党费。")
NOTHING_OF = (
    "{name}没有待确认的党费登记。收到了、本人没登记的，可以替他登：替{name}交党费 11月；看谁还没交：谁还没交党费"
)
NOT_THESE = "{name}没有{months}的待确认登记{others}。"
OTHERS = "，待确认的是{months}"
NOBODY_FOR = "{months}没有待确认的党费。"
WHOLE = "{name}的{months}是一笔登记的（{amount}），要一起确认吗？"
REVOKED = "已收回 {payments} 笔党费的确认，现在是待确认。"
REVOKED_LIST = "{said}\n{lines}"
RETURN_UNDONE_FOR = "{said}{name}的{months}，{amount}。"
TOLD_REVOKED = "{who}收回了对您党费的确认：{months}。这几个月现在是待确认，如有疑问请联系书记。"
OWN_IS_FOR_OTHERS = "您自己的党费请由{others}确认，对方发送：确认党费 {name}"
OWN_CONFIRMED = "其中有您自己的党费：支部里没有别的委员能确认，已由您确认。"
NOT_CONFIRMED = in_group("这些党费现在不是已确认的状态，不用再撤销。")

RETURNED = in_group("已退回 1 笔党费登记。发送“撤销”可恢复。")
RETURNED_LIST = "已退回：{name}的{months}党费 {amount}，已私聊告诉本人。发送“撤销”可恢复。"
REASON_MISSING = "退回{name}的{months}党费，要写一句原因，本人才知道怎么改。请直接回复原因，例如：没收到钱"
TOLD_RETURNED = "书记退回了您的党费登记：{months}，{amount}，原因：{reason}。请核对后重新登记，例如：交党费 {months}"
TOLD_PAYER = "书记退回了您替{name}登记的党费：{months}，原因：{reason}。请核对后重新登记，例如：替{name}交党费 {months}"
RETURN_UNDONE = "已恢复退回的党费登记，现在是{state}。"
TOLD_RETURN_UNDONE = "书记恢复了您的党费登记：{months}，{amount}，{state}，不用重新登记。"
RETURN_WHICH = "{name}有几笔登记：{months}。退回哪个月的？请回复月份，例如：{example}"
DECLARED_SINCE = "{months}已经重新登记过，不用恢复。"
NOTHING_STANDS = "{name}没有{months}的党费登记可以退回。"
CONFIRMED_BEFORE = "{name}的{months}已经确认过，退回后这笔作废。要退回吗？"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A payment with its months, and what its member is called; its member and payer are loaded."""

    payment: DuesPayment
    months: Months
    name: str

    @property
    def line(self) -> str:
        payment = self.payment
        return LINE.format(
            name=self.name,
            months=self.months.label,
            amount=yuan(payment.amount),
            extra=EXTRA.format(extra=yuan(payment.extra)) if payment.extra else "",
            payer=BY.format(payer=payment.payer.name) if payment.payer_id != payment.member_id else "",
        )


async def _entries(branch_id: int, *states: PaymentState, member: Member | None = None) -> list[_Entry]:
    """The branch's payments in one of `states`, by member and month."""
    query = DuesPayment.filter(member__branch_id=branch_id, state__in=list(states))
    if member is not None:
        query = query.filter(member_id=member.id)
    payments = await query.order_by("member_id", "id").select_related("member", "payer")
    calling = await calls(branch_id)
    entries = [_Entry(payment, spoken(await shares_of(payment)), calling[payment.member_id]) for payment in payments]
    return sorted(entries, key=lambda entry: (entry.payment.member_id, entry.months))


def _total(entries: Sequence[_Entry]) -> str:
    return yuan(sum(entry.payment.amount for entry in entries))


def _with_lines(wording: str, entries: Sequence[_Entry]) -> str:
    lines = "\n".join(entry.line for entry in entries)
    return wording.format(lines=lines, payments=len(entries), total=_total(entries))


def _subjects(entries: Sequence[_Entry]) -> list[int]:
    return sorted({entry.payment.member_id for entry in entries})


SEEN = "[我](看到|看见)(转账|转钱|钱|到账|转过来)了 [可以|就|那就]确认[了|吧|掉|一下]"
RECEIVED = "[我][已|已经|都][也](收到|收了|到|到账|到帐)[了] [确认|一并确认|确认掉|一起确认|登上][了|吧|掉|一下]"


@command(
    "dues.confirm",
    "确认 党费",
    "@确认{member} 党费",
    f"@{{member}}{{months}}[的](钱|党费|那笔){RECEIVED}",
    f"@{{member}}[的](钱|党费|那笔){RECEIVED}",
    f"@{{member}}[的](钱|党费|那笔){SEEN}",
    f"@{{member}}[跟|和|与|还有|、]{{second}}{{months}}[的](钱|党费){RECEIVED}",
    f"@{{member}}(跟|和|与|还有|、){{second}}[的](钱|党费){RECEIVED}",
    "@{member}{months}[那笔][的]我来确认",
    "@{member}{months}[的](收到|到|收)了 确认",
    "@党费确认",
    "确认{all=全部|所有|所有人|全员} 党费",
    "@党费 {all=全部|所有}确认",
    "@(收到|已收) 党费",
    "@(审核|核对) 党费",
    "@{member} 党费[的][钱][我] (已收|收到|收到了|确认|已确认)",
    "@(把|将){member} 党费 确认[了|一下]",
    "@(通过|审核|核对|批准|同意){member}的党费",
    "@{member} 党费[的][钱][我] (到账|到帐|到了|收了|收讫)[了]",
    "@{member}[的]{months}[的][党费][我][已|已经|都](收到|收了|收下|到账|到帐)[了|啦]",
    "@{member}的 [我][已|已经](收到|收了|收下了|收讫|到账|到帐)[了|啦]",
    "@{member} 的[我][已|已经](收到|收了|收下了|收讫|到账|到帐)[了|啦]",
    "@[我](收到|收了|收下){member}[的]{months}",
    "@(收到|收了|已收){member}的 [党费|那笔]",
    "@[行|好|好的|嗯|ok] [那][把|将]{all=大家|所有人|全部人|他们|大伙|全部}[的] 党费 [都|全][给](确认|收)[了|掉|一下]",
    "@党费[都]{all=全部}(确认|收到|收齐)[了|掉]",
    "@[党费 收齐了 ]{member}[的](跟|和|与|还有|、){own=我的|我自己的}[那笔] [党费] [都|也|一起]确认[了|掉|一下]",
    "@[党费 收齐了 ]{own=我的|我自己的}[那笔](跟|和|与|还有|、){member}[的] [党费] [都|也|一起]确认[了|掉|一下]",
    "@{own=我自己的|我自己那笔|我的那笔|我那笔|我自己的那笔} [党费] [也|都|一起]确认[了|掉|一下]",
    "@{own=我的|我自己的} 党费 [也|都|一起]确认(掉|一下|了吧)",
    "@确认{own=我的|我自己的} [党费|那笔]",
    "@[不是我的] [是]{member}(交给|转给)我[的] 党费",
    "@{member}(把|的) 党费 (给|交给|转给)我了",
    role=Role.COMMITTEE,
    offices=False,
    help="确认党费 张三 11月 — 确认收到党费；几个人的：确认党费 张三 李娜；都收到了：确认党费 全部",
)
async def confirm(
    request: Request,
    member: Name | None = None,
    months: Months | None = None,
    all: bool = False,
    second: Name | None = None,
    third: Name | None = None,
    own: bool = False,
) -> Reply | Instead:
    """Confirm the declarations of up to three members, those for some months, or all; without any, list what waits.

    `own`: the sender's as well. Of an unsure reading the question names each with the months and the sum.

    One's own are left to another of the committee, where there is one who can.
    """
    people = [await find_member(request.my_branch, name) for name in (member, second, third) if name is not None]
    if own:
        people.append(request.me)
    if not people and months is None and not all:
        return Instead("dues.waiting", {}) if request.unsure else await _listed(request)
    chosen = []
    for person in {person.id: person for person in people}.values() if people else (None,):
        waiting = await _waiting(request, person)
        chosen += waiting if months is None else _covering(waiting, months, person)
    if months is not None and not request.confirmed:
        _ask_about_whole(chosen, months)
    chosen, about_own = await _without_own(request, chosen)
    if request.unsure:
        raise Ask(_with_lines(ASK, chosen) + about_own, _subjects(chosen))
    at = await _moment(request)
    for entry in chosen:
        await settle(entry.payment, request.me, at)
    return Reply(
        group=in_group(CONFIRMED, payments=len(chosen), members=len(_subjects(chosen))),
        private=_with_lines(CONFIRMED_LIST, chosen) + about_own,
        notices=_tell_each(chosen, TOLD_CONFIRMED, request.me),
        record=chosen[0].payment.id,
        subjects=_subjects(chosen),
    )


async def _waiting(request: Request, person: Member | None) -> list[_Entry]:
    """What waits, of one member or of all; raises Refusal where nothing does."""
    waiting = await _entries(request.my_branch.id, PaymentState.DECLARED, member=person)
    if not waiting:
        raise Refusal(NOTHING_WAITS if person is None else NOTHING_OF.format(name=person.name))
    return waiting


async def _without_own(request: Request, chosen: list[_Entry]) -> tuple[list[_Entry], str]:
    """What is left for the sender to confirm, and a line on their own; raises Refusal where it was only that."""
    own = [entry for entry in chosen if entry.payment.member_id == request.me.id]
    if not own:
        return chosen, ""
    if not (others := await others_who_confirm(request.me)):
        return chosen, f"\n{OWN_CONFIRMED}"
    line = OWN_IS_FOR_OTHERS.format(others=others, name=own[0].name)
    if len(own) == len(chosen):
        raise Refusal(line)
    return [entry for entry in chosen if entry not in own], f"\n{line}"


@command(
    "dues.waiting",
    "@[党费]都确认了(没|吗|没有)",
    "@[还有]<什么>[笔] 党费 [还](没|没有|待|要|未)确认",
    "@党费 [还]有(没|没有|待|要|未)确认的[吗|么|没]",
    "@(待|未|没|还没|要|待我|等我|要我)确认[的]党费",
    "@党费 & (等|等着|待|要|需要|该)我[来|去|给][点]确认",
    "@<谁>[的] 党费 [我][还](没|没有|未|待|等|要)[我][点]确认",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    listed=False,
    help="待确认的党费 — 看哪些党费还没确认",
)
async def waiting_ones(request: Request) -> Reply:
    """The declarations that wait to be confirmed."""
    return await _listed(request)


async def _listed(request: Request) -> Reply:
    """What waits, and how what is not the sender's own is confirmed."""
    waiting = await _waiting(request, None)
    own = [entry for entry in waiting if entry.payment.member_id == request.me.id]
    others = await others_who_confirm(request.me) if own else ""
    theirs = [entry for entry in waiting if entry not in own] if others else waiting
    said = [_with_lines(WAITING_LIST, waiting)]
    if theirs:
        said.append(HOW_TO_CONFIRM.format(name=theirs[0].name, months=theirs[0].months.label))
    if others:
        said.append(OWN_IS_FOR_OTHERS.format(others=others, name=own[0].name))
    return Reply(group=in_group(WAITING, payments=len(waiting)), private="\n".join(said), subjects=_subjects(waiting))


@command(
    "dues.confirm_all",
    "@(两|三|四|五|六|2|3|4|5|6)(个|笔|位|人)[的][党费][我]都(收到|收了|确认|收齐)[了|掉|吧]",
    "@[那][就]都[给]确认(了吧|掉|掉吧|一下)",
    role=Role.COMMITTEE,
    offices=False,
    listed=False,
    answers={COURTESY: ("全部确认", "全都确认", "都确认", "都确认了吧", "都确认掉", "全确认")},
    help="两笔都收到了 — 确认所有待确认的党费",
)
async def confirm_all(request: Request) -> Resume | Instead:
    """All that waits, or what a question of ours is about; nothing says that dues are meant, so it is asked about."""
    if (asked := await questions.waiting_for(request, "dues.confirm")) is not None:
        return Resume(asked)
    return Instead("dues.confirm", {"all": True})


def _covering(waiting: Sequence[_Entry], months: Months, person: Member | None) -> list[_Entry]:
    """The payments that hold one of `months`; raises Refusal where a named member lacks one of them."""
    known = {month for entry in waiting for month in entry.months}
    missing = Months(month for month in months if month not in known)
    if person is not None and missing:
        others = OTHERS.format(months=Months(sorted(known)).label)
        raise Refusal(NOT_THESE.format(name=person.name, months=missing.label, others=others))
    chosen = [entry for entry in waiting if set(entry.months) & set(months)]
    if not chosen:
        raise Refusal(in_group(NOBODY_FOR, months=months))
    return chosen


def _ask_about_whole(chosen: Sequence[_Entry], months: Months) -> None:
    """A payment is confirmed as it was declared; its months cannot be taken apart."""
    for entry in chosen:
        if set(entry.months) - set(months):
            raise Ask(WHOLE.format(name=entry.name, months=entry.months.label, amount=yuan(entry.payment.amount)))


async def _moment(request: Request) -> datetime:
    """When this confirmation was made, told apart from others of the same second: undoing finds its payments by it."""
    at = request.now
    while await DuesPayment.exists(confirmer_id=request.me.id, confirmed_at=at):
        at += timedelta(milliseconds=1)
    return at


def _tell_each(chosen: Sequence[_Entry], text: str, by: Member) -> list[ToMember]:
    """One message to each member but `by`, whatever number of payments."""
    notices = []
    for id_ in _subjects(chosen):
        own = [entry for entry in chosen if entry.payment.member_id == id_]
        months = Months(sorted(month for entry in own for month in entry.months))
        if id_ != by.id:
            notices.append(ToMember(id_, text.format(who=by.post.label, months=months.label, total=_total(own))))
    return notices


@undo(confirm)
async def revoke(request: Request, record: int) -> Reply:
    """Let what one confirmation confirmed wait again."""
    first = await DuesPayment.get(id=record)
    entries = [
        entry
        for entry in await _entries(request.my_branch.id, PaymentState.CONFIRMED)
        if entry.payment.confirmer_id == request.me.id and entry.payment.confirmed_at == first.confirmed_at
    ]
    if first.confirmed_at is None or not entries:
        raise Refusal(NOT_CONFIRMED)
    for entry in entries:
        await unconfirm(entry.payment)
    said = in_group(REVOKED, payments=len(entries))
    return Reply(
        group=said,
        private=REVOKED_LIST.format(said=said, lines="\n".join(entry.line for entry in entries)),
        notices=_tell_each(entries, TOLD_REVOKED, request.me),
        subjects=_subjects(entries),
    )


@command(
    "dues.reject",
    "退回{member}[的] 党费",
    "退回 党费",
    "@{member}[的] 党费 (退回|打回|驳回)[了|吧]",
    "@{member}[的] 党费 (没收到|没到账|未到账|未收到|没看到) 退回",
    role=Role.COMMITTEE,
    offices=False,
    help="退回党费 张三 11月 没收到钱 — 退回一笔党费登记",
)
async def reject(request: Request, member: Name, months: Months | None = None, reason: Text | None = None) -> Reply:
    """Void one declaration of `member` and tell them why; a confirmed one only after a question."""
    person = await find_member(request.my_branch, member)
    states = (PaymentState.DECLARED,) if months is None else (PaymentState.DECLARED, PaymentState.CONFIRMED)
    entries = await _entries(request.my_branch.id, *states, member=person)
    chosen = [entry for entry in entries if months is None or set(entry.months) & set(months)]
    if not chosen:
        said = months.label if months else "待确认"
        raise Refusal(NOTHING_STANDS.format(name=person.name, months=said))
    if len(chosen) > 1:
        several = "、".join(entry.months.label for entry in chosen)
        raise AskFor(RETURN_WHICH.format(name=person.name, months=several, example=chosen[0].months.label))
    entry = chosen[0]
    if not reason:
        raise AskFor(REASON_MISSING.format(name=person.name, months=entry.months.label), slot="reason")
    if entry.payment.state is PaymentState.CONFIRMED and not request.confirmed:
        raise Ask(CONFIRMED_BEFORE.format(name=person.name, months=entry.months.label))
    await void(entry.payment, "rejected", request.now)
    words = {
        "name": person.name,
        "months": entry.months.label,
        "amount": yuan(entry.payment.amount),
        "reason": reason,
    }
    told = [ToMember(person.id, TOLD_RETURNED.format(**words))]
    if entry.payment.payer_id != person.id:
        told.append(ToMember(entry.payment.payer_id, TOLD_PAYER.format(**words)))
    return Reply(
        group=RETURNED,
        private=RETURNED_LIST.format(**words),
        notices=told,
        record=entry.payment.id,
        subjects=[person.id],
    )


@undo(reject)
async def keep(request: Request, record: int) -> Reply:
    """Declare anew what was given back; it is confirmed where it was, else it waits for that."""
    returned = await DuesPayment.get(id=record).select_related("member", "payer", "confirmer")
    shares = await shares_of(returned)
    taken = (await settled([returned.member_id]))[returned.member_id].keys()
    if again := taken & shares.keys():
        raise Refusal(DECLARED_SINCE.format(months=spoken(again).label))
    anew = await declare(
        returned.member, returned.payer, shares, extra=returned.extra, at=request.now, replaces=returned
    )
    if returned.confirmer is not None and returned.confirmed_at is not None:
        await settle(anew, returned.confirmer, returned.confirmed_at)
    words = {"months": spoken(shares).label, "amount": yuan(returned.amount)}
    told, said = TOLD_RETURN_UNDONE.format(state=anew.state.label, **words), in_group(RETURN_UNDONE, state=anew.state)
    return Reply(
        group=said,
        private=RETURN_UNDONE_FOR.format(said=said, name=returned.member.name, **words),
        notices=[ToMember(returned.member_id, told)],
        subjects=[returned.member_id],
    )
