"""The keys of people's data: encryption bound to a row, and hashes that only their holder can make."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: The file in the data folder that holds the key where the environment gives none.
KEY_FILE = "data.key"

_ID, _NONCE = 4, 12


class KeyProblem(Exception):
    """The key is malformed or not the one that the data was written with; the message says what to do."""


class Keys:
    """One secret of 32 bytes; a key for encryption and one for hashes are derived from it.

    Safe to share between threads.
    """

    def __init__(self, secret: bytes, before: tuple[bytes, ...] = ()) -> None:
        """`before`: the index keys of the secrets that this one followed, the oldest first."""
        if len(secret) != 32:
            raise KeyProblem(f"BOT_DATA_KEY：应为 32 字节，现在是 {len(secret)} 字节")
        self._cipher = AESGCM(hmac.digest(secret, b"encrypt", hashlib.sha256))
        self._secret = secret
        self._index = (*before, hmac.digest(secret, b"index", hashlib.sha256))
        self.id = hmac.digest(secret, b"id", hashlib.sha256)[:_ID]

    @classmethod
    def load(cls, data: Path, environ: Mapping[str, str]) -> Keys:
        """The key of BOT_DATA_KEY (32 bytes as base64 or hex), else of `data.key`, made when missing.

        Raises KeyProblem for a malformed key or a key file that others may read.
        """
        given = environ.get("BOT_DATA_KEY", "").strip()
        if given:
            return cls(decoded(given, "BOT_DATA_KEY"))
        path = data / KEY_FILE
        if not path.exists():
            _make_key_file(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise KeyProblem(f"密钥文件 {path} 其他用户也能读，请运行：chmod 600 {path}")
        return cls(decoded(path.read_text(encoding="ascii", errors="replace").strip(), str(path)))

    def encrypt(self, clear: bytes, table: str, row: object) -> bytes:
        """Key id, nonce and ciphertext; it decrypts in that table and row only."""
        nonce = os.urandom(_NONCE)
        return self.id + nonce + self._cipher.encrypt(nonce, clear, _place(table, row))

    def decrypt(self, body: bytes, table: str, row: object) -> bytes:
        """What `encrypt` was given. Raises KeyProblem for another key, another row or changed bytes."""
        if body[:_ID] != self.id:
            raise KeyProblem("BOT_DATA_KEY：数据是用另一把密钥加密的，请换回原来的密钥")
        try:
            return self._cipher.decrypt(body[_ID : _ID + _NONCE], body[_ID + _NONCE :], _place(table, row))
        except InvalidTag:
            raise KeyProblem(f"数据表 {table} 中有一行被改动过，无法解密") from None

    def hash(self, purpose: str, *parts: str | bytes) -> bytes:
        """A keyed hash of 16 bytes; equal only for the same purpose and parts."""
        message = bytearray(purpose.encode())
        for part in parts:
            data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
            message += len(data).to_bytes(4, "big") + data
        value = hmac.digest(self._index[0], message, hashlib.sha256)[:16]
        for index in self._index[1:]:
            value = hmac.digest(index, value, hashlib.sha256)[:16]
        return value

    # ------------------------------------------------------------ one key after another

    def following(self, old: Keys) -> Keys:
        """This key as the successor of `old`."""
        return Keys(self._secret, old._index)

    def carried(self, value: bytes) -> bytes:
        """What a hash of the key before has become under this one."""
        return hmac.digest(self._index[-1], value, hashlib.sha256)[:16]

    def sealed_index(self) -> str:
        """The index keys before this one, for the database."""
        return base64.b64encode(self.encrypt(b"".join(self._index[:-1]), "facts", "index")).decode("ascii")

    def of(self, connection: sqlite3.Connection) -> Keys:
        """This key with the index keys before it, as a database tells them. Raises KeyProblem for another's."""
        row = connection.execute("SELECT value FROM facts WHERE name = 'index'").fetchone()
        if row is None:
            return self
        joined = self.decrypt(base64.b64decode(row[0]), "facts", "index")
        return Keys(self._secret, tuple(joined[at : at + 32] for at in range(0, len(joined), 32)))


def _place(table: str, row: object) -> bytes:
    return f"{table}:{row.hex() if isinstance(row, bytes) else row}".encode()


def decoded(text: str, source: str) -> bytes:
    """32 bytes from hex or base64, with or without padding."""
    try:
        if len(text) == 64:
            return bytes.fromhex(text)
        secret = base64.b64decode(
            text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True
        )
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != 32:
        raise KeyProblem(
            f"{source}：不是有效的密钥，应为 32 字节的 base64（44 个字符）或十六进制（64 个字符）"
        )
    return secret


def _make_key_file(path: Path) -> None:
    """Write a new key; of several processes that start at once the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_key(draft, os.urandom(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_key(path: Path, secret: bytes) -> None:
    """Write a key into a new file, 0600, on disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secret) + b"\n")
        file.flush()
        os.fsync(file.fileno())
