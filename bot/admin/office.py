"""What the pages of the screen work with."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.config import Config, ConfigError
from bot.publishing import Published
from bot.state.admins import Admins
from bot.state.store import State

#: The file in the data folder that holds the secret where the environment gives none.
SECRET_FILE = "admin.key"


@dataclass(frozen=True, slots=True)
class Office:
    """Settings, state, the knowledge served, a clock, and the secret that signs what a browser keeps."""

    config: Config
    state: State
    published: Callable[[], Published]
    clock: Callable[[], datetime]
    secret: bytes = field(repr=False)

    @property
    def admins(self) -> Admins:
        """The accounts."""
        return Admins(self.state)

    def sign(self, purpose: str, *parts: str) -> str:
        """What only this office can have made of `parts`."""
        message = "\0".join((purpose, *parts)).encode()
        return hmac.digest(self.secret, message, hashlib.sha256).hex()


def load_secret(data: Path, environ: Mapping[str, str]) -> bytes:
    """The secret of BOT_ADMIN_SECRET (32 characters or more), else of a 0600 file, made when missing.

    Raises ConfigError.
    """
    given = environ.get("BOT_ADMIN_SECRET", "").strip()
    if given:
        if len(given) < 32:
            raise ConfigError("BOT_ADMIN_SECRET", f"{len(given)} characters", "at least 32, kept secret")
        return given.encode()
    path = data / SECRET_FILE
    if not path.exists():
        _make(path)
    try:
        return base64.b64decode(path.read_bytes(), validate=True)
    except binascii.Error:
        raise ConfigError(str(path), "no secret in it", "the file as it was made, or none") from None


def _make(path: Path) -> None:
    """Of several processes that start at once, the first one's stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
