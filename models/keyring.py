"""Keys, and the tokens that they make of what must not be read by whoever holds the database alone.

AES-256-GCM, each token with a random nonce and, in the clear, the id of its key: rows that wait for another key are
found without opening any. What a token is for (its column) is authenticated with it: moved to another column it does
not open. Fernet has neither, and would make files a third larger. A random nonce of 96 bits allows 2³² tokens a key
(NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
MARK = b"hy1:"  # what a token begins with; the number is that of this format
ID_CHARACTERS = 8
HEAD = len(MARK) + ID_CHARACTERS + 1  # characters that name the format and the key: hy1:0123abcd:
BAD_KEY = "a key is 32 bytes in URL-safe base64"


class Unopenable(Exception):
    """A value that is no token, is of a key that is not at hand (its id is `key`), or was changed.

    Never holds the value.
    """

    def __init__(self, said: str, key: str = "") -> None:
        super().__init__(said)
        self.key = key


@dataclass(frozen=True, slots=True)
class Key:
    """`id` is a digest of it, so that who names the id of a key has the key; the key itself is never shown."""

    id: str
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False, compare=False)

    @classmethod
    def of(cls, secret: bytes) -> Key:
        """Raises ValueError for what is not 32 bytes."""
        if len(secret) != KEY_BYTES:
            raise ValueError(BAD_KEY)
        digest = hashlib.sha256(b"hongyan key id:" + secret).hexdigest()
        return cls(digest[:ID_CHARACTERS], secret, AESGCM(secret))

    @classmethod
    def new(cls) -> Key:
        return cls.of(os.urandom(KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> Key:
        """The reverse of `text`; raises ValueError, which does not quote it."""
        try:
            key = cls.of(urlsafe_b64decode(text.encode("ascii")))
        except ValueError:  # of base64 and of ASCII too
            raise ValueError(BAD_KEY) from None
        if key.text != text:  # base64 passes over what it does not know
            raise ValueError(BAD_KEY)
        return key

    @property
    def text(self) -> str:
        """As it stands in a key file or an environment variable: 44 characters."""
        return urlsafe_b64encode(self.secret).decode()

    @property
    def head(self) -> bytes:
        """What each of its tokens begins with."""
        return MARK + self.id.encode() + b":"


Look = Callable[[], Sequence[Key] | None]
Retired = Callable[[], Sequence[Key]]


def _nothing_new() -> None:
    return None


def _none_retired() -> Sequence[Key]:
    return ()


class Keyring:
    """The keys at hand: the first one seals, each opens what it has sealed.

    `look` is asked before each sealing, and where a key is missing, for the keys that have come since it was last
    asked (None: none have): so a running bot follows a rotation, and seals nothing under a key that is being retired.
    `retired` is asked for such keys where none at hand opens a value: what a long transaction had sealed can come to
    the database after its key was retired. Those keys open, and count for nothing else.
    """

    def __init__(self, keys: Sequence[Key], look: Look = _nothing_new, retired: Retired = _none_retired) -> None:
        if not keys:
            raise ValueError("no key")
        self._look, self._retired = look, retired
        self._take(keys)

    @property
    def keys(self) -> Sequence[Key]:
        """All of them, the one that seals first."""
        self._look_again()
        return tuple(self._by_head.values())

    @property
    def writing(self) -> Key:
        """The key that seals."""
        self._look_again()
        return self._writing

    def has(self, token: bytes) -> bool:
        """Whether the key of a token is at hand, and not retired."""
        return self._key_of(token) is not None

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """A token of `plain`, which opens for the same purpose alone."""
        key, nonce = self.writing, os.urandom(NONCE_BYTES)
        return key.head + nonce + key.cipher.encrypt(nonce, plain, purpose.encode())

    def open(self, token: bytes, purpose: str) -> bytes:
        """What `seal` was given; raises Unopenable."""
        key = self._key_of(token) or self._retired_key_of(token)
        if key is None:
            raise _lacking(token, purpose)
        try:
            return key.cipher.decrypt(token[HEAD : HEAD + NONCE_BYTES], token[HEAD + NONCE_BYTES :], purpose.encode())
        except (InvalidTag, ValueError):
            raise Unopenable(f"{purpose}: not what was sealed") from None

    def _key_of(self, token: bytes) -> Key | None:
        head = token[:HEAD]
        if head not in self._by_head and head.startswith(MARK):
            self._look_again()
        return self._by_head.get(head)

    def _retired_key_of(self, token: bytes) -> Key | None:
        if not token.startswith(MARK):
            return None
        return next((key for key in self._retired() if token.startswith(key.head)), None)

    def _look_again(self) -> bool:
        keys = self._look()
        if keys:
            self._take(keys)
        return bool(keys)

    def _take(self, keys: Sequence[Key]) -> None:
        self._writing, self._by_head = keys[0], {key.head: key for key in keys}


def _lacking(token: bytes, purpose: str) -> Unopenable:
    if not token.startswith(MARK):
        return Unopenable(f"{purpose}: not sealed")
    return Unopenable(f"{purpose}: the key {key_id(token)} is not at hand", key_id(token))


def key_id(token: bytes) -> str:
    """The id of a token's key."""
    return token[len(MARK) : HEAD - 1].decode("ascii", "replace")
