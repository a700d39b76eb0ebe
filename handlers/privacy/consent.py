"""同意、不同意：the answer to the notice on personal information, by version; and reading it."""

from __future__ import annotations

from bot.by_words import says_what
from bot.commands import Instead, Refusal, Reply, Request, Resume, ToMember, command, undo
from bot.consent import question
from bot.people import answering_for
from bot.understanding.values import SHANGHAI
from bot.wording import in_group, when
from models import MatterKind, Member, PrivacyNotice

AGREED = "记下了，您同意了个人信息告知（{version} 版）。现在可以登记了，发送“帮助”看用法。"
AGREED_ALREADY = "您已经同意过（{version} 版），不用再回复。要撤回，发送“撤回同意”。"
REFUSED = "好的，什么都没有登记。{offline}改主意了，随时私聊回复“同意”。"
WITHDRAWN = (
    "好的，您的同意已撤回，从现在起我不再登记您的信息{told}。{offline}\n"
    "以前登记的还在；要一起删除，发送“删除我的信息”。改主意了，随时私聊回复“同意”。"
)
IN_WRITING = "您的同意是书面征得的，我还在登记您的信息。要撤回同意、不再登记，请发送“撤回同意”。{offline}"
TOLD = "{name}撤回了同意，我不再登记本人的信息。以后的党费、汇报、组织生活请与本人约定线下怎样办。"
PRIVATELY = in_group("请私聊我回复。")
WITHDRAW_INSTEAD = in_group("同意不能这样撤销。要撤回同意，请私聊发送“撤回同意”。")
NOTHING_REFUSED = in_group("没有登记，不用撤销。改主意了，随时私聊回复“同意”。")
EARLIER = "您以前同意的是 {version} 版（{day}）：{text}"
STATE = "您同意的是 {version} 版。要撤回，发送“撤回同意”。"
READ_PRIVATELY = in_group("个人信息告知已私聊发给您。")


@command(
    "privacy.agree",
    "@同意",
    "@我同意",
    "@同意(个人信息|隐私|信息)告知",
    "@[我]已阅读并同意",
    answers={"consent": ("同意", "我同意", "同意了", "好的同意", "同意的")},
    before_consent=True,
    help="同意 — 同意个人信息告知，登记以前要先回复",
)
async def agree(request: Request) -> Reply | Resume | Instead:
    """Keep the version and the time, and go on with what waited for it."""
    if not request.in_private:
        raise Refusal(PRIVATELY)
    version, me = request.settings.privacy.version, request.me
    waiting = request.matter if request.matter and request.matter.kind is MatterKind.CONSENT else None
    if me.consent_version == version and waiting is None:
        if me.in_committee and says_what(request.text):
            return Instead("named.approve", {})  # 赵磊那个送冬衣的 我觉得可以 同意吧
        raise Refusal(AGREED_ALREADY.format(version=version))
    await PrivacyNotice.keep(version, request.settings.privacy.notice, request.now)
    me.consent_version, me.consented_at = version, request.now
    await Member.filter(id=me.id).update(consent_version=version, consented_at=request.now)
    if waiting is not None:
        return Resume(waiting, confirmed=False)
    return Reply(private=AGREED.format(version=version), record=me.id)


@undo(agree)
async def unagree(request: Request, record: int) -> Reply:
    """Withdrawing consent deletes records, so it is asked about first."""
    raise Refusal(WITHDRAW_INSTEAD)


@command(
    "privacy.refuse",
    "@不同意",
    "@我不同意",
    answers={"consent": ("不同意", "我不同意")},
    before_consent=True,
    help="不同意 — 不同意个人信息告知，改用线下的办法",
)
async def refuse(request: Request) -> Reply:
    """What waited is dropped, and who agreed before withdraws it: nothing more is recorded from now on.

    At once and without a question, for it must be as easy as to agree (个人信息保护法第十五条); deleting is
    asked about, by its own command.
    """
    if not request.in_private:
        raise Refusal(PRIVATELY)
    privacy, me = request.settings.privacy, request.me
    if not privacy.consent:
        return Reply(private=IN_WRITING.format(offline=privacy.offline))
    if request.matter is not None and request.matter.kind is MatterKind.CONSENT:
        await request.matter.delete()
    if me.consent_version is None:
        return Reply(private=REFUSED.format(offline=privacy.offline), record=me.id)
    await Member.filter(id=me.id).update(consent_version=None, consented_at=None)
    notices = [ToMember(person.id, TOLD.format(name=me.name)) for person in await answering_for(me)]
    said = WITHDRAWN.format(told="，书记已知道" if notices else "", offline=privacy.offline)
    return Reply(private=said, record=me.id, notices=notices)


@undo(refuse)
async def unrefuse(request: Request, record: int) -> Reply:
    """There is nothing to take back."""
    raise Refusal(NOTHING_REFUSED)


@command(
    "privacy.notice",
    "(隐私|个人信息)(告知|说明|政策)",
    "@隐私",
    changes=False,
    help="隐私说明 — 看登记您的哪些信息、谁能看、保存多久",
)
async def notice(request: Request) -> Reply:
    """The notice, and whether the sender agreed to it."""
    privacy = request.settings.privacy
    if request.me.consent_version == privacy.version:
        said = f"{privacy.notice}\n{STATE.format(version=privacy.version)}"
    else:
        said = f"{question(request.settings)}{await _earlier(request.me)}"
    return Reply(READ_PRIVATELY, said)


async def _earlier(me: Member) -> str:
    """What the sender agreed to before the notice was changed."""
    kept = await PrivacyNotice.get_or_none(version=me.consent_version) if me.consent_version else None
    if kept is None or me.consented_at is None:
        return ""
    said = EARLIER.format(version=kept.version, day=when(me.consented_at.astimezone(SHANGHAI).date()), text=kept.text)
    return f"\n{said}"
