"""思想汇报：草稿里的一段去掉，漏了的一段，能不能分几段发。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, TakeBack, command, undo
from bot.periods import due, label
from bot.understanding.values import Text
from bot.wording import in_group
from handlers.reports import drafts, submission
from handlers.reports.submission import NO_PART, TEXT_ADDED
from models import Report, ReportState

IN_PARTS = "可以分几段发。先发送“交思想汇报”，再一段一段发给我，文字、文件、照片都行，全部发完回复“发完了”。"
GO_ON = "可以，接着发就行，都加在后面。草稿里现在是：{contents}。发完回复“发完了”。"
GO_ON_LATER = "可以。先发送“交思想汇报”接着写，草稿一点没丢：{contents}。发完回复“发完了”。"
HANDED_IN = (
    "{period}的汇报已经交上去了（{contents}），还没批阅。要加内容，发送“撤回汇报”收回，"
    "再发送“交思想汇报”，把原来的和漏了的一起发给我。"
)
REVIEWED = "{period}的汇报已经批阅合格，不用再加。要改的话请联系书记。"
RETURNED = "{period}的汇报被退回了，改好后发送“交思想汇报”，再一段一段发给我，发完回复“发完了”。"
NO_DRAFT_OPEN = in_group("现在没有写着的草稿。要收回最近登记的，请发送“撤销”。")
NOWHERE = "{hint}\n漏了的那段没有加进去，请到时再发一次。"

_THAT_PART = "[刚才|刚刚|刚发的|前面|上面](那|这|上|最后|最后那|那一|这一|上一|最后一)(句|段|页|张)[话|照片]"
_IN_PARTS = "分[成](几|两|三|多|好几|几个)(段|次|条|批|部分)[来](发|交|写|传|提交)"
_BEHIND = "(后面|最后|末尾|后边|里面|里|后头|结尾)"
_LEFT_OUT = (
    "[等等 |等一下 |等下 |对了 |哎呀 |啊 ](漏|漏了|少了|少发了|漏发了|忘了|忘发了|落了|漏写了|还有)"
    "[一|最后一|中间一](段|句|页|张|点)[话|没发|没写|没交]"
)


@command(
    "report.drop",
    f"@{_THAT_PART}[也|都|就|还是|给我|帮我](删了|删掉|删去|删除|删|去掉|去了|拿掉|不要了|不要|不算|撤了|撤掉|划掉)",
    f"@[帮我](把|将){_THAT_PART}(删了|删掉|删去|删除|删|去掉|去了|拿掉|撤了|撤掉|划掉)",
    f"@(删了|删掉|删除|删|去掉|拿掉|不要|划掉){_THAT_PART}",
    "@[刚才|刚刚|前面|上面](那|这|上|那一|这一|上一)(句|段)[话](不是|不算)[我的][思想]汇报[的内容|里的|内容|正文]",
    "@[刚才|刚刚|前面|上面](那|这|上|那一|这一|上一)(句|段)[话](不是|不算)[我的][思想]汇报[的内容|里的|内容|正文] "
    "(别写进去|不要写进去|别加|去掉|删掉|删了|不要|拿掉|撤掉)[去掉|删掉|删了|拿掉]",
    before_consent=True,
    listed=False,
    help="上一句删掉 — 从草稿里去掉最后一段",
)
async def drop(request: Request) -> TakeBack:
    """Take the last message out of the open draft, as 撤销 does."""
    draft = await drafts.newest_draft(request.me.id)
    if draft is None or not await drafts.is_open(request, draft):
        raise Refusal(NO_DRAFT_OPEN)
    if (last := await drafts.last_part(request, draft)) is None:
        raise Refusal(NO_PART.format(contents=await drafts.contents(draft)))
    return TakeBack(last)


@command(
    "report.in_parts",
    f"@[(可以|能|能不能|可不可以)][我]{_IN_PARTS}[你|您|给你|给您|过来|上来](可以|行|能|成|好|ok)[不行|吗|不|么|吧|嘛]",
    f"@[思想]汇报 (可以|能|能不能|可不可以) {_IN_PARTS}[你|您|给你|给您|过来|上来][吗|不|么|嘛]",
    f"@(可以|能|能不能|可不可以)[我]{_IN_PARTS}[思想汇报|汇报|你|您|给你|给您|过来|上来][吗|不|么|嘛]",
    f"@[思想]汇报[现在](可以|能)(交|发)[了][吗|么|不|没] [我][可以|能]{_IN_PARTS}"
    "[你|您|给你|给您](可以|行|能|成|好|ok)[吗|不|么|吧|嘛]",
    f"@{_LEFT_OUT} [还](能|可以|能不能|可不可以|来得及)(加|补|补上|加上|加进去|补发|再发|补充|发)[吗|么|不|嘛]",
    "@[思想]汇报 [还](能|可以|能不能|可不可以)(加|补|补上|加上|加进去|补充|再加|再补)[一段|一点|点|几句][吗|么|不|嘛]",
    changes=False,
    listed=False,
    help="汇报能分几段发吗 — 汇报怎么分几次发、漏了怎么补",
)
async def in_parts(request: Request) -> Reply:
    """Whether something can be added now, and how."""
    return Reply(private=await _how(request))


@command(
    "report.more",
    f"@{_LEFT_OUT} [帮我](加|补|接|续)(在|到|进|上)[我的|原来的][[思想]汇报][的]{_BEHIND}[去]",
    f"@[帮我](加|补|接|续)(在|到|进)[我的|原来的][思想]汇报[的]{_BEHIND}[去]",
    listed=False,
    help="漏了一段 加在汇报后面：师傅教会我要细心 — 给草稿补一段",
)
async def more(request: Request, text: Text) -> Reply:
    """Append what was left out to the open draft; what is handed in has to be taken back first."""
    draft = await drafts.newest_draft(request.me.id)
    if draft is None or not await drafts.is_open(request, draft):
        raise Refusal(NOWHERE.format(hint=await _how(request)))
    await drafts.add_text(request, draft, text)
    return Reply(private=TEXT_ADDED.format(length=drafts.length(draft.text)), record=draft.id)


undo_more = undo(more)(submission.unsubmit.handler)


async def _how(request: Request) -> str:
    draft = await drafts.newest_draft(request.me.id)
    if draft is not None:
        said = GO_ON if await drafts.is_open(request, draft) else GO_ON_LATER
        return said.format(contents=await drafts.contents(draft))
    period = (await due(request.me, request.settings.reports, request.now)).period
    standing = await Report.get_or_none(claim=Report.claim_of(request.me.id, period))
    by_state = {ReportState.SUBMITTED: HANDED_IN, ReportState.APPROVED: REVIEWED, ReportState.RETURNED: RETURNED}
    if standing is None or standing.state not in by_state:
        return IN_PARTS
    return by_state[standing.state].format(period=label(period), contents=await drafts.contents(standing))
