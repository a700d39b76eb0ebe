"""思想汇报：看、批阅、退回、收到纸质版。"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Role, ToMember, command, concerning, undo
from bot.formats import FORMATS
from bot.messages import File
from bot.people import calls, find_member
from bot.periods import label
from bot.spoken_of import spoken_of
from bot.understanding.forms import COURTESY
from bot.understanding.values import Name, Period, Text
from bot.wording import in_brackets, in_group
from handlers.reports.drafts import contents
from handlers.reports.last_read import just_read, name_asked_about
from handlers.reports.overlapping import overlap
from models import Account, Member, Report, ReportFile, ReportState, Term
from models.report import period_start

UNDO_WITHIN = timedelta(days=1)

NOT_ONE_S_OWN = in_group("自己的汇报请别的委员批阅。")
NOTHING_TO_REVIEW = "{name}没有待批阅的汇报{state}。发送“谁还没交思想汇报”看还差谁。"
NOTHING_TO_READ = "{name}没有交过{period}思想汇报。"
REASON_MISSING = "退回要写一句原因，{name}才知道怎么改。请直接回复原因，例如：请结合实习写具体些"
REVIEWED = "已批阅：{name}的{period}思想汇报，{verdict}。{comment}{told}{more}\n一天内发送“撤销”可收回。"
REVIEWED_IN_GROUP = in_group("已批阅 1 份。评语只告诉作者本人，以后请私聊我批阅。")
ONE_AT_A_TIME = in_group("一次只批阅一个人的汇报，请一条一条发，例如：批阅 李娜 合格")
UNREACHED = "\n对方还不是我的好友，收不到通知，请您转告。"
MORE = "\n还有 {count} 份待批阅：{periods}。"
TO_AUTHOR = "您的{period}思想汇报已批阅：{verdict}。{comment}"
TO_AUTHOR_RETURNED = "您的{period}思想汇报被退回，需要改后再交。{comment}\n改好后发送“交思想汇报”重新提交。"
COMMENT = "\n评语：{comment}"
RECALLED = "刚才对您{period}思想汇报的批阅已收回，请等重新批阅。"
UNDONE = "已收回对{name}的{period}思想汇报的批阅，现在是待批阅。"
UNDO_TOO_LATE = "批阅已经超过一天，不能收回了。要改结论请与作者说明后，请作者联系书记。"
UNDO_ANSWERED = "作者已经重新交了，这次退回不能再收回。"
SHOWN = "{name}的{period}思想汇报（{state}，{when}提交，{contents}）\n\n{text}"
HOW_TO_REVIEW = "\n\n批阅：批阅 {name} 合格 写得实在\n退回：退回 {name} 原因"
ONLY_FILES = "（没有文字，见下面的文件）"
ONLY_PAPER = "（只交了纸质版）"

ASK = "批阅 {name} {verdict}{comment}？"
WHOSE_TO_READ = in_group("看谁的汇报？请回复姓名。要看谁交了请发：谁还没交思想汇报")
WHOSE = in_group("批阅谁的汇报？请回复姓名，或者写全，例如：批阅 李娜 合格 写得实在")

_LABEL = re.compile(r"\s*(?:(?:评语|意见|批语)(?:就|给|给他|给她)?(?:写|是|为|说|[:：])?|就[写说])[:：\s]*")
_VERDICT_AGAIN = re.compile(
    r"(?:就|刚才|刚刚|那个|这个|那份|这份|给|[他她它]|算|的|是|也|合格|通过|可以|过|了|吧|的|啊|哈|\s|[，,。])++"
)
_BETWEEN_NAMES = re.compile(r"[\s、，,；;]")

ASKS = re.compile(r"[吗?？]\W{0,9}\Z")
COMMENT_SAID = re.compile(r"评语\s*(?:就写|就是|写上?|是|[：:])\s*(\S.*)\Z", re.DOTALL)
# 王静那笔怕是转错了 退回: what is given back may be no report.
OF_ANOTHER_MATTER = re.compile("[那这]笔|转错|转正|绑定|申请|党费|考察")


class Verdict(Term):
    APPROVED = "approved", "合格", "通过", "同意", "可以", "过了吧", "过吧"
    RETURNED = "returned", "退回", "不合格", "不通过", "退回去", "打回去", "打回", "重写", "退给"


@command(
    "report.review",
    "(批阅|批改|审阅|审核|评阅) [思想]汇报",
    "(批阅|批改|审阅|审核|评阅)",
    "(批阅|批改|审阅|审核|评阅){member}的[思想]汇报",
    "{verdict=退回|打回去|打回}{member}",
    "@[先]{verdict=退给}{member}",
    "@[先]{verdict=退给}(他|她)[吧]",
    "{verdict=退回|打回去|打回}{member}[的][思想]汇报",
    "{member}的[思想]汇报{verdict=合格|通过|不合格|不通过|退回|打回去|打回}",
    "@{member}的{verdict=合格|通过|不合格|不通过|退回|打回}",
    "{member}[思想]汇报{verdict=合格|通过|不合格|不通过|退回|打回去|打回}",
    "@{verdict=通过|同意}{member}[的][思想]汇报",
    "@(批|批一下|批下|审|审一下) {member}[的][思想]汇报",
    "@(给|把|将){member}[的][思想]汇报[批|判|打|评]{verdict=合格|通过|不合格|不通过|退回|打回去|打回}",
    "@{member}[的](刚|刚刚|刚才|新|重新)(交|写|提交)的[那份|汇报|思想汇报] & "
    "{verdict=合格|通过|不合格|不通过|退回|打回去|打回|过了吧|过吧}",
    "@{member}[的][思想]汇报 & {verdict=合格|通过|不合格|不通过|退回|打回去|打回}",
    "@(过了吧|过吧|给过吧|给过|可以|可以了|行|没问题|挺好|不错) {verdict=合格|通过}[吧|了]",
    "@{verdict=合格|通过|不合格|退回|打回}[吧|了] 评语(就写|写|是|就)",
    "@(给|判|算)[他|她][判|打|评|算]{verdict=合格|通过|不合格|退回|打回}[吧|了]",
    "@{verdict=合格|通过|不合格|退回|打回}吧",
    "@{verdict=退回|退回去|打回|打回去}[吧] (让他|让她|叫他|叫她|请他|请她)",
    "@(给|让|帮)(他|她|这份|这篇){verdict=过了吧|过吧}",
    "@(给|让)(他|她){verdict=通过|合格}[了|吧]",
    "@{member}的(再|重新)(批|批一下|审|审一下) {verdict=合格|通过|不合格|退回}",
    "@{member}的可以[了] [就][刚才|刚刚][那个|那份|这份][是|算]{verdict=合格|通过}",
    role=Role.COMMITTEE,
    offices=False,
    answers={COURTESY: ("合格", "通过", "不合格", "不通过", "退回", "打回")},
    help="批阅 李娜 合格 写得实在 — 批阅汇报；退回要写原因，例如：退回 王强 太短",
)
async def review(
    request: Request, verdict: Verdict, member: Name | None = None, comment: Text | None = None
) -> Reply | Instead:
    """Approve or return the earliest report of `member` that waits.

    Without a name: of whom a question of ours names, else of whoever's the sender has just read, asked first.
    """
    labelled = COMMENT_SAID.search(request.text)
    misread = (
        labelled is not None
        and member is not None
        and member in labelled[1]
        and member not in request.text[: labelled.start()]
    )
    if labelled is not None and misread:
        member, comment = None, Text(labelled[1])  # 评语就写 联系实际: no name
    named = member if member is not None else await name_asked_about(request)
    if named is None:
        return await _of_what_was_just_read(request, verdict, comment)
    author = await find_member(request.my_branch, named)
    if author.id == request.me.id:
        raise Refusal(NOT_ONE_S_OWN)
    if comment and await _begins_with_a_name(request, comment):
        raise Refusal(ONE_AT_A_TIME)
    waiting = await Report.select_for_update().filter(member_id=author.id, state=ReportState.SUBMITTED)
    if not waiting:
        raise Refusal(NOTHING_TO_REVIEW.format(name=author.name, state=await _last_state(author)))
    typed, comment = comment, _only_the_comment(comment)
    if verdict is Verdict.RETURNED and not comment:
        raise AskFor(REASON_MISSING.format(name=author.name), slot="comment")
    asks = comment is not None and ASKS.search(comment) is not None  # 合格 写得实在吗
    elsewhere = asks or OF_ANOTHER_MATTER.search(request.text) is not None
    if request.unsure or ((typed != comment or elsewhere or misread) and not request.confirmed):
        said = f" “{comment}”" if comment else ""
        raise Ask(ASK.format(name=author.name, verdict=verdict.label, comment=said))
    report, *rest = sorted(waiting, key=lambda report: period_start(report.period))
    report.state = ReportState.APPROVED if verdict is Verdict.APPROVED else ReportState.RETURNED
    report.reviewer, report.reviewed_at, report.comment = request.me, request.now, str(comment or "")
    await report.save(update_fields=["state", "reviewer_id", "reviewed_at", "comment"])
    said = COMMENT.format(comment=comment) if comment else ""
    more = MORE.format(count=len(rest), periods="、".join(label(other.period) for other in rest)) if rest else ""
    to_author = TO_AUTHOR if verdict is Verdict.APPROVED else TO_AUTHOR_RETURNED
    period = label(report.period)
    return Reply(
        group=REVIEWED_IN_GROUP,
        private=REVIEWED.format(
            name=author.name,
            period=period,
            verdict=verdict.label,
            comment=said,
            told=await _unreached(author),
            more=more,
        ),
        notices=[ToMember(author.id, to_author.format(period=period, verdict=verdict.label, comment=said))],
        record=report.id,
        subjects=[author.id],
    )


async def _of_what_was_just_read(request: Request, verdict: Verdict, comment: Text | None) -> Instead:
    author = await just_read(request)
    if author is None:
        raise AskFor(WHOSE, slot="member")
    name = Name((await calls(request.my_branch.id))[author.id])
    return Instead("report.review", {"verdict": verdict, "member": name} | ({"comment": comment} if comment else {}))


def _only_the_comment(comment: Text | None) -> Text | None:
    """Without the label before it; nothing where it only says the verdict once more: 就刚才那个合格."""
    bare = _LABEL.sub("", comment or "").strip()
    return Text(bare) if bare and not _VERDICT_AGAIN.fullmatch(bare) else None


async def _begins_with_a_name(request: Request, comment: str) -> bool:
    """Whether somebody else of the branch is named behind the author (批阅 赵磊 陈明 合格): no comment is meant so."""
    first = _BETWEEN_NAMES.split(comment.strip(), maxsplit=1)[0]
    return first in await Member.filter(branch_id=request.my_branch.id, active=True).values_list("name", flat=True)


async def _last_state(author: Member) -> str:
    """（最近一份：2026年第四季度，合格）, where there is one."""
    last = await Report.filter(member_id=author.id, claim__isnull=False).order_by("-submitted_at").first()
    return f"（最近一份：{label(last.period)}，{last.state.label}）" if last else ""


async def _unreached(author: Member) -> str:
    return "" if await Account.exists(member_id=author.id, friend=True) else UNREACHED


@undo(review)
async def unreview(request: Request, record: int) -> Reply:
    """Take a review back within a day, unless its author has acted on it."""
    report = await Report.select_for_update().get(id=record)
    author = await Member.get(id=report.member_id)
    if report.claim is None or report.reviewed_at is None:
        raise Refusal(UNDO_ANSWERED)
    if request.now - report.reviewed_at > UNDO_WITHIN:
        raise Refusal(UNDO_TOO_LATE)
    report.state, report.reviewer_id, report.reviewed_at, report.comment = ReportState.SUBMITTED, None, None, ""
    await report.save(update_fields=["state", "reviewer_id", "reviewed_at", "comment"])
    period = label(report.period)
    return Reply(
        group=in_group("已收回 1 份批阅。"),
        private=UNDONE.format(name=author.name, period=period),
        notices=[ToMember(author.id, RECALLED.format(period=period))],
        subjects=[author.id],
    )


@command(
    "report.read",
    "(<看>|读|阅读|调阅)[思想]汇报",
    "(<看>|读|阅读|调阅){member}的[思想]汇报",
    "@(<看>|读|阅读|调阅){member}[思想]汇报",
    "@{member}的[思想]汇报",
    "@{member}[的][思想]汇报 (打开|给我看|发我|看看|看一下|看下)",
    "@{member}[的|交的|写的](那份|那篇)[思想][汇报] [打开|给我|发我|发来|发给我]<看>",
    "@{member}[的](那份|那篇)[思想]汇报",
    "@{member}[都|汇报]写[的|了|得](啥|什么|什么样|怎么样|咋样|怎样)",
    "@{member}(刚|刚才|刚刚|新|重新|刚重新|后来)[交|写|发]的[那份|那篇][汇报] [打开|给我|发我|发来|发给我]"
    "(看看|看下|看一下|看一看|瞧瞧|瞅瞅)",
    "@{member}写的啥 [我]<看>[他的|她的|他|她][汇报]",
    "@[把](他|她)[的|交的|写的](那份|那篇|那个)[思想][汇报] [打开|给我|发我|发来|发给我]<看>",
    "@[打开|给我|发我|发来|发给我]<看>(他|她)[的](那份|那篇|那个)[思想][汇报]",
    "@[把](他|她)[的][思想]汇报 [打开|给我|发我|发来|发给我]<看>",
    "@(<看>|给我看)(他|她)[的][思想]汇报",
    "@(他|她)[都|汇报]写[的|了|得](啥|什么)",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="看汇报 李娜 — 私聊看成员的汇报全文和文件",
)
async def read(request: Request, member: Name | None = None, period: Period | None = None) -> Reply:
    """Text and files of a report, privately: the earliest that waits, else the latest, or that of `period`.

    Without a name: of whom the last answer was about.
    """
    author = (
        await find_member(request.my_branch, member) if member is not None else await spoken_of(request.me, request.now)
    )
    if author is None:
        raise AskFor(WHOSE_TO_READ, slot="member")
    report = await _chosen(author, period)
    if report is None:
        with concerning([author.id]):
            raise Refusal(NOTHING_TO_READ.format(name=author.name, period=label(period) if period else ""))
    files = await ReportFile.filter(report_id=report.id).order_by("position")
    text = SHOWN.format(
        name=author.name,
        period=label(report.period),
        state=report.state.label,
        when=in_brackets(report.submitted_at) if report.submitted_at else "",
        contents=await contents(report),
        text=report.text or (ONLY_FILES if files else ONLY_PAPER),
    )
    if report.comment:
        text += COMMENT.format(comment=report.comment)
    if report.state is ReportState.SUBMITTED and author.id != request.me.id:
        text += HOW_TO_REVIEW.format(name=(await calls(author.branch_id))[author.id])
    return Reply(
        private=text,
        notices=[ToMember(request.me.id, "", _named(file, author, report), urgent=True) for file in files],
        subjects=[author.id],
    )


def _named(file: ReportFile, author: Member, report: Report) -> File:
    """A page under a name that says whose it is: a chat system's own names of photos say nothing."""
    name = f"{author.name}_{report.period}_{file.position}{FORMATS[file.media_type].suffix}"
    return File(name, file.media_type, bytes(file.data))


async def _chosen(author: Member, period: Period | None) -> Report | None:
    reports = await Report.filter(member_id=author.id, claim__isnull=False)
    reports.sort(key=lambda report: (period_start(report.period), report.id))
    if period is not None:
        reports = [report for report in reports if overlap(report.period, period)]
    waiting = [report for report in reports if report.state is ReportState.SUBMITTED]
    return waiting[0] if waiting else reports[-1] if reports else None
