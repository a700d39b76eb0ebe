"""Whether the keys at hand are the database's, and which of its columns are sealed to the last row."""

from __future__ import annotations

from typing import cast

from tortoise.connection import get_connections

from bot.encryption import rows
from models import SealedColumn
from models.keyring import Unopenable, key_id
from models.sealed import SealedField, unlocked

WRONG_KEY = (
    "数据库是用另一把密钥加密的（密钥号 {ids}），现在的密钥打不开，什么也没有改。"
    "请把原来的那把放回密钥文件（encryption.key_file）或环境变量 HONGYAN_KEYS"
)

TABLE = SealedColumn._meta.db_table
IS_THERE = {
    "sqlite": f"SELECT count(*) > 0 AS there FROM sqlite_master WHERE type = 'table' AND name = '{TABLE}'",
    "postgres": f"SELECT to_regclass('{TABLE}') IS NOT NULL AS there",
}


async def stored() -> list[str]:
    """The proofs of the open database, of whatever version; [] where nothing in it was ever sealed."""
    connection = get_connections().get("default")
    [found] = await connection.execute_query_dict(IS_THERE[connection.capabilities.dialect])
    proofs = await connection.execute_query_dict(f'SELECT proof FROM "{TABLE}"') if found["there"] else []
    return [row["proof"] for row in proofs]


async def fault() -> str | None:
    """What the operator has to do where the keys at hand do not open every proof; None where all is well."""
    wrong = {key_id(proof.encode()) for proof in await stored() if not _opens(proof)}
    return WRONG_KEY.format(ids="、".join(sorted(wrong))) if wrong else None


def _opens(proof: str) -> bool:
    """Whether a key at hand does: a retired one may be deleted at any time."""
    column = cast(SealedField[str], SealedColumn._meta.fields_map["proof"])
    token = column.token(proof)
    try:
        return unlocked().has(token) and bool(unlocked().open(token, column.purpose))
    except Unopenable:
        return False


async def unsealed() -> list[rows.Column]:
    """Columns that may hold plain values still: those of an older version that nobody has sealed to the end."""
    done = {one.name for one in await SealedColumn.all().only("id", "name")}
    return [column for column in rows.columns() if column.purpose not in done]


async def keep(column: rows.Column) -> None:
    """Every row of the column is sealed."""
    await SealedColumn.create(name=column.purpose, proof=column.purpose)
