"""思想汇报：提交（一条消息，或草稿加“发完了”）、撤回。"""

from __future__ import annotations

from dataclasses import replace

from bot.commands import Ask, Refusal, Reply, Request, Resume, ToMember, command, undo
from bot.messages import File
from bot.people import calls, committee, secretaries
from bot.periods import due, label
from bot.understanding.values import Text
from bot.wording import Public, in_group, when
from handlers.reports import drafts
from models import MatterKind, Member, Post, Report, ReportFile, ReportState

SHORT = 20  # characters; so short a message in a draft may have been meant for the bot

OPENED = (
    "好的，现在开始收您的{period}思想汇报{late}。\n"
    "直接把文字、文件（docx、pdf）或手写稿照片发给我，可以分多次发。"
    "全部发完后回复“发完了”提交；发错了就发送“撤回汇报”重来。"
)
REPLACES = "\n这一期您已交过一份、还没批阅，新的提交后会替换它。"
LATE = "（上一期的还没完成，这份记为上一期）"
CONTINUED = (
    "{since}开始的草稿还在，一点没丢：{contents}，记为{period}。请接着发，发完回复“发完了”。\n"
    "不要这份草稿了就发送“撤回汇报”。"
)
IN_PRIVATE = in_group("汇报请私聊交：我已私聊您，请到那边直接发文字、文件或照片，发完回复“发完了”。")
TO_FRIENDS = in_group("汇报请私聊交。请先加我为好友（点我的头像→添加到通讯录），再私聊发送“交思想汇报”。")
TOO_SHORT = "这份汇报只有 {length} 字，至少要写 {least} 字。请写完整再发；要分几次发，请私聊先发送“交思想汇报”。"
TOO_LONG = "这份汇报有 {length} 字，最多 {most} 字。请精简一些，或私聊发送“交思想汇报”后以文件（docx、pdf）提交。"
DRAFT_TOO_SHORT = "草稿里目前是：{contents}。文字至少要 {least} 字，或者有文件、照片。请接着发，再回复“发完了”。"
NO_DRAFT = in_group("没有正在写的汇报。私聊发送“交思想汇报”开始。")
TEXT_ADDED = "文字已收到，共 {length} 字。继续发，或回复“发完了”提交；这段不要就回复“撤销”。"
SHORT_ADDED = "“{text}”已写进汇报，共 {length} 字。不是汇报的内容就回复“撤销”；接着写就继续发，写完回复“发完了”。"
PART_DROPPED = "已去掉：{part}。草稿里现在是：{contents}。请接着发，发完回复“发完了”；整份不要就发送“撤回汇报”。"
PART_RECALLED = "撤回的消息还在汇报的草稿里。要从最后一段起一段一段去掉，回复“撤销”；整份不要就发送“撤回汇报”。"
NO_PART = "草稿里现在是：{contents}，都是早先发的，不能一段一段去掉。整份不要就发送“撤回汇报”，再重新交。"
PAGE_ADDED = "第 {position} 页已收到（{word}）。继续发，或回复“发完了”提交。"
FILE_ADDED = "已收到（{word}），汇报里现在有：{contents}。继续发，或回复“发完了”提交。"
ASK_HAND_IN = "这是您的{period}思想汇报吗？（{contents}{late}）要交给书记吗？"
ASK_REPLACE = "您的{period}思想汇报已经交过，还没批阅。要用这份替换原来那份吗？"
APPROVED = "您的{period}思想汇报已经批阅合格，不用再交。要改的话请联系书记。"
SECRETARY_REVIEWS, OTHERS_REVIEW = "书记", "其他委员"
RECEIPT = "已提交：{period}思想汇报（{contents}），待{who}批阅。{late}\n发送“撤回汇报”可收回。"
RECEIPT_IN_GROUP = "已收到您的{period}思想汇报，待{who}批阅。内容不会在群里重复。要收回汇报请私聊发送“撤回汇报”。"
TOLD = (
    "{name}{did}{period}思想汇报（{contents}）。"
    "看：看汇报 {name}；批阅：批阅 {name} 合格 写得实在；退回：退回 {name} 原因"
)
DROPPED = in_group("这份草稿已作废。要重新写请私聊发送“交思想汇报”。")
WITHDRAWN = "已撤回您的{period}思想汇报。要重新交请私聊发送“交思想汇报”。"
NOTHING = "没有待批阅的汇报可以撤回。发送“我的汇报”看交了哪些。"
TOLD_WITHDRAWN = "{name}撤回了{period}思想汇报，先不用批阅。"
TOLD_RESTORED = "{name}恢复了撤回的{period}思想汇报，待您批阅。看：看汇报 {name}"
RESTORED = "已恢复您的{period}思想汇报（{contents}），待{who}批阅。"
DRAFT_RESTORED = "草稿已恢复：{contents}，记为{period}。请接着发，发完回复“发完了”。"
DRAFT_RESTORED_IN_GROUP = in_group("草稿已恢复。请私聊接着发，发完回复“发完了”。")
WRITING_ANOTHER = in_group("您已经在写另一份汇报，原来的草稿不能恢复。接着发，发完回复“发完了”。")
HANDED_IN_ANOTHER = "您的{period}思想汇报已经有另一份了，撤回的那份不能恢复。发送“我的汇报”查看。"
REVIEWED = "您的{period}思想汇报已经批阅过（{state}），不能撤回。合格的要改请联系书记；退回的直接重新交就行。"

FINISHED = (
    *("发完了", "提交", "发完", "写完了", "交完了", "发好了", "完了", "结束", "好了", "没了", "就这些", "提交吧"),
    *("写完啦", "发完啦", "交完啦", "写好啦", "就这么多了", "就到这", "就到这里"),
    *(
        "写完",
        "写好",
        "写好了",
        "发好",
        "交完",
        "传完",
        "拍完",
        "没啦",
        "完啦",
        "好啦",
        "就这么多",
        "可以交了",
        "可以提交了",
    ),
    *("全部发完了", "都发完了", "发送完毕", "提交汇报", "提交思想汇报", "可以了", "已发完", "传完了", "拍完了"),
)


SAID_ALL = ("发完了", "写完了", "写完啦", "发完啦", "完了", "就这些", "就这么多", "提交")


@command(
    "report.submit",
    "{text=敬爱的党组织|尊敬的党组织|敬爱的党支部|尊敬的党支部|敬爱的党}",
    "交[ ][{_}]思想汇报",
    "(提交|上交|补交|递交|写好了|发|上传)[{_}]思想汇报",
    "(思想汇报：|思想汇报:)",
    "@思想汇报",
    "@(交|提交|上交|补交|递交)[{_}]汇报",
    "@{_}思想汇报",
    "@汇报如下",
    "@我[的]思想汇报 (写好|写完|完成)了",
    "{text=亲爱的党组织|敬爱的党委|尊敬的党委}",
    "@(交|提交|上交|补交|递交|发)[{_}][的][思想]汇报",
    "@把 思想汇报 (交|提交|发|上交)[上|上去|了|一下|上来]",
    help="交思想汇报 — 交本期思想汇报，文字、文件、照片都行",
    answers={"report_draft": ("*",)},
    takes_file=True,
)
async def submit(request: Request, text: Text | None = None) -> Reply:
    """Hand in a text at once, add to the open draft, or open one."""
    if request.file is not None:
        return await _page(request, request.file)
    draft = await drafts.open_draft(request)
    if text is None:
        return await _start(request, draft)
    if draft is None:
        return await _at_once(request, text)
    await drafts.add_text(request, draft, text)
    added = SHORT_ADDED if drafts.length(text) <= SHORT else TEXT_ADDED
    return Reply(private=added.format(text=text, length=drafts.length(draft.text)), record=draft.id)


async def _page(request: Request, file: File) -> Reply:
    """A file or photo: into the open draft, into the one that has expired, or into a new one."""
    draft = await drafts.open_draft(request)
    note = ""
    if draft is None:
        draft, note = await _reopened_or_new(request)
    position, form = await drafts.add_file(request, draft, file)
    if form.is_photo:
        said = PAGE_ADDED.format(position=position, word=form.word)
    else:
        said = FILE_ADDED.format(word=form.word, contents=await drafts.contents(draft))
    return Reply(private=f"{note}{said}", record=draft.id)


async def _start(request: Request, draft: Report | None) -> Reply:
    """交思想汇报 without a text."""
    if not request.in_private and not request.sender.friend:
        raise Refusal(TO_FRIENDS)
    if draft is None:
        draft, said = await _reopened_or_new(request)
    else:
        said = await _continued(draft)
    return Reply(group=IN_PRIVATE, private=said.rstrip("\n"), record=draft.id)


async def _reopened_or_new(request: Request) -> tuple[Report, str]:
    """The draft to write into and what is to be said of it."""
    now_due = await due(request.me, request.settings.reports, request.now)
    standing = await _standing(request.me, now_due.period)
    if standing is not None and standing.state is ReportState.APPROVED:
        raise Refusal(APPROVED.format(period=label(now_due.period)))
    draft = await drafts.newest_draft(request.me.id)
    if draft is not None:
        draft.period = now_due.period
        await draft.save(update_fields=["period"])
        await drafts.keep_open(request, draft)
        return draft, f"{await _continued(draft)}\n"
    draft = await drafts.begin(request, now_due.period)
    said = OPENED.format(period=label(now_due.period), late=LATE if now_due.late else "")
    replaces = standing is not None and standing.state is ReportState.SUBMITTED
    return draft, f"{said}{REPLACES if replaces else ''}\n"


async def _continued(draft: Report) -> str:
    return CONTINUED.format(
        since=when(draft.started_at), contents=await drafts.contents(draft), period=label(draft.period)
    )


async def _at_once(request: Request, text: Text) -> Reply:
    """A whole report in one message."""
    settings, length = request.settings.reports, drafts.length(text)
    if length < settings.min_length:
        raise Refusal(in_group(TOO_SHORT, length=length, least=settings.min_length))
    if len(text) > settings.max_length:
        raise Refusal(in_group(TOO_LONG, length=len(text), most=settings.max_length))
    now_due = await due(request.me, settings, request.now)
    report = Report(
        member=request.me, period=now_due.period, state=ReportState.DRAFT, started_at=request.now, text=str(text)
    )
    reply = await _hand_in(request, report, late=now_due.late)
    all_of_it = text.strip() == request.text.strip()
    if request.in_private and not request.confirmed and (request.unsure or all_of_it):
        # Nobody said what to do with it: the message is nothing but the report, or the next part of one that waits.
        late = LATE if now_due.late else ""
        raise Ask(ASK_HAND_IN.format(period=label(report.period), contents=await drafts.contents(report), late=late))
    return reply


@command(
    "report.finish",
    "@[ok|好|好的|嗯|行|好了|行了][我][几|两|三|四|五][张|页|份][照片|图片|文件|附件][我][都|已经|全部|全](发|写|交|传)完(了|啦|咯)",
    help="发完了 — 提交发完的草稿",
    answers={"report_draft": FINISHED, "confirmation": SAID_ALL},
    listed=False,
)
async def finish(request: Request) -> Reply | Resume:
    """Hand in the draft, the one that has expired as well; where it was asked whether a text is a report, that text."""
    asked = request.matter
    if asked is not None and asked.kind is MatterKind.CONFIRMATION:
        if asked.content["command"] == submit.name and "text" in asked.content["values"]:
            return Resume(asked)
        request = replace(request, matter=None)
    draft = await drafts.open_draft(request) or await drafts.newest_draft(request.me.id)
    if draft is None:
        raise Refusal(NO_DRAFT)
    least = request.settings.reports.min_length
    if drafts.length(draft.text) < least and not await ReportFile.exists(report_id=draft.id):
        raise Refusal(DRAFT_TOO_SHORT.format(contents=await drafts.contents(draft), least=least))
    reply = await _hand_in(request, draft)
    await drafts.close(request, draft)
    return reply


async def _standing(member: Member, period: str) -> Report | None:
    """The report that stands for the period, locked against a review at the same moment."""
    return await Report.select_for_update().get_or_none(claim=Report.claim_of(member.id, period))


async def _hand_in(request: Request, report: Report, *, late: bool = False) -> Reply:
    """Let `report` stand for its period; the claim decides between two at the same moment."""
    period = label(report.period)
    replaced = await _make_way(request, report)
    report.state, report.submitted_at = ReportState.SUBMITTED, request.now
    report.claim = Report.claim_of(request.me.id, report.period)
    await report.save()
    contents = await drafts.contents(report)
    who = await _reviewed_by(request.me)
    receipt = RECEIPT.format(period=period, contents=contents, who=who, late=LATE if late else "")
    did = "重新交了" if replaced else "交了"
    name = await _called(request)
    return Reply(
        group=in_group(RECEIPT_IN_GROUP, period=period, who=Public(who)),
        private=receipt if request.in_private else None,
        notices=await _tell(request.me, TOLD.format(name=name, did=did, period=period, contents=contents)),
        record=report.id,
        personal=True,
    )


async def _make_way(request: Request, report: Report) -> bool:
    """Whether one stood for the period of `report`, which gives up its claim to it; raises Refusal after approval, Ask
    before review. What stood on paper alone is not replaced but added to."""
    period = report.period
    standing = await _standing(request.me, period)
    if standing is None:
        return False
    if standing.state is ReportState.APPROVED:
        raise Refusal(in_group(APPROVED, period=label(period)))
    if standing.state is ReportState.SUBMITTED:
        if await drafts.has_only_paper(standing):
            report.paper_received_on = standing.paper_received_on
        elif not request.confirmed:
            raise Ask(in_group(ASK_REPLACE, period=label(period)))
        standing.state = ReportState.WITHDRAWN
    standing.claim = None
    await standing.save(update_fields=["state", "claim"])
    return True


async def _tell(author: Member, text: str) -> list[ToMember]:
    """To who reviews: the secretaries, or the rest of the committee where the author is the only one."""
    reviewers = await _other_secretaries(author)
    reviewers = reviewers or [member for member in await committee(author.branch_id) if member.id != author.id]
    return [ToMember(member.id, text) for member in reviewers]


async def _other_secretaries(author: Member) -> list[Member]:
    return [member for member in await secretaries(author.branch_id) if member.id != author.id]


async def _reviewed_by(author: Member) -> str:
    """Whom the author is told to wait for: nobody reviews their own."""
    nobody_else = author.post is Post.SECRETARY and not await _other_secretaries(author)
    return OTHERS_REVIEW if nobody_else else SECRETARY_REVIEWS


@command(
    "report.withdraw",
    "(撤回|撤销|收回|取消|撤掉) [思想]汇报",
    "[思想]汇报 (发错了|交错了|写错了|传错了|有误) (撤回|收回|撤销|重新交|重交)",
    "@(撤回|收回|撤销) (发错|交错)的[思想]汇报",
    "@[思想]汇报 (撤回|收回)",
    "@(撤回|收回|撤销)[了|一下](重交|重写|重新交|重新写)[一份|一遍]",
    "@[思想]汇报 (发错了|交错了|传错了)",
    "@[思想]汇报 & <撤回>",
    "@[思想]汇报 <记错> <撤回>",
    "@[思想]汇报 <记错>[了]",
    "@<记错>[了][思想]汇报 <撤回>",
    "@[思想]汇报<撤回> <记错>[了]",
    "@[思想]汇报 (不对|有问题|有误|不行|没写完) & <撤回>",
    "@[思想]汇报 <记错>[了][人|文件|版本|东西|群][了] <撤回>",
    before_consent=True,
    help="撤回汇报 — 收回交上去、还没批阅的汇报，或放弃草稿",
)
async def withdraw(request: Request) -> Reply:
    """Drop the open draft, else take back what has not been reviewed, else drop the draft that has expired."""
    draft = await drafts.newest_draft(request.me.id)
    standing = await Report.filter(member_id=request.me.id, claim__isnull=False).order_by("-submitted_at")
    waiting = [report for report in standing if report.state is ReportState.SUBMITTED]
    if draft is not None and (not waiting or await drafts.is_open(request, draft)):
        return await _drop(request, draft)
    if not standing:
        raise Refusal(in_group(NOTHING))
    return await _take_back(request, (waiting or standing)[0].id)


async def _drop(request: Request, draft: Report) -> Reply:
    draft.state = ReportState.WITHDRAWN
    await draft.save(update_fields=["state"])
    await drafts.close(request, draft)
    return Reply(group=DROPPED, record=draft.id)


@undo(withdraw)
async def restore(request: Request, record: int) -> Reply:
    """A report waits for its review again, a dropped draft is open again."""
    report = await Report.select_for_update().get(id=record)
    if report.submitted_at is None:
        return await _restore_draft(request, report)
    standing = await _standing(request.me, report.period)
    if report.state is not ReportState.WITHDRAWN or (standing and standing.state is not ReportState.RETURNED):
        raise Refusal(in_group(HANDED_IN_ANOTHER, period=label(report.period)))
    if standing is not None:
        standing.claim = None
        await standing.save(update_fields=["claim"])
    report.state, report.claim = ReportState.SUBMITTED, Report.claim_of(request.me.id, report.period)
    await report.save(update_fields=["state", "claim"])
    said = in_group(
        RESTORED,
        period=label(report.period),
        contents=Public(await drafts.contents(report)),
        who=Public(await _reviewed_by(request.me)),
    )
    told = await _tell(request.me, TOLD_RESTORED.format(name=await _called(request), period=label(report.period)))
    return Reply(group=said, notices=told)


async def _restore_draft(request: Request, draft: Report) -> Reply:
    if await drafts.newest_draft(request.me.id) is not None:
        raise Refusal(WRITING_ANOTHER)
    draft.state = ReportState.DRAFT
    await draft.save(update_fields=["state"])
    await drafts.keep_open(request, draft)
    contents = await drafts.contents(draft)
    return Reply(
        group=DRAFT_RESTORED_IN_GROUP, private=DRAFT_RESTORED.format(contents=contents, period=label(draft.period))
    )


@undo(submit)
async def unsubmit(request: Request, record: int) -> Reply:
    """撤销 after a report in one message, or after something was put into a draft."""
    draft = await Report.select_for_update().get_or_none(id=record, state=ReportState.DRAFT)
    if draft is None:
        return await _take_back(request, record)
    if not request.text:  # a message was recalled, and not necessarily the last one
        raise Refusal(PART_RECALLED)
    if (part := await drafts.take_back_last(request, draft)) is not None:
        return Reply(private=PART_DROPPED.format(part=part, contents=await drafts.contents(draft)))
    if draft.text or await ReportFile.exists(report_id=draft.id):
        raise Refusal(NO_PART.format(contents=await drafts.contents(draft)))
    return await _drop(request, draft)


@undo(finish)
async def unfinish(request: Request, record: int) -> Reply:
    """撤销 after 发完了."""
    return await _take_back(request, record)


async def _take_back(request: Request, report_id: int) -> Reply:
    """Withdraw a report before its review; a returned one that it had answered stands again."""
    report = await Report.select_for_update().get(id=report_id)
    period = label(report.period)
    if report.state in (ReportState.APPROVED, ReportState.RETURNED):
        raise Refusal(REVIEWED.format(period=period, state=report.state.label))
    if report.state is not ReportState.SUBMITTED:
        raise Refusal(in_group(NOTHING))
    report.state, report.claim = ReportState.WITHDRAWN, None
    await report.save(update_fields=["state", "claim"])
    returned = Report.filter(member_id=report.member_id, period=report.period, state=ReportState.RETURNED)
    if former := await returned.order_by("-reviewed_at").first():
        former.claim = Report.claim_of(report.member_id, report.period)
        await former.save(update_fields=["claim"])
    told = await _tell(request.me, TOLD_WITHDRAWN.format(name=await _called(request), period=period))
    return Reply(group=in_group(WITHDRAWN, period=period), notices=told, record=report.id)


async def _called(request: Request) -> str:
    """What the sender is called in their branch."""
    return (await calls(request.me.branch_id))[request.me.id]
