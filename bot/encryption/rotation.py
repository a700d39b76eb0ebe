"""Changing the key of a database while a bot works on it: `run_bot.py keys rotate`.

The new key stands first in the key file before any row is sealed with it, and the old one stays there until nothing is
left under it. A running bot sees at once that the file was replaced (`key_file.Watched`). Killed anywhere, it is run
again and goes on: two keys in the file say that a rotation was begun.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.encryption import key_file, rows
from bot.settings import ConfigurationError
from models.keyring import Key, Unopenable
from models.sealed import unlocked

# What a bot sealed just before the file was replaced is in the database by then, unless its transaction lasts longer:
# the retired key still opens that (`unlocking.keyring`), and the next rotation seals it anew.
SETTLE_SECONDS = 5.0

DONE = "已换成新密钥 {id}，重新加密了 {values} 处。"
RETIRED = "旧密钥已移到 {path}：以前的备份还要用它才能恢复，请和那些备份分开存放；没有那样的备份，删掉即可。"
COPY = "请把新的 {path} 另存一份到别处。"
NO_NEW_KEY = (
    "密钥来自环境变量 HONGYAN_KEYS，里面只有一把。请按顺序做：\n"
    "1. 运行 python run_bot.py keys new --show，得到一把新密钥；\n"
    "2. 停掉所有机器人，把 HONGYAN_KEYS 改成“新密钥,旧密钥”（新的在前，中间一个逗号），再启动；\n"
    "3. 用同样的 HONGYAN_KEYS 再运行一次 python run_bot.py keys rotate。"
)
DROP_OLD = (
    "没有内容再用旧密钥了：请把 HONGYAN_KEYS 改成只有第一把（{id}），重启所有机器人。"
    "旧密钥另存：以前的备份要用它才能恢复。"
)
LOST_KEY = (
    "{column} 里有内容是用密钥 {key} 加密的，手里没有这把，没有去掉任何密钥。"
    "请把它加进密钥文件（另起一行）或 HONGYAN_KEYS，再运行一次"
)
DAMAGED = "{column} 里有内容已损坏，打不开，没有去掉任何密钥。请从备份恢复，或请开发者查看"


async def rotate_file(path: Path, told: rows.Told, *, settle_seconds: float = SETTLE_SECONDS) -> list[str]:
    """Give the open database a new key; the keyring at hand has to be that of the file at `path`.

    Returns lines for the operator. Raises ConfigurationError for the file, and for a value whose key is lost: no key
    is dropped then.
    """
    with key_file.rotating(path):
        keys = key_file.read(path)
        if len(keys) == 1:
            key_file.replace(path, [Key.new(), *keys])
        values = await seal_all(told)
        await asyncio.sleep(settle_seconds)
        values += await seal_all(told)
        key_file.retire(path)
    done = DONE.format(id=unlocked().writing.id, values=values)
    return [done, RETIRED.format(path=key_file.retired(path)), COPY.format(path=path)]


async def rotate_environment(told: rows.Told) -> list[str]:
    """Seal everything with the first of the keys at hand, which are the environment's; lines for the operator."""
    writing, *others = unlocked().keys
    if not others:
        return NO_NEW_KEY.splitlines()
    values = await seal_all(told)
    return [DONE.format(id=writing.id, values=values), DROP_OLD.format(id=writing.id)]


async def seal_all(told: rows.Told) -> int:
    """Seal under the first key whatever is under another; returns how many values that were.

    Raises ConfigurationError where one of them is of a key that is not at hand.
    """
    all_columns = rows.columns()
    total, done = await rows.waiting(all_columns), 0
    for column in all_columns:
        try:
            async for size in rows.seal(column, plain=False):
                done += size
                told(done, max(total, done))
        except Unopenable as fault:
            said = LOST_KEY if fault.key else DAMAGED
            raise ConfigurationError(said.format(column=column.purpose, key=fault.key)) from None
    return done
