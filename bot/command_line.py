"""What is said where a line to `run_bot.py` is mistyped: typer says it in English, and to programmers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperGroup

HELP = "显示用法"
NO_OPTION = "没有 {option} 这个选项"
BAD_OPTION = "{option} 后面的值没有写对"
MISSING = "缺少 {what}"
BAD_VALUE = "{what} 没有写对"
NOT_READ = "这行命令没有写对"
COMMANDS = "可以写：{commands}"
FORM = "请这样写：{form}"
MORE = "详细用法：python {command} --help"
STOPPED = "已停下，什么也没有改。"

rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.COMMANDS_PANEL_TITLE = "子命令"
rich_utils.DEFAULT_STRING = "[默认：{}]"
rich_utils.REQUIRED_LONG_STRING = "[必填]"


class ChineseLine(TyperGroup):
    """The commands of a program; a mistyped line becomes Chinese lines on standard error and exit code 2."""

    def get_help_option(self, context: Any) -> Any:
        """`--help` of the group itself."""
        return _said_in_chinese(super().get_help_option(context))

    def get_command(self, context: Any, name: str) -> Any:
        """A command, its `--help` in Chinese as well."""
        if command := super().get_command(context, name):
            _said_in_chinese(command.get_help_option(context))
        return command

    def main(self, *args: Any, **more: Any) -> Any:
        try:
            code = super().main(*args, **more | {"standalone_mode": False})
        except typer.TyperException as mistake:
            print(f"{_fault(mistake)}。{_what_to_do(mistake)}", file=sys.stderr)
            code = mistake.exit_code
        except typer.Abort:
            print(STOPPED, file=sys.stderr)
            code = 1
        sys.exit(code)


def _said_in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = HELP
    return option


def given_before(command: Any, config: object) -> dict[str, Any]:
    """Defaults for all commands below `command`: what was said before a command counts as if it were said behind it."""
    below = getattr(command, "commands", {})
    return {"config": config, **{name: given_before(one, config) for name, one in below.items()}}


# Typer's exceptions for each kind of mistake are private; what they carry tells them apart.


def _fault(mistake: typer.TyperException) -> str:
    option = getattr(mistake, "option_name", None)
    if option is not None:
        return (NO_OPTION if hasattr(mistake, "possibilities") else BAD_OPTION).format(option=option)
    parameter = getattr(mistake, "param", None)
    if parameter is not None:
        what = parameter.opts[0] if _is_option(parameter) else _word(parameter)
        return (BAD_VALUE if mistake.message else MISSING).format(what=what)
    return NOT_READ


def _what_to_do(mistake: typer.TyperException) -> str:
    context = getattr(mistake, "ctx", None)
    if context is None:
        return MORE.format(command="run_bot.py")
    command = context.command
    if isinstance(command, TyperGroup):
        form = COMMANDS.format(commands="、".join(command.list_commands(context)))
    else:
        form = FORM.format(form=" ".join(["python", context.command_path, *_form(command.params, mistake)]))
    return f"{form}。{MORE.format(command=context.command_path)}"


def _form(parameters: Sequence[Any], mistake: typer.TyperException) -> list[str]:
    """What cannot be left out, and what was mistyped: options with their values first, then arguments."""
    necessary = [one for one in parameters if one.required or _is_about(one, mistake)]
    options = [f"{one.opts[0]} {_word(one)}" for one in necessary if _is_option(one)]
    return [*options, *(_word(one) for one in necessary if not _is_option(one))]


def _is_about(parameter: Any, mistake: typer.TyperException) -> bool:
    """Whether it is this option or argument that was mistyped."""
    wrong = getattr(mistake, "param", None)
    name = wrong.name if wrong is not None else None
    return parameter.name == name or getattr(mistake, "option_name", None) in parameter.opts


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _word(parameter: Any) -> str:
    """What stands for its value in the help."""
    return str(parameter.metavar or parameter.name.upper())
