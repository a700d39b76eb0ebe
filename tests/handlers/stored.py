"""What an operator with the database can read."""

from __future__ import annotations

from typing import Any

from tortoise import Tortoise


async def everything_stored() -> str:
    """Every row of every table, one a line."""
    connection = Tortoise.get_connection("default")
    tables = [model._meta.db_table for model in Tortoise.apps["models"].values()]  # type: ignore[index]
    rows: list[Any] = []
    for table in tables:
        rows += [(table, dict(row)) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}"')]
    return "\n".join(map(str, rows))
