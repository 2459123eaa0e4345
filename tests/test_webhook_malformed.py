"""Bodies that WeChat never sends, rightly signed: each gets `success`, one log line, and no answer."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import create_app
from intents.types import Message, Reply
from tests.wechat_client import (
    APPID,
    KEY,
    KEY_OF_NOBODY,
    Sealed,
    config,
    envelope,
    event,
    message,
    query,
    sealed,
)

SECRET = "定海的小李住院花了八千"

TEXT = message(Content=SECRET)


@dataclass
class Edge:
    """The webhook before an answerer that writes down what reaches it."""

    mode: str
    heard: list[Message] = field(default_factory=list)
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = create_app(config(self.mode), self.answer).test_client()

    def answer(self, message: Message) -> Reply:
        self.heard.append(message)
        return Reply("听到了")


@pytest.fixture
def edges() -> dict[str, Edge]:
    return {mode: Edge(mode) for mode in ("plain", "safe")}


def put(name: str, inner: str) -> str:
    """The text message with raw XML as the element `name`."""
    return message(**{name: None}).replace("</xml>", f"<{name}>{inner}</{name}></xml>")


def again(name: str, text: str) -> str:
    return TEXT.replace("</xml>", f"<{name}>{text}</{name}></xml>")


def location(latitude: str, longitude: str) -> str:
    return message(MsgType="location", Content=None, Location_X=latitude, Location_Y=longitude)


BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<xml><ToUserName>&b;</ToUserName><FromUserName>x</FromUserName></xml>"
)

PLAIN: dict[str, bytes | str] = {
    # unreadable
    "nothing": b"",
    "blanks": b"  \n ",
    "zero bytes": b"\0" * 100,
    "random bytes": bytes(range(256)),
    "JSON": '{"ToUserName": "gh", "Content": "' + SECRET + '"}',
    "a form": "ToUserName=gh&Content=hi",
    "only text": SECRET,
    "half a message": TEXT[: len(TEXT) // 2],
    "two messages": TEXT + TEXT,
    "words after the message": TEXT + SECRET,
    "tags crossed": "<xml><ToUserName><FromUserName></ToUserName></FromUserName></xml>",
    "an open CDATA": TEXT.replace("]]></Content>", "</Content>"),
    "GBK": TEXT.encode("gbk"),
    "GBK that says so": ('<?xml version="1.0" encoding="GBK"?>' + TEXT).encode("gbk"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 that says so": ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16"),
    "a lone surrogate": TEXT.encode().replace(SECRET.encode(), b"\xed\xa0\x80"),
    "an overlong slash": TEXT.encode().replace(SECRET.encode(), b"\xc0\xaf"),
    "a control character": TEXT.replace(SECRET, "\x08"),
    "a zero byte in the text": TEXT.replace(SECRET, "a\0b"),
    # XML that WeChat does not write
    "another root": TEXT.replace("xml>", "message>"),
    "an upper-case root": TEXT.replace("xml>", "XML>"),
    "an empty root": "<xml/>",
    "a DOCTYPE": '<!DOCTYPE xml SYSTEM "file:///etc/passwd">' + TEXT,
    "an external entity": '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + put("Content", "&a;"),
    "an entity that grows": BOMB,
    "a parameter entity": '<!DOCTYPE xml [<!ENTITY % a SYSTEM "http://127.0.0.1/">%a;]>' + TEXT,
    "an undeclared entity": put("Content", "&nbsp;"),
    "a character that is none": put("Content", "&#0;"),
    "nested a thousand deep": "<xml>" + "<a>" * 1000 + "</a>" * 1000 + "</xml>",
    "all inside another element": f"<xml>{TEXT}</xml>",
    # missing
    "no ToUserName": message(ToUserName=None),
    "no FromUserName": message(FromUserName=None),
    "no CreateTime": message(CreateTime=None),
    "no MsgType": message(MsgType=None),
    "no MsgId": message(MsgId=None),
    "no Content": message(Content=None),
    "no Event": event("CLICK").replace("<Event><![CDATA[CLICK]]></Event>", ""),
    "no Location_Y": location("30.0", "122.2").replace("Location_Y", "Location_Z"),
    "an empty FromUserName": message(FromUserName=""),
    "an empty ToUserName": message(ToUserName=""),
    # doubled
    "FromUserName twice": again("FromUserName", "o-other"),
    "Content twice": again("Content", SECRET),
    "MsgId twice": again("MsgId", "24680"),
    "MsgType twice": again("MsgType", "event"),
    "CreateTime twice": again("CreateTime", "1795400001"),
    # nested
    "elements in Content": put("Content", f"<b>{SECRET}</b>"),
    "elements in FromUserName": put("FromUserName", "<a>o</a>"),
    "elements in MsgId": put("MsgId", "<a>1</a>"),
    "elements in Event": event("CLICK").replace("<![CDATA[CLICK]]>", "<a>CLICK</a>"),
    # absurd
    "MsgId in words": message(MsgId="abc"),
    "MsgId in Arabic digits": message(MsgId="٣"),
    "MsgId with a line below": message(MsgId="1_000"),
    "MsgId below zero": message(MsgId="-1"),
    "MsgId of 5,000 digits": message(MsgId="9" * 5000),
    "CreateTime in words": message(CreateTime="now"),
    "CreateTime 10^30": message(CreateTime="1" + "0" * 30),
    "CreateTime in full-width digits": message(CreateTime="１７９５４０００００"),
    "CreateTime with a point": message(CreateTime="1795400000.5"),
    "CreateTime below zero": message(CreateTime="-1"),
    "an openid with line breaks": message(FromUserName="o\nSet-Cookie: a"),
    "an openid of 5,000 letters": message(FromUserName="o" * 5000),
    "an openid in Chinese": message(FromUserName=SECRET),
    "a latitude that is no number": location("nan", "122.2"),
    "an endless longitude": location("30.0", "1e999"),
    "a latitude off the globe": location("91.0", "122.2"),
    "a longitude off the globe": location("30.0", "-180.5"),
    "a latitude in words": location(SECRET, "122.2"),
    "a latitude of 5,000 digits": location("3" * 5000, "122.2"),
    # safe mode's bodies where the account is plain
    "an encrypted body": sealed(TEXT).body,
}


def aes(plain: bytes, key: str = KEY) -> str:
    """`plain` as it is, encrypted: the layout is the caller's."""
    key_bytes = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES(key_bytes), modes.CBC(key_bytes[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def laid_out(xml: str, length: int | None = None, appid: str = APPID) -> bytes:
    data = xml.encode()
    return b"r" * 16 + (len(data) if length is None else length).to_bytes(4, "big") + data + appid.encode()


def padded(data: bytes, last: int | None = None) -> bytes:
    count = 32 - len(data) % 32
    return data + bytes([count]) * (count - 1) + bytes([count if last is None else last])


GOOD = aes(padded(laid_out(TEXT)))

SAFE: dict[str, Sealed] = {
    "no Encrypt": Sealed(envelope("").query, TEXT),
    "an empty Encrypt": envelope(""),
    "a plain body": Sealed(envelope(GOOD).query, TEXT),
    "an Encrypt that is not base64": envelope("这不是密文"),
    "base64 cut off": envelope(GOOD[:-3]),
    "one block less": envelope(base64.b64encode(base64.b64decode(GOOD)[:-16]).decode()),
    "half a block": envelope(base64.b64encode(base64.b64decode(GOOD)[:-8]).decode()),
    "a single block": envelope(aes(b"\x10" * 16)),
    "random blocks": envelope(base64.b64encode(b"0123456789abcdef" * 8).decode()),
    "padding of zero": envelope(aes(padded(laid_out(TEXT), last=0))),
    "padding of 255": envelope(aes(padded(laid_out(TEXT), last=255))),
    "padding that does not agree": envelope(aes(padded(laid_out(TEXT), last=5))),
    "padding over everything": envelope(aes(b"\x20" * 32)),
    "a length beyond the end": envelope(aes(padded(laid_out(TEXT, length=2**32 - 1)))),
    "a length of zero": envelope(aes(padded(laid_out(TEXT, length=0)))),
    "a length one too short": envelope(aes(padded(laid_out(TEXT, length=len(TEXT.encode()) - 1)))),
    "another appid": envelope(aes(padded(laid_out(TEXT, appid="wx000")))),
    "no appid": envelope(aes(padded(laid_out(TEXT, appid="")))),
    "an appid that goes on": envelope(aes(padded(laid_out(TEXT, appid=APPID + "x")))),
    "a key of nobody": sealed(TEXT, key=KEY_OF_NOBODY),
    "no XML inside": sealed(SECRET),
    "a DOCTYPE inside": sealed(str(PLAIN["an external entity"])),
    "half a message inside": sealed(TEXT[:100]),
    "an absurd field inside": sealed(message(MsgId="abc")),
    "another envelope inside": sealed(sealed(TEXT).body),
}


def received_in_silence(edge: Edge, asked: str, body: bytes | str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        response = edge.client.post("/wechat" + asked, data=body)
    assert (response.status_code, response.data) == (200, b"success")
    assert edge.heard == []
    assert len(caplog.records) == 1
    line = caplog.text
    assert "Traceback" not in line
    assert not any(part in line for part in (SECRET, "小李", "o-worker", "passwd", "signature="))
    assert len(line) < 200


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN)
def test_a_malformed_body_is_received_in_silence(
    body: bytes | str, edges: dict[str, Edge], caplog: pytest.LogCaptureFixture
) -> None:
    received_in_silence(edges["plain"], query(), body, caplog)


@pytest.mark.parametrize("delivery", SAFE.values(), ids=SAFE)
def test_a_malformed_cipher_is_received_in_silence(
    delivery: Sealed, edges: dict[str, Edge], caplog: pytest.LogCaptureFixture
) -> None:
    received_in_silence(edges["safe"], delivery.query, delivery.body, caplog)


def test_the_tables_are_long_and_what_they_break_was_whole(edges: dict[str, Edge]) -> None:
    assert len(PLAIN) + len(SAFE) >= 45
    assert "听到了" in edges["plain"].client.post("/wechat" + query(), data=TEXT).text
    whole = envelope(GOOD)
    edges["safe"].client.post("/wechat" + whole.query, data=whole.body)
    assert [edge.heard[0].text for edge in edges.values()] == [SECRET, SECRET]


PLAIN_EDGE = Edge("plain")
SAFE_EDGE = Edge("safe")
NAMES = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Event", "Recognition")
KINDS = ("text", "voice", "location", "event", "image", "TEXT", "", "device_event")

FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def answered_or_silent(edge: Edge, asked: str, body: bytes) -> None:
    response = edge.client.post("/wechat" + asked, data=body)
    assert response.status_code == (413 if len(body) > 16384 else 200)
    assert response.data in (b"", b"success") or response.data.startswith(b"<xml>")


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(body: bytes) -> None:
    answered_or_silent(PLAIN_EDGE, query(), body)


@FEW
@given(st.dictionaries(st.sampled_from(NAMES), st.none() | st.text(max_size=40)), st.sampled_from(KINDS))
def test_any_fields_are_survived(fields: dict[str, str | None], kind: str) -> None:
    body = message(**{"MsgType": kind, **fields}).encode(errors="surrogatepass")
    answered_or_silent(PLAIN_EDGE, query(), body)


@FEW
@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(0, 255), st.booleans())
def test_any_changed_or_lost_byte_is_survived(at: int, byte: int, cut: bool) -> None:
    body = bytearray(TEXT.encode())
    body[at:] = body[at + 1 :] if cut else bytes([byte]) + body[at + 1 :]
    answered_or_silent(PLAIN_EDGE, query(), bytes(body))


@FEW
@given(st.binary(max_size=200))
def test_any_plain_text_under_the_cipher_is_survived(plain: bytes) -> None:
    delivery = envelope(aes(plain[: len(plain) // 16 * 16]))
    answered_or_silent(SAFE_EDGE, delivery.query, delivery.body.encode())


@FEW
@given(st.integers(0, 1_000), st.integers(0, 255))
def test_any_changed_byte_of_a_cipher_is_survived(at: int, byte: int) -> None:
    data = bytearray(base64.b64decode(GOOD))
    data[at % len(data)] = byte
    delivery = envelope(base64.b64encode(data).decode())
    answered_or_silent(SAFE_EDGE, delivery.query, delivery.body.encode())
