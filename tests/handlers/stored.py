"""What can be read by whoever has the database, without its key and with it."""

from __future__ import annotations

from typing import Any

from tortoise import Tortoise


async def everything_stored() -> str:
    """Every row of every table, one a line, as the database holds it."""
    connection = Tortoise.get_connection("default")
    tables = [model._meta.db_table for model in Tortoise.apps["models"].values()]  # type: ignore[index]
    rows: list[Any] = []
    for table in tables:
        rows += [(table, dict(row)) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}"')]
    return "\n".join(map(str, rows))


async def everything_opened() -> str:
    """The same for whoever has the key too."""
    rows: list[Any] = []
    for model in Tortoise.apps["models"].values():  # type: ignore[index]
        rows += [(model._meta.db_table, row) for row in await model.all().values()]
    return "\n".join(map(str, rows))
