"""No way around the type of what a group may read: at run time, for mypy, and in how the sentences are made."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from bot.commands import ToGroup, ToGroups
from bot.outbox import Address, put
from bot.settings import Settings
from bot.understanding.values import Code, Money, Name, StudentNumber
from bot.wording import GroupText, Public, in_group, joined_in_group
from models import OutboxMessage
from tests.conftest import NOON

PROJECT = Path(__file__).parents[2]
MODULES = [path for package in ("bot", "handlers") for path in sorted((PROJECT / package).rglob("*.py"))]
GROUP = Address("wechaty", room="room-1@chatroom")
SAID = in_group("已登记 {count} 人", count=3)


def test_it_is_made_by_in_group_alone() -> None:
    with pytest.raises(TypeError):
        GroupText("张三还没交")
    assert type(in_group("已登记。")) is GroupText


@pytest.mark.parametrize(
    "derived", [SAID + "张三", SAID[:2], SAID.replace("3", "张三"), f"{SAID}", copy.deepcopy(SAID)]
)
def test_what_is_derived_from_it_is_a_text_as_any_other(derived: str) -> None:
    assert type(derived) is str
    with pytest.raises(TypeError):
        joined_in_group([derived])  # type: ignore[list-item]


@pytest.mark.parametrize("private", [Name("张三"), StudentNumber("20230001"), Code("K7Q2MX"), Money(20), None])
def test_nobody_makes_public_who_somebody_is(private: object) -> None:
    with pytest.raises(TypeError):
        Public(private)  # type: ignore[arg-type]


async def test_the_outbox_takes_nothing_else_for_a_group(database: str, settings: Settings) -> None:
    with pytest.raises(TypeError):
        await put(GROUP, "张三还没交", now=NOON, settings=settings)
    with pytest.raises(TypeError):
        ToGroup(1, "张三还没交")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ToGroups([1], "张三还没交", "key")  # type: ignore[arg-type]
    assert not await OutboxMessage.exists()


def test_mypy_finds_each_way_around(tmp_path: Path) -> None:
    """A line for each; all of them and no other are faults."""
    wrong = [
        'in_group("{name}", name=Name("张三"))',
        'in_group("{name}", name="张三")',
        'in_group("{amount}", amount=0.2)',
        'in_group("{text}", text=member.name)',
        "Public(member)",
        'joined_in_group(["张三"])',
        'ToGroup(1, "张三还没交")',
        'ToGroup(1, in_group("已登记。") + member.name)',
        'ToGroups([1], f"{member.name}还没交", "key")',
        "Reply(group=member.name)",
        'Reply("已登记。")',
    ]
    head = [
        "from bot.commands import Reply, ToGroup, ToGroups",
        "from bot.understanding.values import Name",
        "from bot.wording import Public, in_group, joined_in_group",
        "from models import Member",
        "def say(member: Member) -> None:",
    ]
    file = tmp_path / "around.py"
    file.write_text(
        "\n".join([*head, *(f"    {line}" for line in wrong), '    Reply(in_group("好的。"))', ""]), "utf-8"
    )
    config = str(PROJECT / "pyproject.toml")
    told, _, _ = api.run([str(file), "--config-file", config, "--cache-dir", str(tmp_path / "cache")])
    faulty = {int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line}
    assert faulty == {*range(len(head) + 1, len(head) + len(wrong) + 1)}, told


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_sentence_for_a_group_is_written_in_the_code(path: Path) -> None:
    """What is filled in is checked, so the sentence itself must be nobody's words: no f-string, call or record."""
    around = [
        f"{path.name}:{call.lineno}"
        for function in _functions(ast.parse(path.read_text("utf-8")))
        for call in _calls(function, "in_group")
        if not call.args or not _is_wording(call.args[0], function)
    ]
    assert not around


def test_such_a_sentence_is_found() -> None:
    ways = [
        'in_group(f"{name}还没交")',
        "in_group(member.name)",
        'in_group("{}".format(name))',
        "in_group(NOT_YET + member.name)",
        "text = member.name; in_group(text)",
    ]
    for way in ways:
        [function] = _functions(ast.parse(f"def say(member, name):\n    {way}"))
        [call] = _calls(function, "in_group")
        assert not _is_wording(call.args[0], function), way


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _is_wording(said: ast.expr, function: ast.AST) -> bool:
    """A sentence, the name of one, one of two, or both; of a local name what it stands for. Parameters are trusted:
    they are annotated, and what the callers give them is looked at where it is made."""
    match said:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name.isupper() or all(_is_wording(value, function) for value in _assigned(function, name))
        case ast.Subscript(value=ast.Name(id=name)):
            return name.isupper()
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
            return _is_wording(one, function) and _is_wording(other, function)
    return False


def _assigned(function: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            yield node.value
