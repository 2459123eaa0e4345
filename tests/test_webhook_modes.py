"""Signature first, and the three modes that our own configuration chooses."""

from __future__ import annotations

import logging
import time

import pytest
from flask.testing import FlaskClient
from wechatpy.crypto import WeChatCrypto

from bot import create_app
from intents.types import Message, Reply
from tests.wechat_client import (
    ACCOUNT,
    APPID,
    KEY,
    KEY_OF_NOBODY,
    KEY_PREVIOUS,
    TOKEN,
    WORKER,
    config,
    content,
    envelope,
    event,
    message,
    opened,
    query,
    sealed,
    signature,
)

MODES = ("plain", "compatible", "safe")

#: A body that takes an XML parser long: for those who must not even look at it.
DEEP = b"<xml>" + b"<a>" * 300_000


def echo(heard: Message) -> Reply:
    return Reply(f"{heard.kind}：{heard.text}")


def client(mode: str) -> FlaskClient:
    return create_app(config(mode), echo).test_client()


class Unreadable:
    """A body that must not be read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


# ---------------------------------------------------------------- signature first

BADLY_SIGNED = {
    "nothing at all": "",
    "no signature": "?timestamp=1&nonce=2",
    "an empty signature": "?signature=&timestamp=1&nonce=2",
    "another token": query(token="another"),
    "an empty token": query(token=""),
    "another time": query() + "0",
    "upper case": query().replace(
        signature(TOKEN, "1795400000", "n-1"), signature(TOKEN, "1795400000", "n-1").upper()
    ),
    "cut short": "?signature=" + signature(TOKEN, "1", "2")[:39] + "&timestamp=1&nonce=2",
    "Chinese": "?signature=签名&timestamp=1&nonce=2",
    "bytes that are not UTF-8": "?signature=%ff%fe&timestamp=%80&nonce=%00",
    "a wrong one before the right one": "?signature=0&" + query()[1:],
}


@pytest.mark.parametrize("asked", BADLY_SIGNED.values(), ids=BADLY_SIGNED)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_badly_signed_is_refused_unread(mode: str, asked: str) -> None:
    refusing = client(mode)
    assert refusing.get("/wechat" + asked + ("&" if asked else "?") + "echostr=hello").status_code == 403
    unread = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": "100"}
    response = refusing.post("/wechat" + asked, environ_overrides=unread)
    assert (response.status_code, response.data) == (403, b"")


def test_the_control_a_rightly_signed_body_is_read() -> None:
    with pytest.raises(AssertionError, match="the body was read"):
        app = create_app(config(), echo)
        app.testing = True
        app.test_client().post(
            "/wechat" + query(), environ_overrides={"wsgi.input": Unreadable(), "CONTENT_LENGTH": "100"}
        )


def test_a_badly_signed_heap_of_xml_costs_nothing() -> None:
    """wechatpy's own way is the control: it parses the heap before it looks at the signature."""
    began = time.perf_counter()
    with pytest.raises(Exception):  # noqa: B017 - whatever it says of an open tag
        WeChatCrypto(TOKEN, KEY, APPID).decrypt_message(DEEP, "wrong", "1", "2")
    parsed = time.perf_counter() - began
    for mode in MODES:
        refusing = client(mode)
        began = time.perf_counter()
        assert refusing.post("/wechat?signature=wrong&msg_signature=wrong", data=DEEP).status_code == 403
        assert time.perf_counter() - began < parsed / 4


def test_a_badly_signed_cipher_is_refused_before_its_envelope_is_parsed() -> None:
    good = sealed(message())
    asked = good.query.replace("msg_signature=", "msg_signature=0")
    for mode in ("compatible", "safe"):
        assert client(mode).post("/wechat" + asked, data=good.body).status_code == 403
        assert client(mode).post("/wechat" + asked, data=good.body + "<a><b").status_code == 403


def test_nothing_of_the_query_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for asked in ("?signature=seen&timestamp=1&nonce=2", query()):
            client("plain").post("/wechat" + asked, data=b"<")
    assert not any(part in caplog.text for part in ("seen", "nonce=", "n-1", "timestamp="))


def test_more_than_the_cap_is_refused_without_reading_it_all() -> None:
    signed = client("plain")
    unread = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": "16385"}
    assert signed.post("/wechat" + query(), environ_overrides=unread).status_code == 413
    just_fits = message(Content="").replace("<Content>", "<Content>" + "一" * 5300)
    assert len(just_fits.encode()) < 16384
    assert signed.post("/wechat" + query(), data=just_fits).status_code == 200


# ---------------------------------------------------------------- the verification of the address


@pytest.mark.parametrize("mode", MODES)
def test_the_address_is_verified_with_a_plain_echo(mode: str) -> None:
    response = client(mode).get("/wechat" + query(echostr="5927 <b>&"))
    assert (response.status_code, response.text) == (200, "5927 <b>&")
    assert response.mimetype == "text/plain"


@pytest.mark.parametrize("mode", ["compatible", "safe"])
@pytest.mark.parametrize("key", [KEY, KEY_PREVIOUS])
def test_the_address_is_verified_with_an_encrypted_echo(mode: str, key: str) -> None:
    good = sealed("1234567890", key)
    echostr = good.body.partition("[CDATA[")[2].partition("]]")[0]
    asked = {"timestamp": "1795400000", "nonce": "n-1", "echostr": echostr}
    signed = signature(TOKEN, "1795400000", "n-1", echostr)
    assert client(mode).get("/wechat", query_string={**asked, "msg_signature": signed}).text == "1234567890"
    assert client(mode).get("/wechat", query_string={**asked, "msg_signature": "0" * 40}).status_code == 403


# ---------------------------------------------------------------- the three modes


def test_plain_mode_speaks_plainly() -> None:
    response = client("plain").post("/wechat" + query(), data=message(Content="你好"))
    assert content(response.data) == "text：你好"
    assert f"<ToUserName><![CDATA[{WORKER}]]></ToUserName>" in response.text
    assert f"<FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>" in response.text


@pytest.mark.parametrize("mode", ["compatible", "safe"])
@pytest.mark.parametrize("key", [KEY, KEY_PREVIOUS])
def test_an_encrypted_message_is_answered_with_the_key_that_opened_it(mode: str, key: str) -> None:
    good = sealed(message(Content="你好"), key)
    response = client(mode).post("/wechat" + good.query, data=good.body)
    assert content(opened(response.data, key)) == "text：你好"


def test_a_message_of_any_length_is_padded_rightly() -> None:
    for length in range(33):
        good = sealed(message(Content="a" * length))
        response = client("safe").post("/wechat" + good.query, data=good.body)
        assert content(opened(response.data)) == "text：" + "a" * length


def test_safe_mode_takes_no_plain_message() -> None:
    for asked in (query(), query(encrypt_type="raw"), query(msg_signature="0" * 40), query(msg_signature="")):
        response = client("safe").post("/wechat" + asked, data=message())
        assert (response.status_code, response.data) in ((403, b""), (200, b"success"))
    rightly_signed_but_plain = envelope("x").query
    assert client("safe").post("/wechat" + rightly_signed_but_plain, data=message()).data == b"success"


def test_compatible_mode_believes_the_encrypted_form() -> None:
    both = sealed(message(Content="密"), beside="<Content>明</Content><FromUserName>o-other</FromUserName>")
    response = client("compatible").post("/wechat" + both.query, data=both.body)
    assert content(opened(response.data)) == "text：密"
    assert client("compatible").post("/wechat" + query(encrypt_type="aes"), data=both.body).status_code == 403


def test_compatible_mode_answers_a_plain_message_plainly() -> None:
    assert content(client("compatible").post("/wechat" + query(), data=message()).data) == "text：你好"


def test_plain_mode_never_decrypts() -> None:
    good = sealed(message())
    assert client("plain").post("/wechat" + good.query, data=good.body).data == b"success"


def test_a_key_of_nobody_opens_nothing() -> None:
    strange = sealed(message(), KEY_OF_NOBODY)
    assert client("safe").post("/wechat" + strange.query, data=strange.body).data == b"success"


# ---------------------------------------------------------------- what goes wrong inside


def failing(heard: Message) -> Reply:
    raise KeyError(f"{heard.sender} said {heard.text}")


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_fault_inside_is_apologised_for_and_logged_without_content(
    mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = create_app(config(mode), failing, apology="对不起，请再发一次。").test_client()
    good = sealed(message(Content="我住院了"))
    asked, body = (good.query, good.body) if mode == "safe" else (query(), message(Content="我住院了"))
    with caplog.at_level(logging.DEBUG):
        response = broken.post("/wechat" + asked, data=body)
    assert response.status_code == 200
    assert content(opened(response.data) if mode == "safe" else response.data) == "对不起，请再发一次。"
    assert len(caplog.records) == 1 and "KeyError in failing" in caplog.text
    assert not any(part in caplog.text for part in (WORKER, "住院", "said", "24680"))


def test_a_fault_at_an_event_says_nothing() -> None:
    broken = create_app(config(), failing).test_client()
    assert broken.post("/wechat" + query(), data=event("LOCATION")).data == b"success"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_served(method: str) -> None:
    assert getattr(client("plain"), method)("/wechat" + query()).status_code == 405


def test_the_health_page_waits_for_every_worker() -> None:
    ready = [False]
    app = create_app(config(), echo, ready=lambda: ready[0]).test_client()
    assert app.get("/healthz").status_code == 503
    ready[0] = True
    assert app.get("/healthz").status_code == 200
