"""One file per record: its fields, the rules that always hold, its queries."""

from models.account import Account, BindingCode, BindingFailure, BindingRequest
from models.activity import Activity, ActivityKind, ActivityNote, ActivityState, Attendance
from models.audit import AuditEntry
from models.branch import Branch, BranchKind, Level
from models.deed import Deed
from models.dues import DuesPayment, DuesShare, DuesStandard, PaymentState
from models.inbox import InboxMessage
from models.job_run import JobRun
from models.matter import MatterKind, OpenMatter
from models.member import Category, Member, Post
from models.outbox import OutboxMessage, OutboxState, Urgency
from models.presence import Presence
from models.report import Report, ReportFile, ReportState
from models.restriction import Restriction
from models.room import Room
from models.talk import Talk, TalkRecord, TalkSlot, TalkState
from models.terms import Term

__all__ = [
    "Account",
    "Activity",
    "ActivityKind",
    "ActivityNote",
    "ActivityState",
    "Attendance",
    "AuditEntry",
    "BindingCode",
    "BindingFailure",
    "BindingRequest",
    "Branch",
    "BranchKind",
    "Category",
    "Deed",
    "DuesPayment",
    "DuesShare",
    "DuesStandard",
    "InboxMessage",
    "JobRun",
    "Level",
    "MatterKind",
    "Member",
    "OpenMatter",
    "OutboxMessage",
    "OutboxState",
    "PaymentState",
    "Post",
    "Presence",
    "Report",
    "ReportFile",
    "ReportState",
    "Restriction",
    "Room",
    "Talk",
    "TalkRecord",
    "TalkSlot",
    "TalkState",
    "Term",
    "Urgency",
]
