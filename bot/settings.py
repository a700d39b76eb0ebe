"""config.yaml and the environment become frozen settings; every fault is named with its key path, all at once.

Any key can be overridden by an environment variable: ``HONGYAN_`` and the path
with ``__`` between its parts (``HONGYAN_CHANNEL__PUPPET=service``). Secrets come
from the environment only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsError

from bot.understanding.values import SHANGHAI, Month
from models import ActivityKind, BulletinSection, Category, LessonSection, Term

PREFIX = "HONGYAN_"  # of the environment variables that override a setting


CHANNEL_NAME = r"^[a-z0-9_-]{1,40}$"


class ConfigurationError(Exception):
    """One line per fault, each with what to do about it."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


TermOf = TypeVar("TermOf", bound=Term)


def _words(term: type[TermOf]) -> Callable[[object], TermOf]:
    """A reader of the Chinese words of `term` that names them where it meets another."""

    def read(word: object) -> TermOf:
        try:
            return term(word) if isinstance(word, term) else term.of(str(word))
        except ValueError:
            raise ValueError(f"没有“{word}”，可以是：{'、'.join(known.label for known in term)}") from None

    return read


CategoryWord = Annotated[Category, BeforeValidator(_words(Category))]
SectionWord = Annotated[BulletinSection, BeforeValidator(_words(BulletinSection))]
ActivityWord = Annotated[ActivityKind, BeforeValidator(_words(ActivityKind))]


class BotSettings(Section):
    name: str = Field("鸿雁", min_length=1, max_length=20)


class DatabaseSettings(Section):
    url: str = "sqlite://data/hongyan.sqlite3"


ChannelName = Annotated[str, Field(pattern=CHANNEL_NAME)]


class ChannelSettings(Section):
    puppet: Literal["sandbox", "service", "none"] = "sandbox"
    name: ChannelName = "wechaty"
    accept_friends: bool = True
    cards: bool = True


class WeComSettings(Section):
    enabled: bool = False
    name: ChannelName = "wecom"
    bot_id: str = ""
    url: str = Field("", pattern=r"^(wss?://\S+)?$")
    ca_file: Path | None = None


class WeComWebhookSettings(Section):
    enabled: bool = False
    name: ChannelName = "wecom_webhook"
    rooms: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")]] = {}  # a branch → an environment variable
    url: str = Field("https://qyapi.weixin.qq.com/cgi-bin/webhook", pattern=r"^https?://\S+$")


class OneBotSettings(Section):
    enabled: bool = False
    name: ChannelName = "onebot"
    url: str = Field("ws://127.0.0.1:3001", pattern=r"^wss?://\S+$")
    accept_friends: bool = True


class SmsSettings(Section):
    enabled: bool = False
    name: ChannelName = "sms"
    url: str = ""
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = {"Content-Type": "application/json"}
    body: str = '{"phone": "{phone}", "text": "{text}", "key": "{secret}"}'
    success_field: str = ""
    success_value: str = ""
    # Nothing of what it is about: an SMS is read by whoever picks the phone up.
    text: str = Field("您有一条支部通知，请打开群聊查看，或联系支部书记。", min_length=1, max_length=70)
    per_day: int = Field(500, ge=1)


NO_PUBLIC_URL = "应是 https:// 开头的网址，例如 https://hongyan.example.edu.cn"


def _public_url(value: str) -> str:
    """An origin: cookies belong to a whole host, and none of what they protect may travel in the clear."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(NO_PUBLIC_URL) from None
    schemes = ("http", "https") if host in ("127.0.0.1", "::1", "localhost") else ("https",)
    if value and (parts.scheme not in schemes or not host):
        raise ValueError(NO_PUBLIC_URL)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("只写到主机名（和端口），后面不要带路径")
    return value.rstrip("/").lower()


class WebSettings(Section):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    public_url: Annotated[str, AfterValidator(_public_url)] = ""  # where members reach their pages; "" for nowhere
    proxies: tuple[IPvAnyNetwork, ...] = (ip_network("127.0.0.1"), ip_network("::1"))  # whose X-Forwarded-For counts
    link_minutes: int = Field(10, ge=1, le=10)
    links_per_hour: int = Field(5, ge=1, le=60)
    idle_minutes: int = Field(30, ge=1, le=240)
    session_hours: int = Field(8, ge=1, le=24)

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    def link(self, secret: str) -> str:
        """The address that opens a member's pages once."""
        return f"{self.public_url}/my/enter/{secret}"


class SandboxSettings(Section):
    roster: Path = Path("sandbox/roster.csv")
    scene: Path = Path("sandbox/scene.yaml")
    lessons: Path = Path("sandbox/lessons")
    bulletins: Path = Path("sandbox/bulletins")
    group: str = "智能制造流动党支部"
    newcomers: tuple[str, ...] = ("吴昊",)


def _time_of_day(value: object) -> object:
    """YAML reads a bare 9:00 as the number 540, which would be nine minutes past midnight."""
    if isinstance(value, int | float):
        raise PydanticCustomError("time_type", "not a time")
    return value


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]


def _fen(value: object) -> object:
    """Who writes 0.2 means yuan."""
    if isinstance(value, float) or (isinstance(value, str) and not value.strip().isdecimal()):
        raise PydanticCustomError("fen", "not fen")
    return value


Fen = Annotated[int, BeforeValidator(_fen)]


class QuietHours(Section):
    start: TimeOfDay = time(22, 0)
    end: TimeOfDay = time(8, 0)

    def __contains__(self, at: time) -> bool:
        """Whether a time of day falls into them."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def after(self, moment: datetime) -> datetime:
        """`moment`, or the end of the quiet hours it falls into."""
        local = moment.astimezone(SHANGHAI)
        if local.time() not in self:
            return moment
        end = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return end if end > local else end + timedelta(days=1)


class ReminderTime(Section):
    day: int = Field(25, ge=1, le=31)
    at: TimeOfDay = time(9, 0)

    def moment(self, month: Month) -> datetime:
        """When the month's reminder is due; day 31 means the last day of a shorter month."""
        last = (month + 1).first_day.toordinal() - month.first_day.toordinal()
        day = month.first_day.replace(day=min(self.day, last))
        return datetime.combine(day, self.at, SHANGHAI)


class ReminderSettings(ReminderTime):
    again_days: int = Field(3, ge=0, le=15)
    catch_up_days: int = Field(7, ge=0, le=60)
    silent_days: int = Field(92, ge=30, le=183)  # three months at most, whichever they are
    placement_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (3, 6, 9, 12)
    quiet_hours: QuietHours = QuietHours()
    branches: dict[str, ReminderTime] = {}

    def of(self, branch: str) -> ReminderTime:
        """The branch's own day and time, else the common one."""
        return self.branches.get(branch, self)

    def first(self, branch: str, month: Month) -> datetime:
        """When the branch's reminder of the month is due."""
        return self.of(branch).moment(month)

    def placements(self, branch: str, month: Month) -> datetime | None:
        """When those are asked who have not said where they are, with the month's reminder; None for not this month."""
        return self.first(branch, month) if month.month in self.placement_months else None

    def again(self, branch: str, month: Month) -> datetime | None:
        """When to look once more for what is still open: `again_days` later, but in the same month; None for never."""
        first = self.first(branch, month)
        last = datetime.combine((month + 1).first_day, first.timetz()) - timedelta(days=1)
        second = min(first + timedelta(days=self.again_days), last)
        return second if second > first else None


class SummarySettings(Section):
    enabled: bool = True
    day: int = Field(1, ge=1, le=28)
    at: TimeOfDay = time(9, 0)

    def due(self, now: datetime) -> datetime | None:
        """When the last summary of a month that was over was due; None for never."""
        if not self.enabled:
            return None
        local = now.astimezone(SHANGHAI)
        this = datetime.combine(local.date().replace(day=self.day), self.at, SHANGHAI)
        before = local.date().replace(day=1) - timedelta(days=1)
        return this if this <= local else datetime.combine(before.replace(day=self.day), self.at, SHANGHAI)


class ReportSettings(Section):
    periods: dict[CategoryWord, Literal["month", "quarter", "four_months"]] = dict.fromkeys(Category, "quarter")
    min_length: int = Field(20, ge=1)
    max_length: int = Field(20_000, ge=100)
    max_files: int = Field(20, ge=1, le=100)
    draft_hours: int = Field(24, ge=1, le=240)
    grace_days: int = Field(10, ge=0, le=31)  # how long into a period a report still counts for the one before

    def period_kind(self, category: Category) -> str:
        """month, quarter or four_months; a category that is not named owes no reports."""
        return self.periods.get(category, "")


class DuesSettings(Section):
    standards: dict[CategoryWord, Annotated[Fen, Field(ge=0, le=1_000_000)]] = {
        Category.FULL: 20,
        Category.PROBATIONARY: 20,
    }  # fen a month
    prepay_months: int = Field(6, ge=0, le=24)
    arrears_months: int = Field(6, ge=1, le=24)
    warn_from_month: int = Field(3, ge=1, le=6)
    large_gift: Fen = Field(100_000, ge=1)

    def standard(self, category: Category) -> int:
        """Fen a month for a category; 0 where none is owed."""
        return self.standards.get(category, 0)


class TalkSettings(Section):
    default_minutes: int = Field(30, ge=5, le=240)
    record_window_days: int = Field(30, ge=1, le=365)
    remind_at: TimeOfDay = time(19, 0)  # the evening before


class LifeSettings(Section):
    sign_in_before_minutes: int = Field(30, ge=0, le=1440)  # signing in opens so long before the start
    sign_in_after_minutes: int = Field(180, ge=5, le=1440)  # and ends so long after it
    remind_evening: TimeOfDay = time(19, 0)  # when the group is reminded the day before
    remind_before_minutes: int = Field(60, ge=5, le=720)  # and again so long before the start
    yearly: dict[ActivityWord, Annotated[int, Field(ge=0, le=60)]] = {
        ActivityKind.GENERAL_MEETING: 4,
        ActivityKind.COMMITTEE_MEETING: 12,
        ActivityKind.GROUP_MEETING: 12,
        ActivityKind.PARTY_DAY: 12,
        ActivityKind.REVIEW_MEETING: 1,
        ActivityKind.APPRAISAL: 1,
        ActivityKind.LECTURE: 4,
    }


def latest(now: datetime, at: time, weekday: int | None = None) -> datetime:
    """The last time not after `now` that it was `at` (Shanghai's) on that `weekday`, 1 for Monday; None: on any day."""
    local = now.astimezone(SHANGHAI)
    moment = datetime.combine(local.date(), at, SHANGHAI)
    if weekday is not None:
        moment -= timedelta(days=(moment.isoweekday() - weekday) % 7)
    return moment if moment <= local else moment - timedelta(days=1 if weekday is None else 7)


class LessonSettings(Section):
    sections: tuple[Annotated[str, Field(min_length=2, max_length=20, pattern=r"^\S+$")], ...] = ()  # beside the five
    weekly: bool = True
    weekday: int = Field(5, ge=1, le=7)
    at: TimeOfDay = time(18, 30)
    weekly_most: int = Field(3, ge=1, le=10)
    picture_hours: int = Field(2, ge=1, le=48)  # so long after a lesson was published its pictures can be sent
    page: str = Field("", max_length=200, pattern=r"^(https?://\S+)?$")  # where members reach the page of lessons

    @property
    def all_sections(self) -> tuple[str, ...]:
        """The five and the configured ones, by name."""
        return (*(section.label for section in LessonSection), *self.sections)

    def page_of(self, lesson: int) -> str:
        """The address of a lesson's page; "" where members reach none."""
        return f"{self.page.rstrip('/')}/lessons/{lesson}" if self.page else ""

    def selection(self, now: datetime) -> datetime | None:
        """When the last weekly selection was due; None for never."""
        return latest(now, self.at, self.weekday) if self.weekly else None


class FeedSettings(Section):
    source: str = Field(min_length=1, max_length=500)  # an address of RSS or Atom, or a folder
    section: SectionWord


class BulletinSettings(Section):
    subscribed: tuple[SectionWord, ...] = tuple(BulletinSection)  # by branches that have not decided
    digest: Literal["daily", "weekly", "off"] = "daily"
    weekday: int = Field(5, ge=1, le=7)
    at: TimeOfDay = time(18, 0)
    most: int = Field(5, ge=1, le=10)
    feeds: tuple[FeedSettings, ...] = ()
    fetch_minutes: int = Field(60, ge=5, le=1440)
    fresh_days: int = Field(7, ge=1, le=60)  # older entries of a feed are left out

    def due(self, now: datetime) -> datetime | None:
        """When the last digest was due; None for never."""
        if self.digest == "off":
            return None
        return latest(now, self.at, self.weekday if self.digest == "weekly" else None)


class WishSettings(Section):
    bring_up_days: int = Field(7, ge=0, le=90)  # after so long a wish nobody claimed is brought up once; 0 for never


class ServiceSettings(Section):
    count_hours: bool = True
    max_pictures: int = Field(9, ge=1, le=50)
    picture_hours: int = Field(2, ge=1, le=48)  # so long after a result was written its pictures can be sent


class OpinionSettings(Section):
    answer_days: int = Field(15, ge=1, le=90)


class AnonymitySettings(Section):
    key_file: Path = Path("data/anonymity.key")


class EncryptionSettings(Section):
    key_file: Path = Path("data/keys")


class AuditSettings(Section):
    key_file: Path = Path("data/audit.key")
    at: TimeOfDay = time(3, 30)  # when each day's anchor is signed

    def anchored(self, now: datetime) -> datetime:
        """When the last anchor was due."""
        return latest(now, self.at)


class PrivacySettings(Section):
    consent: bool = True
    version: str = Field("2026-11", min_length=1, max_length=40)
    notice: str = Field(
        "为了办支部的事，我要登记您的姓名、学号、支部、绑定的账号，和您发来的党费、汇报、谈心、活动、去向等内容。"
        "只给您本人和有责任的支部、学院、学校组织看，到期删除，不看聊天，不记身份证号和位置。"
        "随时可以发送“导出我的信息”“删除我的信息”。",
        min_length=10,
        max_length=500,
    )
    offline: str = Field("不用机器人也可以：请直接找支部书记当面办理，不影响您的权利。", min_length=1, max_length=200)
    exports_per_day: int = Field(3, ge=1, le=100)
    export_megabytes: int = Field(20, ge=1, le=100)  # of files in one copy of what is kept of a member

    @property
    def export_bytes(self) -> int:
        return self.export_megabytes * 1024 * 1024


class RetentionSettings(Section):
    """How long each class of records is kept; 0 for ever."""

    reports_months: int = Field(60, ge=0, le=600)
    talks_months: int = Field(36, ge=0, le=600)
    dues_months: int = Field(120, ge=0, le=600)
    activities_months: int = Field(60, ge=0, le=600)
    services_months: int = Field(60, ge=0, le=600)
    placements_months: int = Field(36, ge=0, le=600)
    opinions_months: int = Field(36, ge=0, le=600)
    wishes_months: int = Field(24, ge=0, le=600)
    publications_months: int = Field(60, ge=0, le=600)
    readings_months: int = Field(36, ge=0, le=600)
    membership_months: int = Field(120, ge=0, le=600)
    roster_months: int = Field(120, ge=0, le=600)  # of who has left
    audit_months: int = Field(36, ge=0, le=600)
    left_days: int = Field(30, ge=1, le=3650)  # after 转出; who is off the roster is seen to at once
    messages_days: int = Field(30, ge=0, le=3650)
    inbox_days: int = Field(90, ge=0, le=3650)
    bindings_days: int = Field(60, ge=0, le=3650)
    jobs_days: int = Field(400, ge=0, le=3650)

    def swept(self, now: datetime) -> datetime:
        """When what is too old was last to be looked for: each full hour."""
        return now.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


class PlacementSettings(Section):
    at: TimeOfDay = time(10, 0)
    ask_days: int = Field(10, ge=0, le=60)  # before the end of a placement's last month
    again_days: int = Field(5, ge=1, le=60)  # after it

    def asked(self, now: datetime) -> datetime:
        """When those whose placement ends were last looked for."""
        return latest(now, self.at)


class MembershipSettings(Section):
    at: TimeOfDay = time(9, 0)
    anniversaries: bool = True  # of the admission to the Party
    probation_days: tuple[Annotated[int, Field(ge=1, le=180)], ...] = (30, 7)  # before the end of the probation
    review_days: int = Field(30, ge=0, le=180)  # before the end of a half-year

    def daily(self, now: datetime) -> datetime:
        """When the day's anniversaries and ends of probation were last looked for."""
        return latest(now, self.at)


class FestivalDay(Section):
    day: str = Field(pattern=r"^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")  # 10-01 each year, 2027-02-06 once
    text: str = Field(min_length=1, max_length=500)


class FestivalSettings(Section):
    enabled: bool = False
    at: TimeOfDay = time(9, 0)
    days: tuple[FestivalDay, ...] = (
        FestivalDay(day="07-01", text="今天是党的生日，祝各位同志节日快乐！"),
        FestivalDay(day="10-01", text="今天是国庆节，祝祖国繁荣昌盛，祝各位同志节日快乐！"),
    )

    def daily(self, now: datetime) -> datetime | None:
        """When the day's greetings were last due; None for never."""
        return latest(now, self.at) if self.enabled else None


class BindingSettings(Section):
    code_days: int = Field(30, ge=1, le=365)
    hold_days: int = Field(3, ge=0, le=30)  # so long an account that is not a member's first reads no secret of theirs
    attempts_per_hour: int = Field(5, ge=1, le=100)
    wrong_codes_per_hour: int = Field(300, ge=10, le=10_000)  # of all accounts together

    @property
    def hold(self) -> timedelta:
        return timedelta(days=self.hold_days)


class OutboxSettings(Section):
    conversation_seconds: float = Field(1.0, ge=0)
    account_seconds: float = Field(3.0, ge=0)
    per_minute: int = Field(20, ge=1)
    per_day: int = Field(1500, ge=1)
    answered_per_hour: int = Field(120, ge=10)  # messages of one contact
    strangers_per_hour: int = Field(30, ge=10)  # of one who is bound to nobody
    pause_minutes: int = Field(30, ge=1, le=1440)
    jitter: float = Field(0.3, ge=0, le=1)
    max_characters: int = Field(2000, ge=100)
    max_bytes: int = Field(2048, ge=200)


class PresenceSettings(Section):
    away_seconds: int = Field(60, ge=10)


class FileSettings(Section):
    max_megabytes: int = Field(10, ge=1, le=100)

    @property
    def max_bytes(self) -> int:
        return self.max_megabytes * 1024 * 1024


class Settings(BaseSettings):
    """Everything an operator can decide. Frozen; made by `load`."""

    model_config = ConfigDict(frozen=True, extra="forbid")  # type: ignore[assignment]

    bot: BotSettings = BotSettings()
    database: DatabaseSettings = DatabaseSettings()
    channel: ChannelSettings = ChannelSettings()
    wecom: WeComSettings = WeComSettings()
    wecom_webhook: WeComWebhookSettings = WeComWebhookSettings()
    onebot: OneBotSettings = OneBotSettings()
    sms: SmsSettings = SmsSettings()
    channels_of: dict[str, tuple[ChannelName, ...]] = {}  # a branch → the names of its channels, the preferred first
    web: WebSettings = WebSettings()
    sandbox: SandboxSettings = SandboxSettings()
    binding: BindingSettings = BindingSettings()
    reminders: ReminderSettings = ReminderSettings()
    summary: SummarySettings = SummarySettings()
    reports: ReportSettings = ReportSettings()
    dues: DuesSettings = DuesSettings()
    talks: TalkSettings = TalkSettings()
    life: LifeSettings = LifeSettings()
    placement: PlacementSettings = PlacementSettings()
    membership: MembershipSettings = MembershipSettings()
    festivals: FestivalSettings = FestivalSettings()
    lessons: LessonSettings = LessonSettings()
    bulletins: BulletinSettings = BulletinSettings()
    wishes: WishSettings = WishSettings()
    services: ServiceSettings = ServiceSettings()
    opinions: OpinionSettings = OpinionSettings()
    anonymity: AnonymitySettings = AnonymitySettings()
    encryption: EncryptionSettings = EncryptionSettings()
    privacy: PrivacySettings = PrivacySettings()
    retention: RetentionSettings = RetentionSettings()
    audit: AuditSettings = AuditSettings()
    outbox: OutboxSettings = OutboxSettings()
    presence: PresenceSettings = PresenceSettings()
    files: FileSettings = FileSettings()
    service_token: SecretStr = SecretStr("")
    service_endpoint: str = ""
    wecom_secret: SecretStr = SecretStr("")
    webhook_keys: dict[str, SecretStr] = {}  # a branch → the key of its group's robot
    onebot_token: SecretStr = SecretStr("")
    sms_secret: SecretStr = SecretStr("")
    keys: SecretStr = SecretStr("")  # several with commas between them, the first one seals

    @property
    def further(self) -> tuple[WeComSettings | WeComWebhookSettings | OneBotSettings | SmsSettings, ...]:
        """The channels beside the Wechaty one that are switched on."""
        return tuple(one for one in (self.wecom, self.wecom_webhook, self.onebot, self.sms) if one.enabled)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as keyword arguments."""
        return EnvSettingsSource(settings_cls, env_prefix=PREFIX, env_nested_delimiter="__"), init_settings


# What is wrong, by pydantic's names of faults; any other is told in pydantic's own words.
WANTED = {
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "float_parsing": "应是数",
    "bool_parsing": "应是 true 或 false",
    "string_type": "应是文字",
    "string_too_short": "不能为空",
    "literal_error": "应是 {expected} 之一",
    "time_parsing": '应是时间，例如 "09:00"',
    "time_type": '应是带引号的时间，例如 "09:00"',
    "fen": "应是整数，单位是分：0.20 元写 20",
    "string_pattern_mismatch": "格式不对，请对照项目里的 config.yaml",
    "channel_name": "只能有小写字母、数字、“-”和“_”，最多 40 个",
    "string_too_long": "最多 {max_length} 个字",
    "tuple_type": "应是一个列表，例如 [吴昊]",
    "path_type": "应是文件的路径",
    "finite_number": "应是数",
    "float_type": "应是数",
    "bool_type": "应是 true 或 false",
    "model_type": "应是一个分节",
    "dict_type": "应是一个分节",
    "ip_any_network": "应是一个列表，里面是 IP 地址或网段，例如 [10.0.0.5]",
}

SECRETS = {"service_token", "service_endpoint", "wecom_secret", "webhook_keys", "onebot_token", "sms_secret", "keys"}
# Those of them that have a variable of ours.
_VARIABLES = {"wecom_secret", "onebot_token", "sms_secret", "keys"}
_SECTIONS = Settings.model_fields.keys() - SECRETS


TWICE = "{path}: {key} 写了两次（第 {line} 行），请只留一处"
NOT_YAML = "{path} 第 {line} 行第 {column} 列附近的格式不对；请检查冒号后的空格、缩进和引号，或对照项目里的 config.yaml"
UNREADABLE = "{path} 读不了，请检查权限，并存为 UTF-8 编码"
IN_THE_FILE = "{path}: {key} "
IN_A_VARIABLE = "环境变量 {name}：{key} "
QUIET = "{where}现在是 {at:%H:%M}，在免打扰时间 {start:%H:%M}–{end:%H:%M} 里，到点发不出；请改其中一个"
NO_SETTING = "{path}: 没有 {key} 这项设置；有哪些设置见项目里的 config.yaml"
NO_VARIABLE = "环境变量 {name}：没有这项设置；有哪些设置见项目里的 config.yaml，各级之间用两个下划线"
NO_JSON = "有一个 HONGYAN_ 开头的环境变量读不懂：列表要写成 JSON，例如 HONGYAN_SANDBOX__NEWCOMERS='[\"吴昊\"]'"
SANDBOX_WITH_TOKEN = (
    "{path}: 环境变量 WECHATY_PUPPET_SERVICE_TOKEN 里有网关的令牌，channel.puppet 却是 sandbox"
    "（沙盒里谁都可以扮成任何人）：要连网关请设 HONGYAN_CHANNEL__PUPPET=service，要用沙盒请去掉这个变量"
)
SANDBOX_ALONE = "{path}: 沙盒里的人是编的，不能同时连真的账号：请关掉 {names}，或把 channel.puppet 改成 none 或 service"
NO_CHANNEL = "{path}: 一个通道也没有打开：请把 channel.puppet 改成 service，或打开 wecom、onebot 等"
SAME_NAME = "{path}: 有两个通道都叫 {name}，请给其中一个换个 name"


def load(path: Path) -> Settings:
    """Read `path` and the environment; raises ConfigurationError with one line per fault."""
    raw = _read(path)
    if secrets := SECRETS & raw.keys():
        raise ConfigurationError(f"{path}: {'、'.join(sorted(secrets))} 不能写在文件里，请用环境变量设置")
    environment = os.environ
    unknown = [name for name in sorted(environment) if not _is_known(name)]
    raw["service_token"] = environment.get("WECHATY_PUPPET_SERVICE_TOKEN", "")
    raw["service_endpoint"] = environment.get("WECHATY_PUPPET_SERVICE_ENDPOINT", "")
    if url := environment.get("DATABASE_URL"):
        raw["database"] = {**(raw.get("database") or {}), "url": url}
    try:
        settings = Settings(**{key: value for key, value in raw.items() if value is not None})
    except ValidationError as error:
        faults = [_fault(path, fault) for fault in error.errors()]
    except SettingsError:  # names no variable, and quotes none
        faults = [NO_JSON]
    else:
        faults = [*_quiet_times(path, settings), *_between(path, settings)]
        unknown = [name for name in unknown if name not in settings.wecom_webhook.rooms.values()]
    if faults or unknown:
        raise ConfigurationError("\n".join([*faults, *(NO_VARIABLE.format(name=name) for name in unknown)]))
    rooms = settings.wecom_webhook.rooms
    keys = {branch: SecretStr(environment.get(variable, "").strip()) for branch, variable in rooms.items()}
    return settings.model_copy(update={"webhook_keys": keys})


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = {} if tree is None else yaml.safe_load(text)
    except FileNotFoundError:
        raise ConfigurationError(
            f"没有 {path} 这个文件；请从项目里复制 config.yaml，或用 --config 指定它在哪里"
        ) from None
    except (UnicodeDecodeError, OSError, yaml.reader.ReaderError):
        raise ConfigurationError(UNREADABLE.format(path=path)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigurationError(NOT_YAML.format(path=path, line=line, column=column)) from None
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{path} 里应是“bot:”这样的分节，现在不是；请对照项目里的 config.yaml")
    if twice := list(_written_twice(tree, "")):
        raise ConfigurationError("\n".join(TWICE.format(path=path, key=key, line=line) for key, line in twice))
    return raw


def _written_twice(node: yaml.Node | None, above: str) -> Iterator[tuple[str, int]]:
    """Key path and line of each key that its section holds already: YAML lets the later one win without a word."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            yield f"{above}{key.value}", key.start_mark.line + 1
        seen.add(key.value)
        yield from _written_twice(value, f"{above}{key.value}.")


def _is_known(variable: str) -> bool:
    """Whether a variable is none of ours, a secret or something in a section; what is there pydantic knows."""
    name = variable.lower()
    section, below, _ = name.removeprefix(PREFIX.lower()).partition("__")
    ours = section in _SECTIONS if below else section in _VARIABLES
    return not name.startswith(PREFIX.lower()) or ours


def _quiet_times(path: Path, settings: Settings) -> list[str]:
    """What is set to be said while nothing is said."""
    reminders = settings.reminders
    times = {
        "reminders.at": reminders.at,
        **{f"reminders.branches.{name}.at": own.at for name, own in reminders.branches.items()},
        "talks.remind_at": settings.talks.remind_at,
        "life.remind_evening": settings.life.remind_evening,
        "summary.at": settings.summary.at,
        "placement.at": settings.placement.at,
        "membership.at": settings.membership.at,
        "festivals.at": settings.festivals.at,
        "lessons.at": settings.lessons.at,
        "bulletins.at": settings.bulletins.at,
    }
    quiet = reminders.quiet_hours
    return [
        QUIET.format(where=_where(path, tuple(key.split("."))), at=at, start=quiet.start, end=quiet.end)
        for key, at in times.items()
        if at in quiet
    ]


def _between(path: Path, settings: Settings) -> Iterator[str]:
    """What is wrong between channels that are right alone."""
    names = [one.name for one in settings.further]
    if settings.channel.puppet == "sandbox" and settings.service_token.get_secret_value():
        yield SANDBOX_WITH_TOKEN.format(path=path)
    if settings.channel.puppet == "sandbox" and names:
        yield SANDBOX_ALONE.format(path=path, names="、".join(names))
    if settings.channel.puppet == "none" and not names:
        yield NO_CHANNEL.format(path=path)
    names += [settings.channel.name] if settings.channel.puppet != "none" else []
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield SAME_NAME.format(path=path, name=name)


def _fault(path: Path, fault: Any) -> str:
    # A key that is no word of the field is named itself, and pydantic adds "[key]".
    keys = tuple(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "extra_forbidden":
        name = _variable(keys)
        return NO_VARIABLE.format(name=name) if name else NO_SETTING.format(path=path, key=".".join(keys))
    context = dict(fault.get("ctx", {}))
    if fault["type"] == "literal_error":
        context["expected"] = context["expected"].replace("'", "").replace(", ", "、").replace(" or ", "、")
    kind = "channel_name" if context.get("pattern") == CHANNEL_NAME else fault["type"]
    wanted = WANTED.get(kind, "{msg}").format(msg=fault["msg"].removeprefix("Value error, "), **context)
    return f"{_where(path, keys)}现在是 {fault['input']!r}，{wanted}"


def _where(path: Path, keys: Sequence[str]) -> str:
    """Where a setting's value comes from, to be corrected there: the file, or the variable that overrides it."""
    name, key = _variable(keys), ".".join(keys)
    return IN_A_VARIABLE.format(name=name, key=key) if name else IN_THE_FILE.format(path=path, key=key)


def _variable(keys: Sequence[str]) -> str | None:
    """The environment variable that sets it, alone or with what stands beside it (a list in JSON)."""
    prefixes = [f"{PREFIX}{'__'.join(keys[:depth])}".lower() for depth in range(len(keys), 1, -1)]
    names = {name.lower(): name for name in os.environ}
    found = next((names[prefix] for prefix in prefixes if prefix in names), None)
    return found or ("DATABASE_URL" if list(keys) == ["database", "url"] and os.environ.get("DATABASE_URL") else None)
