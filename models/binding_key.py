"""What binding codes are digested with: there are so few of them that a digest without a key could be tried through."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from tortoise import fields

from models.sealed import SealedModel, SealedTextField

THE_ONE = 1


class BindingKey(SealedModel):
    """There is one row. It is sealed as records are: who reads the database or a backup alone can try nothing, and
    changing the keys of the records leaves codes valid."""

    id = fields.IntField(primary_key=True)
    secret = SealedTextField()

    class Meta:
        table = "binding_key"

    @classmethod
    async def current(cls) -> BindingKey:
        """The key; made where there is none."""
        key, _ = await cls.get_or_create(id=THE_ONE, defaults={"secret": new_secret()})
        return key

    def digest(self, code: str) -> str:
        """What is kept of a code."""
        return digest_of(self.secret, code)


def new_secret() -> str:
    return secrets.token_hex(32)


def digest_of(secret: str, code: str) -> str:
    return hmac.new(bytes.fromhex(secret), code.encode(), hashlib.sha256).hexdigest()
