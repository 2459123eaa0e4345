"""WeChat's side, for tests: signs with hashlib, encrypts and decrypts with wechatpy, writes XML by hand.

Nothing of the bot's own edge is used, so that a fault there cannot hide itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.config import Config, load

TOKEN = "sea-wind-7"
APPID = "wx1234567890abcdef"
KEY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
KEY_PREVIOUS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
KEY_OF_NOBODY = "QPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba"

ENVIRON = {
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_APPID": APPID,
    "WECHAT_AES_KEY": KEY,
    "WECHAT_AES_KEY_PREVIOUS": KEY_PREVIOUS,
}
SETTINGS = Path(__file__).resolve().parent.parent / "config.toml"

WORKER = "o-worker-1"
ACCOUNT = "gh_union"


def config(mode: str = "plain", **overrides: object) -> Config:
    """A connected account in `mode`."""
    return load(SETTINGS, ENVIRON, {"mode": mode, **overrides})


def message(**fields: str | None) -> str:
    """A text message, with `fields` put in, changed or (None) left out."""
    standard = {
        "ToUserName": ACCOUNT,
        "FromUserName": WORKER,
        "CreateTime": "1795400000",
        "MsgType": "text",
        "Content": "你好",
        "MsgId": "24680",
    }
    kept = {name: text for name, text in {**standard, **fields}.items() if text is not None}
    return "<xml>" + "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in kept.items()) + "</xml>"


def event(name: str, key: str = "", **fields: str | None) -> str:
    """An event; events carry no MsgId."""
    changed: dict[str, str | None] = {"MsgType": "event", "Event": name, "EventKey": key}
    return message(**{**changed, "Content": None, "MsgId": None, **fields})


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(timestamp: str = "1795400000", nonce: str = "n-1", token: str = TOKEN, **more: str) -> str:
    """A signed query string."""
    signed = {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    return "?" + urlencode({**signed, **more})


@dataclass(frozen=True)
class Sealed:
    """A body with the query that belongs to it."""

    query: str
    body: str


def sealed(xml: str, key: str = KEY, appid: str = APPID, beside: str = "") -> Sealed:
    """`xml` encrypted as safe mode sends it; `beside` are the plain fields of compatible mode."""
    return envelope(PrpCrypto(WeChatCrypto(TOKEN, key, appid).key).encrypt(xml, appid).decode(), beside)


def envelope(encrypt: str, beside: str = "") -> Sealed:
    """Any text, rightly signed, where the cipher text belongs."""
    timestamp, nonce = "1795400000", "n-1"
    signed = signature(TOKEN, timestamp, nonce, encrypt)
    body = f"<xml><ToUserName>{ACCOUNT}</ToUserName>{beside}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return Sealed(query(timestamp, nonce, encrypt_type="aes", msg_signature=signed), body)


def opened(body: bytes, key: str = KEY) -> str:
    """The XML in an encrypted reply; wechatpy raises where signature, key or appid are wrong."""
    outer = xmltodict.parse(body)["xml"]
    crypto = WeChatCrypto(TOKEN, key, APPID)
    xml: str = crypto.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    return xml


def content(body: bytes | str) -> str:
    """What a text reply says."""
    text: str = xmltodict.parse(body)["xml"]["Content"]
    return text
