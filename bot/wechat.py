"""What WeChat sends and gets: verify, decrypt, parse; render, encrypt. The only importer of wechatpy.

The order is the guard: signature, then decryption, then XML. wechatpy's own `decrypt_message` parses before
it checks, and its messages raise lazily on absurd fields, so of wechatpy we use the signer and the replies.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import get_args
from urllib.parse import quote
from zoneinfo import ZoneInfo

from wechatpy.replies import ArticlesReply, TextReply
from wechatpy.utils import WeChatSigner

from bot import aes
from bot.config import Config
from bot.delivery import Fields, Malformed
from intents.types import Article, Choice, Message, MessageKind, Reply
from knowledge.coordinates import to_gcj02

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: What WeChat takes for "received, nothing to say".
SUCCESS = b"success"

#: Bytes of one text that surely arrive (about 2,048 in practice). A last guard: replies are paged before.
TEXT_BYTES = 1800

ENCRYPTED = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9+/=]+)\s*(?:\]\]>)?\s*</Encrypt>")
NUMBER = re.compile(r"[0-9]{1,20}")
SECONDS = re.compile(r"[0-9]{1,11}")
DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")
NAME = re.compile(r"[!-~]{1,128}")  # openids and account names are printable ASCII

#: What an XML 1.0 document cannot hold; lone surrogates are among it.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Forbidden(Exception):
    """A request that is not signed by WeChat for this account."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message together with what its reply needs."""

    message: Message
    account: str  # the name that the account goes by in messages (ToUserName)
    key: bytes | None = field(default=None, repr=False)  # decrypted with it; None for plain text


@dataclass(frozen=True, slots=True)
class Account:
    """The official account as it is configured. Nothing that a sender does changes the mode."""

    token: bytes = field(repr=False)
    appid: str
    mode: str
    keys: tuple[bytes, ...] = field(repr=False)  # current, previous
    location: str  # gcj02 | wgs84

    @classmethod
    def of(cls, config: Config) -> Account:
        """The account that the configuration describes."""
        credentials = config.credentials
        keys = [aes.key_of(key) for key in (credentials.aes_key, credentials.aes_key_previous) if key]
        token, mode = credentials.token.encode(), config.server.mode
        return cls(token, credentials.appid, mode, tuple(keys), config.wechat.location)

    # ------------------------------------------------------------ in

    def check(self, query: Mapping[str, str]) -> None:
        """Raises Forbidden unless the query is signed. Needs no body, so none is read before it."""
        self._check_signature(query, "signature")
        if self.mode == "safe" and not query.get("msg_signature"):
            raise Forbidden("no msg_signature")

    def echo(self, query: Mapping[str, str]) -> bytes:
        """The answer to WeChat's verification of the address. Raises Forbidden."""
        echo = query.get("echostr", "")
        if self.mode != "plain" and "msg_signature" in query:
            return self._decrypt(echo, query)[0]
        self._check_signature(query, "signature")
        return echo.encode()

    def receive(self, query: Mapping[str, str], body: bytes) -> Delivery:
        """The delivery in `body`, whose query passed `check`. Raises Forbidden or Malformed."""
        if not self._is_encrypted(query):
            return self._delivery(body, None)
        # Found by a pattern: not even the envelope is parsed before its signature is known to be good.
        envelope = ENCRYPTED.search(body)
        if envelope is None:
            raise Malformed("nothing encrypted in it")
        return self._delivery(*self._decrypt(envelope[1].decode("ascii"), query))

    def _is_encrypted(self, query: Mapping[str, str]) -> bool:
        """In compatible mode both forms come: where the query speaks of encryption, that one counts."""
        return self.mode == "safe" or (
            self.mode == "compatible" and ("msg_signature" in query or query.get("encrypt_type") == "aes")
        )

    def _check_signature(self, query: Mapping[str, str], name: str, *more: str) -> None:
        given = query.get(name, "").encode()
        signer = WeChatSigner()
        signer.add_data(self.token, query.get("timestamp", ""), query.get("nonce", ""), *more)
        if not hmac.compare_digest(signer.signature.encode(), given):
            raise Forbidden(f"wrong {name}" if given else f"no {name}")

    def _decrypt(self, sealed: str, query: Mapping[str, str]) -> tuple[bytes, bytes]:
        """The content of `sealed` and the key that opened it. Raises Forbidden or Malformed."""
        self._check_signature(query, "msg_signature", sealed)
        reason = ""
        for key in self.keys:
            try:
                return aes.decrypt(sealed, key, self.appid), key
            except aes.Undecipherable as error:
                reason = reason or str(error)
        raise Malformed(f"undecipherable: {reason}")

    def _delivery(self, xml: bytes, key: bytes | None) -> Delivery:
        fields = Fields(xml)
        return Delivery(_message(fields, self.location), _matching(fields, "ToUserName", NAME), key)

    # ------------------------------------------------------------ out

    def render(self, reply: Reply, delivery: Delivery, now: datetime) -> bytes:
        """The body that answers `delivery`, encrypted by the key that opened it; SUCCESS if empty."""
        ends = {
            "source": _cdata(delivery.account),
            "target": _cdata(delivery.message.sender),
            "time": int(now.timestamp()),
        }
        if reply.article is not None:
            xml = ArticlesReply(**ends, articles=[_article(reply.article)]).render()
        elif text := _content(reply):
            xml = TextReply(**ends, content=_cdata(text)).render()
        else:
            return SUCCESS
        return xml.encode() if delivery.key is None else self._seal(xml.encode(), delivery.key, now)

    def _seal(self, xml: bytes, key: bytes, now: datetime) -> bytes:
        sealed = aes.encrypt(xml, key, self.appid)
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        signer = WeChatSigner()
        signer.add_data(self.token, timestamp, nonce, sealed)
        return (
            f"<xml>\n<Encrypt><![CDATA[{sealed}]]></Encrypt>\n"
            f"<MsgSignature><![CDATA[{signer.signature}]]></MsgSignature>\n"
            f"<TimeStamp>{timestamp}</TimeStamp>\n<Nonce><![CDATA[{nonce}]]></Nonce>\n</xml>"
        ).encode()


# ---------------------------------------------------------------- from fields to a message


def _matching(fields: Fields, name: str, pattern: re.Pattern[str]) -> str:
    text = fields.text(name)
    if not pattern.fullmatch(text):
        raise Malformed(f"an absurd {name}")
    return text


def _message(fields: Fields, location: str) -> Message:
    """Raises Malformed."""
    sender = _matching(fields, "FromUserName", NAME)
    at = datetime.fromtimestamp(int(_matching(fields, "CreateTime", SECONDS)), SHANGHAI)
    wire_kind = fields.text("MsgType").lower()
    if wire_kind == "event":
        return _event(fields, sender, at)
    identity = _matching(fields, "MsgId" if "MsgId" in fields else "MsgID", NUMBER)
    kind = _kind(wire_kind)
    if kind == "text":
        return Message(sender, identity, kind, at, text=fields.text("Content"))
    if kind == "voice":
        return Message(sender, identity, kind, at, text=fields.text("Recognition", ""))
    if kind == "location":
        point, label = _point_gcj02(fields, location), fields.text("Label", "")
        return Message(sender, identity, kind, at, point_gcj02=point, label=label)
    return Message(sender, identity, kind, at)


def _kind(wire_kind: str) -> MessageKind:
    if wire_kind == "miniprogrampage":
        return "miniprogram"
    return next((kind for kind in get_args(MessageKind) if kind == wire_kind), "unknown")


def _event(fields: Fields, sender: str, at: datetime) -> Message:
    """An event has no MsgId: sender, time, event and key together stand for it."""
    event, key = fields.text("Event").lower(), fields.text("EventKey", "")
    identity = f"{int(at.timestamp())} {event} {key}"
    return Message(sender, identity, "event", at, event=event, event_key=key)


def _point_gcj02(fields: Fields, location: str) -> tuple[float, float]:
    """(latitude, longitude); Location_X is the latitude."""
    latitude = float(_matching(fields, "Location_X", DEGREES))
    longitude = float(_matching(fields, "Location_Y", DEGREES))
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Malformed("a point that is not on the globe")
    if location == "wgs84":
        longitude, latitude = to_gcj02(longitude, latitude)
    return latitude, longitude


# ---------------------------------------------------------------- from a reply to text


def plain_text(reply: Reply) -> str:
    """The reply as a reader without WeChat sees it: numbered choices, a card as its lines."""
    if reply.article is not None:
        article = reply.article
        return "\n".join(line for line in (article.title, article.description, article.url) if line)
    return _joined(reply.text, [f"{number}. {one.label}" for number, one in enumerate(reply.choices, 1)])


def _content(reply: Reply) -> str:
    """The text of a message: choices can be tapped, unless their links leave the words no room."""
    text = _clean(reply.text)
    links = [f"{number}. {_link(one, number)}" for number, one in enumerate(reply.choices, 1)]
    labels = [f"{number}. {_label(one)}" for number, one in enumerate(reply.choices, 1)]
    for lines in (links, labels):
        if len(_joined(text, lines).encode()) <= TEXT_BYTES:
            return _joined(text, lines)
    room = TEXT_BYTES - len(_joined("\n", labels).encode())
    return _cut(_joined(_cut(text, room), labels), TEXT_BYTES)


def _joined(text: str, lines: list[str]) -> str:
    return "\n".join([text, *lines] if text else lines)


def _cut(text: str, size: int) -> str:
    """The first whole characters of `text` that fit into `size` bytes."""
    return text.encode()[: max(size, 0)].decode(errors="ignore")


def _link(choice: Choice, number: int) -> str:
    """A tap says `send` as if the worker had typed it."""
    said = "".join(
        one if ord(one) > 127 else quote(one, safe="") for one in _clean(choice.send or choice.label)
    )
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={said}&msgmenuid={number}">{_label(choice)}</a>'


def _label(choice: Choice) -> str:
    return _clean(choice.label).replace("<", "＜").replace(">", "＞").replace("\n", " ")


def _article(article: Article) -> dict[str, str]:
    return {
        "title": _cdata(article.title),
        "description": _cdata(article.description),
        "image": _cdata(article.picture_url),
        "url": _cdata(article.url),
    }


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)


def _cdata(text: str) -> str:
    """`text` as it may stand in a CDATA section: wechatpy renders it raw."""
    return _clean(text).replace("]]>", "]]]]><![CDATA[>")
