"""The declaration: every model that refers to a member, what of it is theirs, what goes on request and what stays.

A test walks all models: one that is forgotten here, or a reference of it, fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tortoise.expressions import Q
from tortoise.models import Model

from models import (
    Account,
    Activity,
    ActivityNote,
    ActivityState,
    Attendance,
    AuditEntry,
    BindingCode,
    BindingFailure,
    BindingRequest,
    Bulletin,
    Deed,
    Disclosure,
    DuesPayment,
    DuesShare,
    DuesStandard,
    Erasure,
    FullMembership,
    HalfYearReview,
    Handover,
    InboxMessage,
    JobRun,
    Lesson,
    LessonReading,
    Member,
    OpenMatter,
    Opinion,
    OpinionState,
    OutboxMessage,
    OutboxState,
    Phone,
    Placement,
    PrivacyNotice,
    ProbationExtension,
    PublishedNotice,
    Report,
    ReportFile,
    ReportState,
    Service,
    ServicePart,
    ServicePicture,
    Talk,
    TalkRecord,
    TalkSlot,
    TalkState,
    WebLink,
    WebSession,
    Wish,
    WishState,
)

# Why the branch keeps it.
LEDGER = "党费登记是收缴的凭证"
REPORTS = "交了的思想汇报是考察培养的材料"
LIFE = "考勤是组织生活的台账"
TALKS = "谈过话的时间是支部的台账，话题已删"
OTHERS = "是对方写的或对方的事"
SERVICES = "是公益服务的台账"
FILES = "是组织考察和管理的材料"
OFFICE = "是代表支部做的"
TRAIL = "操作记录不能改，到期才删"
ROSTER = "名册由党组织管理，离开支部时按规定处理"

ALL = Q()


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that cannot be without the one they belong to."""

    model: type[Model]
    field: str


@dataclass(frozen=True, slots=True)
class Age:
    """From when on a row is too old: `moment` lies longer ago than the setting `limit` of the section `retention`
    (…_months or …_days); only of those that are `over`. It is removed, or where something is `emptied`, only that, and
    `emptied_at` says when."""

    limit: str
    moment: str
    over: Q = field(default_factory=Q)
    emptied: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One model. `of`: the lookups to the member whose record it is, `contact`: the column with their account's.

    `by`: references to members who acted on it by virtue of an office; no record of theirs. `erased`: which rows go
    where the member asks for it, None for none; with `erased_of` only those that refer to the member so. `blanked`:
    their texts emptied in rows that stay; `why`: why they stay. `parts` and rows that refer to it (`loose`) are seen to
    before a row is removed. `held`: what belongs to another kind's row; it goes with that. `ageless`: why it
    has no age of its own. `agreed`: the column that names a version which the member agreed to. `hidden`: columns that
    no copy shows, `hidden_of_another` those that it leaves out where the first of `of` is somebody else.

    `standing`: the rows that hold, unlike drafts and what was taken back; those others are told to nobody but their
    `author` (a lookup), or to nobody where that is empty. `handed_over`: another branch that looks after the member is
    told the rows that hold, but for the columns `kept_here`.
    """

    model: type[Model]
    label: str
    of: tuple[str, ...] = ()
    contact: str = ""
    by: tuple[str, ...] = ()
    erased: Q | None = None
    erased_of: tuple[str, ...] = ()
    blanked: tuple[str, ...] = ()
    why: str = ""
    parts: tuple[Part, ...] = ()
    loose: tuple[Part, ...] = ()
    age: Age | None = None
    ageless: str = ""
    agreed: str = ""
    held: bool = False
    hidden: tuple[str, ...] = ()
    standing: Q = field(default_factory=Q)
    author: str = ""
    handed_over: bool = False
    kept_here: tuple[str, ...] = ()
    hidden_of_another: tuple[str, ...] = ()

    @property
    def erasable_of(self) -> tuple[str, ...]:
        return self.erased_of or self.of


UNTOLD = Q(state__in=[ReportState.DRAFT, ReportState.WITHDRAWN])
NOT_AHEAD = ~Q(state=TalkState.BOOKED)

NOT_VOIDED = Q(voided_at=None)
# Once handed in, and neither taken back nor replaced since.
HANDED_IN = Q(claim__isnull=False)
# Who took their answer back has a row without one.
ANSWERED = Q(signed_up_at__isnull=False) | Q(signed_in_at__isnull=False) | Q(leave_at__isnull=False)

SETTLED = Q(state__in=[OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN])

KINDS: tuple[Kind, ...] = (
    Kind(Member, "名册", of=("id",), why=ROSTER, handed_over=True, ageless="离开以后按 roster_months 去掉"),
    Kind(Phone, "手机号", of=("member_id",), erased=ALL, ageless="离开支部、名册里去掉就删"),
    Kind(
        DuesPayment,
        "党费",
        handed_over=True,
        of=("member_id", "payer_id"),
        by=("confirmer_id",),
        why=LEDGER,
        parts=(Part(DuesShare, "payment_id"),),
        loose=(Part(DuesPayment, "replaces_id"),),
        age=Age("dues_months", "declared_at"),
        standing=NOT_VOIDED,
        author="payer_id",
        hidden_of_another=("amount", "extra"),  # whom somebody handed it in for: the standard is theirs
    ),
    Kind(
        DuesShare,
        "党费的月份",
        of=("payment__member_id",),
        why=LEDGER,
        held=True,
        handed_over=True,
        standing=Q(payment__voided_at=None),
        author="payment__payer_id",
    ),
    Kind(
        DuesStandard,
        "党费标准",
        of=("member_id",),
        by=("set_by_id",),
        why=LEDGER,
        age=Age("dues_months", "set_at"),
        handed_over=True,
    ),
    Kind(
        Report,
        "思想汇报",
        handed_over=True,
        of=("member_id",),
        by=("reviewer_id",),
        erased=UNTOLD,
        why=REPORTS,
        parts=(Part(ReportFile, "report_id"),),
        age=Age("reports_months", "started_at"),
        standing=HANDED_IN,
        author="member_id",
    ),
    Kind(
        ReportFile,
        "思想汇报的文件",
        of=("report__member_id",),
        why=REPORTS,
        held=True,
        handed_over=True,
        standing=Q(report__claim__isnull=False),
        author="report__member_id",
    ),
    Kind(
        Talk,
        "谈心谈话",
        of=("member_id", "host_id"),
        erased_of=("member_id",),
        blanked=("topic",),
        why=TALKS,
        parts=(Part(TalkRecord, "talk_id"),),
        age=Age("talks_months", "start", NOT_AHEAD),
        standing=~Q(state=TalkState.CANCELLED),
        author="member_id",  # who booked it, with the topic
    ),
    Kind(
        TalkRecord,
        "谈心记录",
        of=("author_id", "talk__member_id", "talk__host_id"),
        erased=ALL,
        erased_of=("author_id",),
        why=OTHERS,
        held=True,
        standing=NOT_VOIDED,
        author="author_id",
    ),
    Kind(
        TalkSlot,
        "开放的谈心时段",
        of=("host_id",),
        why=OFFICE,
        loose=(Part(Talk, "slot_id"),),
        age=Age("talks_months", "end"),
    ),
    Kind(
        Activity,
        "发起的组织生活",
        of=("organiser_id",),
        why=OFFICE,
        parts=(Part(Attendance, "activity_id"), Part(ActivityNote, "activity_id")),
        age=Age("activities_months", "start"),
    ),
    Kind(
        Attendance,
        "参加组织生活",
        of=("member_id",),
        blanked=("leave_reason",),
        why=LIFE,
        held=True,
        handed_over=True,
        standing=ANSWERED & ~Q(activity__state=ActivityState.CANCELLED),
        author="member_id",
        kept_here=("leave_reason",),  # for their own committee alone
    ),
    Kind(
        ActivityNote,
        "发言和心得",
        of=("member_id",),
        erased=ALL,
        held=True,
        standing=NOT_VOIDED,
        author="member_id",
    ),
    Kind(
        Service,
        "发起的公益",
        of=("organiser_id",),
        why=OFFICE,
        parts=(Part(ServicePart, "service_id"), Part(ServicePicture, "service_id")),
        age=Age("services_months", "start"),
    ),
    Kind(
        ServicePart,
        "参加公益",
        of=("member_id",),
        why=SERVICES,
        held=True,
        handed_over=True,
        standing=Q(left_at=None, service__cancelled_at=None),
        author="member_id",
    ),
    Kind(
        Placement,
        "去向",
        of=("member_id",),
        erased=ALL,
        loose=(Part(Placement, "replaces_id"),),
        age=Age("placements_months", "confirmed_at", Q(claim=None)),
        standing=NOT_VOIDED,
        author="member_id",
    ),
    Kind(
        Opinion,
        "意见",
        of=("author_id",),
        by=("answerer_id",),
        erased=ALL,
        age=Age("opinions_months", "given_on"),
        standing=~Q(state=OpinionState.WITHDRAWN),
        author="author_id",
    ),
    Kind(
        Wish,
        "微心愿",
        of=("author_id", "holder_id"),
        by=("remover_id",),
        erased=ALL,
        erased_of=("author_id",),
        why=OTHERS,
        age=Age("wishes_months", "posted_at"),
        standing=~Q(state=WishState.REMOVED),  # and why it was taken down is told to its author alone
        author="author_id",
    ),
    Kind(LessonReading, "学过的微课", of=("member_id",), erased=ALL, age=Age("readings_months", "read_at")),
    Kind(
        HalfYearReview,
        "半年考察",
        of=("member_id",),
        by=("reviewer_id",),
        why=FILES,
        age=Age("membership_months", "reviewed_at"),
        handed_over=True,
        standing=NOT_VOIDED,
    ),
    Kind(
        FullMembership,
        "转正",
        of=("member_id",),
        by=("recorded_by_id",),
        why=FILES,
        age=Age("membership_months", "recorded_at"),
        handed_over=True,
        standing=NOT_VOIDED,
    ),
    Kind(
        ProbationExtension,
        "延长预备期",
        of=("member_id",),
        by=("recorded_by_id",),
        why=FILES,
        age=Age("membership_months", "recorded_at"),
        handed_over=True,
        standing=NOT_VOIDED,
    ),
    # Who is still away has a claim: the return needs the row.
    Kind(
        Handover,
        "转出转回",
        of=("member_id",),
        by=("recorded_by_id",),
        why=FILES,
        age=Age("membership_months", "recorded_at", Q(claim=None)),
        handed_over=True,
        standing=NOT_VOIDED,
    ),
    Kind(Lesson, "发布的微课", of=("author_id",), why=OFFICE, ageless="一直可以学"),
    Kind(Bulletin, "发布的资讯", of=("author_id",), why=OFFICE, age=Age("publications_months", "created_at")),
    Kind(PublishedNotice, "发的通知", of=("author_id",), why=OFFICE, age=Age("publications_months", "published_at")),
    Kind(Disclosure, "公开的党务", of=("publisher_id",), why=OFFICE, age=Age("publications_months", "published_at")),
    Kind(BindingCode, "绑定码", of=("member_id",), erased=ALL, age=Age("bindings_days", "expires_at")),
    Kind(
        BindingRequest,
        "绑定申请",
        of=("member_id", "account__member_id"),
        erased=ALL,
        age=Age("bindings_days", "asked_at"),
    ),
    Kind(Deed, "可撤销的登记", of=("member_id",), erased=ALL, age=Age("messages_days", "done_at")),
    Kind(OpenMatter, "等您回答的", contact="contact", erased=ALL, age=Age("messages_days", "closes_at")),
    Kind(
        OutboxMessage,
        "发给您的消息",
        contact="contact",
        # A notice that waits is not sent any more; the answer to the very message that asks for it is.
        erased=Q(state=OutboxState.SENT) | Q(state=OutboxState.PENDING, member_id__isnull=False),
        why="还没发完",
        hidden=("text", "file_name", "member_id"),  # what a secretary was told is about others, a table of them perhaps
        age=Age("messages_days", "created_at", SETTLED & Q(key=None)),
    ),
    # The number stays, so that what is delivered again is known.
    Kind(
        InboxMessage,
        "收到的消息的编号",
        contact="sender",
        blanked=("conversation", "sender"),
        age=Age("inbox_days", "received_at"),
    ),
    Kind(BindingFailure, "绑定试错", contact="contact", erased=ALL, age=Age("bindings_days", "at")),
    # Those that are over are forgotten by a job of their own within a day.
    Kind(WebLink, "网页的链接", of=("member_id",), erased=ALL, held=True),
    Kind(WebSession, "打开过的网页", of=("member_id",), erased=ALL, held=True),
    Kind(
        Account,
        "绑定的账号",
        of=("member_id",),
        erased=ALL,
        ageless="没有绑定谁、申请也到期了就删",
        parts=(Part(BindingRequest, "account_id"), Part(WebLink, "account_id"), Part(WebSession, "account_id")),
    ),
    # Of who left it says that they were seen to: it goes with their row of the roster.
    Kind(Erasure, "删除过的信息", of=("member_id",), why=TRAIL, age=Age("audit_months", "erased_at", Q(claim=None))),
    Kind(AuditEntry, "操作记录", of=("member_id",), why=TRAIL, ageless="从最早的一行开始按 audit_months 清理"),
    Kind(PrivacyNotice, "同意的个人信息告知", agreed="version", ageless="是告知的原文，没有谁的信息；证明同意的是什么"),
)

# Beside what is a member's.
OF_THE_MACHINE = (
    Kind(JobRun, "做过的定时任务", age=Age("jobs_days", "done_at")),
    # The row stays: its key is what keeps a reminder from being sent again.
    Kind(
        OutboxMessage,
        "发过的提醒的内容",
        age=Age(
            "messages_days",
            "created_at",
            SETTLED & Q(key__isnull=False, emptied_at=None),
            emptied=(("text", ""), ("file_data", None), ("card", None)),
        ),
    ),
)
