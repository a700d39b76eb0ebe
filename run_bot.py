"""The door: the command line, and the one place that knows every part and puts them together."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

import handlers
from bot import backup, checking, database, explain, sandbox_branch
from bot.audit import Expected, Verdict, note_operator, note_restored
from bot.audit import verify as verified
from bot.catalogue import collect
from bot.channels import looking
from bot.channels.configured import accounts, configured
from bot.claim import AlreadyClaimed, claimed
from bot.clock import MovableClock, SystemClock
from bot.command_line import ChineseLine, given_before
from bot.commands import Catalogue, Role
from bot.configured_rooms import ConfiguredRooms
from bot.consent import keep_notice
from bot.encryption import rotation, rows, unlocking
from bot.feeds import Feeds
from bot.lessons import LessonsFaulty, LessonsReport, import_lessons
from bot.messages import ChannelMisconfigured
from bot.outages import is_outage, patiently
from bot.people import role_of
from bot.roster import RosterFaulty, absent_from, import_roster, make_codes
from bot.sandbox import World
from bot.sandbox_history import History
from bot.service import Service, Way
from bot.settings import ConfigurationError, FeedSettings, Settings, load
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from bot.web import Example, Person, gateway_application, member_pages, probe_of, sandbox_application, serving
from handlers.ledger.for_operators import ExportFaulty, export_to
from models import Account, Branch, BulletinSection, Member
from models.keyring import Key
from models.sealed import unlocked

app = typer.Typer(
    cls=ChineseLine, help="鸿雁：流动党员的微信群机器人", pretty_exceptions_enable=False, add_completion=False
)
roster = typer.Typer(cls=ChineseLine, help="党员名册：导入、绑定码")
app.add_typer(roster, name="roster")
lessons = typer.Typer(cls=ChineseLine, help="微课堂：导入")
app.add_typer(lessons, name="lessons")
keys = typer.Typer(cls=ChineseLine, help="加密用的密钥：新建、更换")
app.add_typer(keys, name="keys")
audit = typer.Typer(cls=ChineseLine, help="操作记录：核对")
app.add_typer(audit, name="audit")

CONFIG = Path("config.yaml")
Config = Annotated[Path, typer.Option("--config", help="设置文件", metavar="FILE")]
T = TypeVar("T")
out = Console(soft_wrap=True, highlight=False)

DATABASE_AWAY = "数据库现在用不了（正被别的程序占着，或者断开了），这次没有完成；请过一会儿再运行一次"
ALL_BOUND = "名册里的人都绑定好了（或者还没有导入名册），没有生成绑定码。"
CODES_ONCE = "绑定码只显示这一次，数据库里没有；以前没用的已同时作废。要再看，就重新生成。"
KEPT_FULL = (
    "名册里还是预备党员、书记已登记转正的 {count} 人，没有改回去。请更新名册；登记错了的，请书记发“取消转正 姓名”："
)
RETYPED = "支部类型改了（名册里写错的，改正后再导入一次）："
RENAMED = "学号没变、姓名改了（是另一个人的，请改正学号再导入一次）："

# What the sandbox page offers to fill in.
GROUP_EXAMPLES = ("dues.pay", "talk.free", "life.list", "help")
MEMBERS_EXAMPLES = ("me", "report.submit", "dues.pay", "talk.free", "life.list", "help")
COMMITTEES_EXAMPLES = ("todo", "branch.status", "dues.missing", "life.create", "talk.open", "export", "help")
OFFICES_EXAMPLES = ("todo", "branch.status", "missing", "life.attendance", "notice.publish", "export", "help")
GUESTS_EXAMPLES = ("bind", "help")
AGES_DAYS = 36_500
FIRST_TIME = "第一次打开：示例学校先过完近三周的日子，约半分钟，页面上的时间自己走到现在。\n"
# The sandbox has no account that WeChat could restrict.
SANDBOX_PACE = {
    "conversation_seconds": 0.0,
    "account_seconds": 0.0,
    "per_minute": 10_000,
    "per_day": 1_000_000,
    "jitter": 0.0,
}


@app.callback(invoke_without_command=True)
def run(context: typer.Context, config: Config = CONFIG) -> None:
    """不带子命令：运行机器人。"""
    context.default_map = given_before(context.command, config)
    if context.invoked_subcommand is None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        or_a_line(lambda: asyncio.run(serve(load(config))))


@app.command()
def check(config: Config = CONFIG) -> None:
    """检查设置、数据库、各个通道，每项一行。"""
    results = asyncio.run(checking.check(config, looking.look))
    for result in results:
        out.print(f"{'✓' if result.good else '✗'} {result.line}", markup=False)
    if not all(result.good for result in results):
        raise typer.Exit(1)


@app.command()
def migrate(config: Config = CONFIG) -> None:
    """把数据库升级到当前版本。"""

    def work() -> list[str]:
        with backup.bars() as shown:
            return asyncio.run(_unlocked_and_up_to_date(load(config), shown))

    applied = or_a_line(work)
    out.print("\n".join(f"已升级：{name}" for name in applied) or "数据库已是最新版本。")


async def _unlocked_and_up_to_date(settings: Settings, shown: backup.Bars | None = None) -> list[str]:
    """The keys at hand, and the database as this version has it; the names of what was applied."""

    def told(done: int, total: int) -> None:
        if shown is not None:
            shown.told(backup.Step.SEAL, done, total)

    await unlocking.unlock_records(settings)
    return await database.migrate(settings.database.url, told)


@app.command("backup")
def backup_(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config = CONFIG) -> None:
    """把整个数据库备份成一个文件；机器人可以照常运行。"""

    def work() -> backup.Manifest:
        with backup.bars() as shown:
            return asyncio.run(_back_up(load(config).database.url, file, shown.told))

    out.print(f"已备份 {or_a_line(work).rows} 行到 {file}。里面有党员的个人信息，请妥善保管。", markup=False)
    out.print("密钥不在备份里：恢复时要用现在这把，请另存在别处。")


async def _back_up(url: str, file: Path, told: backup.Told) -> backup.Manifest:
    made = await backup.backup(url, file, now(), told)
    async with database.unmigrated(url):
        if not await database.missing_migrations():  # the trail of an older version is written by that version
            async with in_transaction():
                await note_operator("backup", now(), detail={"rows": made.rows})
    return made


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    yes: Annotated[bool, typer.Option("--yes", help="数据库里有记录时不再询问")] = False,
    config: Config = CONFIG,
) -> None:
    """用备份换掉数据库（SQLite、PostgreSQL 的备份通用）；先停掉机器人。"""

    def work() -> backup.Restored:
        with backup.bars() as shown:
            confirm = (lambda *_: True) if yes else lambda *there: _confirmed(shown, *there)
            settings = load(config)
            unlocking.unlock_backup(settings)
            return asyncio.run(_restore(settings, file, confirm, shown.told))

    done = or_a_line(work)
    out.print(f"已恢复 {done.manifest.rows} 行，备份于 {_moment(done.manifest)}。", markup=False)
    if done.kept:
        out.print(f"原来的数据库在 {done.kept}，确认不需要以后请删掉。", markup=False)
    if done.unsent:
        out.print(f"备份时待发的 {done.unsent} 条消息可能后来已经发过，不再发送。")


async def _restore(settings: Settings, file: Path, confirm: backup.Confirm, told: backup.Told) -> backup.Restored:
    done = await backup.restore(settings.database.url, file, now(), confirm, told)
    async with database.unmigrated(settings.database.url):
        await note_restored(settings.audit, now(), done.manifest.rows)
    return done


def _confirmed(shown: backup.Bars, manifest: backup.Manifest, rows: int | None) -> bool:
    there = "读不出来" if rows is None else f"有 {rows} 行"
    with shown.hidden():
        return typer.confirm(f"现在的数据库{there}，要换成 {_moment(manifest)} 的备份（{manifest.rows} 行）吗？")


def _moment(manifest: backup.Manifest) -> str:
    return f"{manifest.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    branch: Annotated[str, typer.Option(help="支部名称", metavar="支部")],
    month: Annotated[
        str | None, typer.Option(help="月份；不填：台账是本月，其余是今年到现在", metavar="2026-11")
    ] = None,
    what: Annotated[
        str, typer.Option(help="ledger、dues、report、talk、life、service 或 placement", metavar="W")
    ] = "ledger",
    config: Config = CONFIG,
) -> None:
    """把一个支部的台账写成 Excel，和书记私聊“导出11月台账”得到的一样。"""
    done = on_database(config, lambda settings: export_to(file, branch, month, what, settings, now()))
    out.print(
        f"{done.label}已写到 {file}，共 {done.sheets} 张表、{done.members} 人。里面有党员的个人信息，请妥善保管。",
        markup=False,
    )


@roster.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    complete: Annotated[bool, typer.Option("--complete", help="名册是完整的：这些支部里名册没有的人算已离开")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，名册里没有的人直接算已离开")] = False,
    config: Config = CONFIG,
) -> None:
    """导入名册（.xlsx 或 .csv）；再次导入即更新。"""
    leaving = on_database(config, lambda settings: absent_from(file, now=now())) if complete else []
    if leaving and not yes:
        out.print("\n".join(["名册里没有这些人：", *map(_named, leaving)]), markup=False)
        if not typer.confirm("算他们已离开吗？移交材料会发给书记，台账保留，其余删除，微信解除绑定"):
            out.print("没有导入，什么也没有改。")
            raise typer.Exit(1)
    ids = [member.id for member in leaving]
    done = on_database(config, lambda settings: import_roster(file, now=now(), leaving=ids))
    counts = {
        "新增": done.added,
        "重新加入": done.returned,
        "更新": done.updated,
        "没有变化": done.unchanged,
        "名册里没有、保留原样": done.absent,
    }
    out.print(
        "，".join([f"{done.branches} 个支部", *(f"{what} {count} 人" for what, count in counts.items() if count)])
    )
    for head, changes in ((RETYPED, done.retyped), (RENAMED, done.renamed)):
        if changes:
            lines = [f"  {one.of}：{one.before} → {one.after}" for one in changes]
            out.print("\n".join([head, *lines]), markup=False)
    if done.kept:
        out.print("\n".join([KEPT_FULL.format(count=len(done.kept)), *map(_named, done.kept)]), markup=False)
    if done.left:
        out.print("\n".join([f"已离开 {len(done.left)} 人：", *map(_named, done.left)]), markup=False)


def _named(member: Member) -> str:
    return f"  {member.name} {member.student_no} {member.branch.name}"


@roster.command()
def codes(
    branch: Annotated[str | None, typer.Option(help="支部名称；不填为全部支部", metavar="B")] = None,
    config: Config = CONFIG,
) -> None:
    """给还没有绑定微信的党员生成一次性绑定码。"""

    async def work(settings: Settings) -> list[tuple[Member, str]]:
        found = await Branch.get_or_none(name=branch) if branch else None
        if branch and found is None:
            raise ConfigurationError(f"没有名为“{branch}”的支部；支部名称见名册的“支部”一列")
        async with in_transaction():
            made = await make_codes(found, now=now(), days=settings.binding.code_days)
            ids = [member.id for member, _ in made]
            await note_operator("roster.codes", now(), branch_id=found.id if found else None, subjects=ids)
        return made

    made = on_database(config, work)
    print(CODES_ONCE if made else ALL_BOUND, file=sys.stderr)  # standard output holds codes only
    for member, code in made:
        print(member.name, member.student_no, code, sep="\t")


@lessons.command("import")
def import_lessons_(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    branch: Annotated[str | None, typer.Option(help="给哪个组织和它的下属；不填给所有人", metavar="B")] = None,
    config: Config = CONFIG,
) -> None:
    """导入微课：一个文件夹（.md）或一张表（.xlsx、.csv）；再次导入即更新。"""

    async def work(settings: Settings) -> LessonsReport:
        found = await _named_branch(branch)
        async with in_transaction():
            done = await import_lessons(path, found, settings=settings, now=now())
            counts = {"added": done.added, "updated": done.updated}
            await note_operator("lessons.import", now(), branch_id=found.id if found else None, detail=counts)
        return done

    done = on_database(config, work)
    counts = {"新增": done.added, "更新": done.updated, "没有变化": done.unchanged}
    out.print("微课：" + "，".join(f"{what} {count} 课" for what, count in counts.items() if count))


async def _named_branch(name: str | None) -> Branch | None:
    """None where none is named. Raises ConfigurationError where none, or more than one, has the name."""
    found = await Branch.filter(name=name) if name else []
    if name and len(found) != 1:
        fault = f"有 {len(found)} 个都叫" if found else "没有名为"
        raise ConfigurationError(f"{fault}“{name}”的组织；名称见名册的学校、学院、支部三列")
    return found[0] if found else None


@keys.command("new")
def new_key(
    show: Annotated[bool, typer.Option("--show", help="只显示一把新密钥，给环境变量 HONGYAN_KEYS 用")] = False,
    config: Config = CONFIG,
) -> None:
    """新建密钥文件；已有的不会被覆盖。"""
    if show:
        print(Key.new().text)  # standard output holds the key only
        return
    path = or_a_line(lambda: asyncio.run(unlocking.new_file(load(config))))
    out.print(f"密钥已写到 {path}。请另存一份到别处，不要和数据库的备份放在一起：丢了密钥，加密的内容谁也读不出。")


@keys.command()
def rotate(config: Config = CONFIG) -> None:
    """换一把新密钥，把已有的内容重新加密；机器人可以照常运行，中途停下再运行一次即可。"""

    def work() -> list[str]:
        with backup.bars() as shown:
            return asyncio.run(_rotate(load(config), lambda done, total: shown.told(backup.Step.SEAL, done, total)))

    out.print("\n".join(or_a_line(work)), markup=False)


async def _rotate(settings: Settings, told: rows.Told) -> list[str]:
    """What was done, and what the operator has to do; raises ConfigurationError and DatabaseUnusable."""
    await unlocking.unlock_records(settings)
    async with database.opened(settings.database.url):
        if unlocking.from_environment(settings):
            said = await rotation.rotate_environment(told)
            if len(unlocked().keys) == 1:
                return said  # there was none to change to
        else:
            said = await rotation.rotate_file(settings.encryption.key_file, told)
        await patiently(_note_rotation, "noting the rotation")
    return said


async def _note_rotation() -> None:
    async with in_transaction():
        await note_operator("keys.rotate", now(), detail={"key": unlocked().writing.id})


@audit.command()
def verify(
    expect: Annotated[
        Expected | None,
        typer.Option(parser=Expected.parse, help="以前日志里或这里打印过的一行，必须还在", metavar="行号:摘要"),
    ] = None,
    config: Config = CONFIG,
) -> None:
    """核对操作记录：哪一行被改过、不见了；机器人可以照常运行。"""

    async def work(settings: Settings) -> Verdict:
        return await verified(settings.audit, now(), expect)

    found = on_database(config, work)
    if found.faults:
        for fault in found.faults:
            print(fault, file=sys.stderr)
        raise typer.Exit(1)
    last = f"{found.last}:{found.digest}" if found.digest else "无"
    out.print(f"完整：第 {found.first} 到 {found.last} 行，{found.anchors} 个签名的锚点。最后一行：{last}")


@app.command("explain")
def explain_(
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象，输出也是")] = False,
    config: Config = CONFIG,
) -> None:
    """从标准输入读消息，说出机器人会怎样理解，什么也不执行。"""

    def work() -> None:
        reader = reader_of(collect(handlers), load(config))
        said = explain.explain_json if as_json else explain.explain_text
        for line in said(reader, sys.stdin, now):
            print(line)

    or_a_line(work)


def now() -> datetime:
    return SystemClock().now().astimezone(SHANGHAI)


def on_database(config: Path, work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Run `work` with the database brought up to date and open."""

    async def run() -> T:
        settings = load(config)
        await _unlocked_and_up_to_date(settings)
        async with database.opened(settings.database.url):
            return await work(settings)

    return or_a_line(lambda: asyncio.run(run()))


def or_a_line(action: Callable[[], T]) -> T:
    """Run `action`; an operator's mistake becomes lines on standard error and exit code 1, never a traceback."""
    try:
        return action()
    except (RosterFaulty, LessonsFaulty) as faulty:
        lines = faulty.faults
    except (
        ConfigurationError,
        ChannelMisconfigured,
        database.DatabaseUnusable,
        AlreadyClaimed,
        backup.BackupFaulty,
        explain.BadLine,
        ExportFaulty,
    ) as mistake:
        lines = str(mistake).splitlines()
    except OperationalError as error:
        if not is_outage(error):
            raise
        lines = [DATABASE_AWAY]
    for line in lines:
        print(line, file=sys.stderr)
    raise typer.Exit(1)


async def serve(settings: Settings) -> None:
    """Bring the database up to date, and work until a signal says stop."""
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    url = settings.database.url
    if fault := checking.fault_of_keys(settings):
        raise ConfigurationError(fault)
    await _unlocked_and_up_to_date(settings)
    async with claimed(url, [*accounts(settings)], lost=stop), database.opened(url):
        await patiently(lambda: keep_notice(settings, now()), "keeping the notice")
        work = serve_sandbox if settings.channel.puppet == "sandbox" else serve_channels
        await work(collect(handlers), settings, stop)


async def serve_channels(catalogue: Catalogue, settings: Settings, stop: asyncio.Event) -> None:
    """The bot on real accounts; over HTTP the lessons, members' pages, its health and its metrics."""
    service = Service(configured(settings), catalogue, settings, SystemClock())
    beside = [Feeds(settings.bulletins, service.clock).run()]
    if settings.wecom_webhook.enabled:
        rooms = ConfiguredRooms(settings.wecom_webhook.name, [*settings.wecom_webhook.rooms], service.clock)
        beside.append(rooms.run())
    members = member_pages(catalogue, settings, service.clock) if settings.web.public_url else None
    application = gateway_application(probe_of(service), service.metrics, settings, members)
    async with serving(application, settings.web.host, settings.web.port):
        await service.run(stop, beside)


async def serve_sandbox(catalogue: Catalogue, settings: Settings, stop: asyncio.Event) -> None:
    """The bot in a make-believe WeChat, with a page to chat on."""
    from bot.channels.wechaty import sandbox_channel

    settings = _for_the_sandbox(settings)
    clock = MovableClock()
    # Whoever tries it at night would see no announcement before the morning.
    clock.move_to(settings.reminders.quiet_hours.after(clock.now()))
    name = settings.channel.name
    present, scene = clock.now(), sandbox_branch.scene(settings.sandbox)
    began = sandbox_branch.begins(scene, present)
    first_time = await sandbox_branch.furnish(settings.sandbox, name, began, settings.privacy.version)
    if first_time:
        clock.move_to(began)
        lessons_folder = sandbox_branch.PROJECT / settings.sandbox.lessons
        await import_lessons(lessons_folder, None, settings=settings, now=clock.now())
    world = World(clock.now)
    await sandbox_branch.populate(world, settings.sandbox, name)
    history = History.beside(settings.database.url)
    if first_time:
        history.forget()
    _go_on(history, world, clock)
    channel = sandbox_channel(name, world, file_limit=settings.files.max_bytes)
    service = Service([Way(channel, misses=False)], catalogue, settings, clock)

    def look_again() -> None:
        history.stands(clock.now())
        service.schedule.look_now()
        service.wake()

    clock.watch(look_again)
    page = sandbox_application(
        world,
        clock,
        reminder=settings.reminders.of(settings.sandbox.group),
        probe=probe_of(service),
        metrics=service.metrics,
        lessons=settings.lessons,
        people=lambda: _people(catalogue),
        members=member_pages(catalogue, settings, clock),
    )
    async with serving(page, settings.web.host, settings.web.port) as address:
        out.print(
            f"鸿雁在沙盒里运行，请用浏览器打开：{address}\n{FIRST_TIME if first_time and scene else ''}按 Ctrl+C 停止。"
        )
        playing = [sandbox_branch.play(world, settings.sandbox, channel, clock, scene, present)] if first_time else []
        await service.run(stop, [history.keep(world), Feeds(settings.bulletins, clock).run(), *playing])


def _for_the_sandbox(settings: Settings) -> Settings:
    """Without WeChat's pace, with members' pages on this machine, and with a folder of bulletins however old."""
    web, host = settings.web, settings.web.host
    folder = FeedSettings(
        source=str(sandbox_branch.PROJECT / settings.sandbox.bulletins), section=BulletinSection.STARTUP
    )
    own = f"http://{f'[{host}]' if ':' in host else host}:{web.port}"
    return settings.model_copy(
        update={
            "outbox": settings.outbox.model_copy(update=SANDBOX_PACE),
            "bulletins": settings.bulletins.model_copy(
                update={"feeds": (*settings.bulletins.feeds, folder), "fresh_days": AGES_DAYS}
            ),
            "web": web.model_copy(update={"public_url": web.public_url or own}),
        }
    )


def _go_on(history: History, world: World, clock: MovableClock) -> None:
    """From where the sandbox was stopped: what was said is there, and no record lies in the future."""
    past = history.read()
    world.remember(past.messages)
    if past.stood_at is not None and past.stood_at > clock.now():
        clock.move_to(past.stood_at)


async def _people(catalogue: Catalogue) -> dict[str, Person]:
    """What the page says of each person of the roster, and what it offers them to say."""

    def examples(names: tuple[str, ...]) -> tuple[Example, ...]:
        commands = [catalogue.commands[name] for name in names]
        return tuple(Example(command.example, command.example) for command in commands)

    people = {}
    bound = {account.member_id for account in await Account.exclude(member_id=None)}
    for member in await Member.filter(active=True).select_related("branch"):
        in_committee = role_of(member) >= Role.COMMITTEE
        private = COMMITTEES_EXAMPLES if in_committee else MEMBERS_EXAMPLES
        private = OFFICES_EXAMPLES if member.in_office else private
        people[sandbox_branch.contact_of(member)] = Person(
            member.post.label or member.category.label,
            member.branch.name,
            group=examples(GROUP_EXAMPLES),
            private=examples(private if member.id in bound else GUESTS_EXAMPLES),
        )
    return people


if __name__ == "__main__":
    app()
