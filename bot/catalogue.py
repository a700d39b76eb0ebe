"""Collects what the files of a package declare."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

from bot.commands import AnyJob, Catalogue, Command, Figures, Todo, Undoing, Welcome
from bot.pages import Page

Declared = TypeVar("Declared")


def collect(package: ModuleType) -> Catalogue:
    """Walk `package` and return its declarations; raises ValueError where two have one name."""
    commands: dict[str, Command] = {}
    undoings: dict[str, Undoing] = {}
    jobs: dict[str, AnyJob] = {}
    todos: dict[str, Todo] = {}
    figures: dict[str, Figures] = {}
    pages: dict[str, Page] = {}
    welcomes: list[Welcome] = []
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, Command):
                _add(commands, value.name, value, found.name)
            elif isinstance(value, Undoing):
                _add(undoings, value.command, value, found.name)
            elif isinstance(value, AnyJob):
                _add(jobs, value.name, value, found.name)
            elif isinstance(value, Todo):
                _add(todos, value.name, value, found.name)
            elif isinstance(value, Figures):
                _add(figures, value.name, value, found.name)
            elif isinstance(value, Page):
                _add(pages, value.name, value, found.name)
            elif isinstance(value, Welcome):
                welcomes.append(value)
    if len(welcomes) > 1:
        raise ValueError("more than one welcome is declared")
    return Catalogue(
        commands,
        undoings,
        tuple(jobs.values()),
        welcomes[0] if welcomes else None,
        sorted(todos.values(), key=lambda one: one.order),
        sorted(figures.values(), key=lambda one: one.order),
        tuple(pages.values()),
    )


def _add(known: dict[str, Declared], name: str, value: Declared, where: str) -> None:
    if name in known:
        raise ValueError(f"{where} declares {name}, which is declared already")
    known[name] = value
