"""The keys at hand, from the environment or the key file; the sandbox makes its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot import database
from bot.encryption import key_file
from bot.settings import ConfigurationError, Settings
from models.keyring import Key, Keyring
from models.sealed import unlock

NO_KEY = (
    "还没有密钥，党员的汇报、谈心、意见要加密才能存。请运行 python run_bot.py keys new（写到 {path}），"
    "或设置环境变量 HONGYAN_KEYS"
)
LOST = (
    "没有密钥文件 {path}，数据库里的内容却是加密过的，什么也没有改。"
    "请把原来的密钥文件放回去，或设置环境变量 HONGYAN_KEYS；都没有了，只能用别的数据库重新开始"
)
NO_KEY_FOR_BACKUP = (
    "没有密钥，没有恢复，数据库没有动。请先把做备份时的密钥文件放到 {path}（权限 0600），或设置环境变量 HONGYAN_KEYS；"
    "备份是从前没有加密的版本做的，就先运行 python run_bot.py keys new"
)
BY_ENVIRONMENT = (
    "密钥现在来自环境变量 HONGYAN_KEYS，不用密钥文件。要一把新的放进去，请运行 python run_bot.py keys new --show"
)
NO_KEY_THERE = (
    "环境变量 HONGYAN_KEYS 的第 {number} 把不是密钥；密钥由 python run_bot.py keys new --show 生成，几把之间用逗号"
)


async def unlock_records(settings: Settings) -> None:
    """Let sealed columns be read and written; raises ConfigurationError, and DatabaseUnusable where it has to look."""
    if fault := await missing(settings):
        if settings.channel.puppet != "sandbox":
            raise ConfigurationError(fault)
        await new_file(settings)
    unlock(keyring(settings))


def unlock_backup(settings: Settings) -> None:
    """As `unlock_records`, for what a backup holds: a key made anew would open none. Raises ConfigurationError."""
    path = settings.encryption.key_file
    if not from_environment(settings) and not path.exists():
        raise ConfigurationError(NO_KEY_FOR_BACKUP.format(path=path))
    unlock(keyring(settings))


async def missing(settings: Settings) -> str | None:
    """What the operator has to do where there is no key; None where there is one, right or wrong."""
    path = settings.encryption.key_file
    if from_environment(settings) or path.exists():
        return None
    sealed = await database.has_been_sealed(settings.database.url)
    return (LOST if sealed else NO_KEY).format(path=path)


async def new_file(settings: Settings) -> Path:
    """Make the key file; raises ConfigurationError where there is one, or the database needs another one."""
    path = settings.encryption.key_file
    if from_environment(settings):
        raise ConfigurationError(BY_ENVIRONMENT)
    if not path.exists() and await database.has_been_sealed(settings.database.url):
        raise ConfigurationError(LOST.format(path=path))
    key_file.make(path)
    return path


def keyring(settings: Settings) -> Keyring:
    """The keys at hand, those of a file as long as it changes; raises ConfigurationError."""
    if from_environment(settings):
        return Keyring(_listed(settings))
    path = settings.encryption.key_file
    watched = key_file.Watched(path)  # before it is read: what comes between the two is read once more
    return Keyring(key_file.read(path), watched, partial(key_file.retired_keys, path))


def from_environment(settings: Settings) -> bool:
    """Whether the environment holds the keys; the key file does not count then."""
    return bool(settings.keys.get_secret_value().strip())


def _listed(settings: Settings) -> list[Key]:
    return [_key(number, text) for number, text in enumerate(settings.keys.get_secret_value().split(","), 1)]


def _key(number: int, text: str) -> Key:
    try:
        return Key.read(text.strip())
    except ValueError:
        raise ConfigurationError(NO_KEY_THERE.format(number=number)) from None
