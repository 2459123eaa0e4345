"""Encrypted deliveries: AES-256-CBC as WeChat lays it out, with every check of our own.

Plain text: 16 random bytes, the length of the content (4 bytes, network order), the content, the appid;
padded to a multiple of 32 bytes (PKCS#7). The IV is the first half of the key.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEAD = 16 + 4


class Undecipherable(Exception):
    """A cipher text that was not made with this key for this account."""


def key_of(encoding_aes_key: str) -> bytes:
    """The 32 bytes that an EncodingAESKey of 43 characters stands for."""
    return base64.b64decode(encoding_aes_key + "=")


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES256(key), modes.CBC(key[:16]))


def encrypt(content: bytes, key: bytes, appid: str) -> str:
    """`content` for the account `appid`, in base64."""
    plain = secrets.token_bytes(16) + len(content).to_bytes(4) + content + appid.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode("ascii")


def decrypt(sealed: str, key: bytes, appid: str) -> bytes:
    """The content of `sealed`. Raises Undecipherable."""
    plain = _unpadded(_decrypted(sealed, key))
    length = int.from_bytes(plain[16:HEAD])
    if HEAD + length > len(plain):
        raise Undecipherable("the length is wrong")
    if plain[HEAD + length :] != appid.encode():
        raise Undecipherable("for another appid")
    return plain[HEAD : HEAD + length]


def _decrypted(sealed: str, key: bytes) -> bytes:
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise Undecipherable("not base64") from None
    if not data or len(data) % 16:
        raise Undecipherable("not whole blocks")
    decryptor = _cipher(key).decryptor()
    return decryptor.update(data) + decryptor.finalize()


def _unpadded(plain: bytes) -> bytes:
    count = plain[-1]
    if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count or len(plain) - count < HEAD:
        raise Undecipherable("the padding is wrong")
    return plain[:-count]
