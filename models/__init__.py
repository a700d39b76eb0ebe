"""One file per record: its fields, the rules that always hold, its queries."""

from models.account import Account, BindingCode, BindingFailure, BindingRequest
from models.activity import Activity, ActivityKind, ActivityNote, ActivityState, Attendance
from models.audit import AuditAnchor, AuditEntry, AuditHead
from models.binding_key import BindingKey
from models.branch import Branch, BranchKind, Level
from models.bulletin import Bulletin, BulletinSection, BulletinSubscription
from models.deed import Deed
from models.disclosure import Disclosure, DisclosureKind
from models.dues import DuesPayment, DuesShare, DuesStandard, PaymentState
from models.erasure import Erasure
from models.full_membership import FullMembership
from models.half_year_review import HalfYearReview
from models.handover import Handover
from models.inbox import InboxMessage
from models.job_run import JobRun
from models.lesson import Lesson, LessonPicture, LessonReading, LessonSection, Section
from models.matter import MatterKind, OpenMatter
from models.member import Category, Member, Post
from models.notice import PublishedNotice
from models.opinion import Opinion, OpinionState
from models.outbox import OutboxMessage, OutboxState, Urgency
from models.phone import Phone
from models.placement import Placement
from models.presence import Presence
from models.privacy_notice import PrivacyNotice
from models.probation_extension import ProbationExtension
from models.report import Report, ReportFile, ReportState
from models.restriction import Restriction
from models.room import Room
from models.sealed_column import SealedColumn
from models.service import Service, ServiceKind, ServicePart, ServicePicture
from models.talk import Talk, TalkRecord, TalkSlot, TalkState
from models.terms import Term
from models.web_session import Ending, WebLink, WebSession
from models.wish import Wish, WishState

__all__ = [
    "Account",
    "Activity",
    "ActivityKind",
    "ActivityNote",
    "ActivityState",
    "Attendance",
    "AuditAnchor",
    "AuditEntry",
    "AuditHead",
    "BindingCode",
    "BindingFailure",
    "BindingKey",
    "BindingRequest",
    "Branch",
    "BranchKind",
    "Bulletin",
    "BulletinSection",
    "BulletinSubscription",
    "Category",
    "Deed",
    "Disclosure",
    "DisclosureKind",
    "DuesPayment",
    "DuesShare",
    "DuesStandard",
    "Ending",
    "Erasure",
    "FullMembership",
    "HalfYearReview",
    "Handover",
    "InboxMessage",
    "JobRun",
    "Lesson",
    "LessonPicture",
    "LessonReading",
    "LessonSection",
    "Level",
    "MatterKind",
    "Member",
    "OpenMatter",
    "Opinion",
    "OpinionState",
    "OutboxMessage",
    "OutboxState",
    "PaymentState",
    "Phone",
    "Placement",
    "Post",
    "Presence",
    "PrivacyNotice",
    "ProbationExtension",
    "PublishedNotice",
    "Report",
    "ReportFile",
    "ReportState",
    "Restriction",
    "Room",
    "SealedColumn",
    "Section",
    "Service",
    "ServiceKind",
    "ServicePart",
    "ServicePicture",
    "Talk",
    "TalkRecord",
    "TalkSlot",
    "TalkState",
    "Term",
    "Urgency",
    "WebLink",
    "WebSession",
    "Wish",
    "WishState",
]
