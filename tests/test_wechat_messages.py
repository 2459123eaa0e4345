"""Every kind of delivery as the message that the bot works with; and the deliveries of public test suites."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import aes
from bot.wechat import Account
from intents.types import Message
from tests.wechat_client import APPID, KEY, WORKER, config, event, message

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "eval" / "wechat"
AT = datetime.fromtimestamp(1795400000, ZoneInfo("Asia/Shanghai"))


def received(xml: str) -> Message:
    return Account.of(config()).receive({}, xml.encode()).message


def expected(kind: Any, **fields: Any) -> Message:
    return Message(**{"sender": WORKER, "id": "24680", "kind": kind, "at": AT, **fields})


def of_kind(kind: str, **fields: str) -> str:
    return message(MsgType=kind, Content=None, **fields)


KINDS = {
    "text": (message(Content=" 定海 哪里能充电\n"), expected("text", text="定海 哪里能充电")),
    "an empty text": (message(Content=""), expected("text")),
    "a text about DOCTYPE": (message(Content="<!DOCTYPE html>"), expected("text", text="<!DOCTYPE html>")),
    "an upper-case kind": (message(MsgType="TEXT"), expected("text", text="你好")),
    "a MsgID spelt so": (
        message().replace("MsgId", "MsgID"),
        expected("text", text="你好"),
    ),
    "voice": (of_kind("voice", MediaId="m", Recognition="我要报名。"), expected("voice", text="我要报名。")),
    "voice that was not recognised": (of_kind("voice", MediaId="m", Recognition=""), expected("voice")),
    "voice without Recognition": (of_kind("voice", MediaId="m"), expected("voice")),
    "image": (of_kind("image", PicUrl="http://127.0.0.1/a", MediaId="m"), expected("image")),
    "video": (of_kind("video", MediaId="m"), expected("video")),
    "shortvideo": (of_kind("shortvideo", MediaId="m"), expected("shortvideo")),
    "link": (of_kind("link", Title="a", Url="http://127.0.0.1/"), expected("link")),
    "miniprogram page": (of_kind("miniprogrampage", Title="a"), expected("miniprogram")),
    "something new": (of_kind("hologram"), expected("unknown")),
    "a kind that WeChat does not call so": (of_kind("miniprogram"), expected("miniprogram")),
    "location": (
        of_kind("location", Location_X="29.985295", Location_Y="122.207215", Label="定海区"),
        expected("location", point_gcj02=(29.985295, 122.207215), label="定海区"),
    ),
}


@pytest.mark.parametrize(("xml", "wanted"), KINDS.values(), ids=KINDS)
def test_a_delivery_becomes_a_message(xml: str, wanted: Message) -> None:
    assert received(xml) == wanted


EVENTS = {
    "subscribe": ("subscribe", ""),
    "subscribe with a scene": ("subscribe", "qrscene_12"),
    "unsubscribe": ("unsubscribe", ""),
    "SCAN": ("SCAN", "12"),
    "CLICK": ("CLICK", "event_list"),
    "VIEW": ("VIEW", "https://bot.example.org/a?b=c"),
    "LOCATION": ("LOCATION", ""),
    "TEMPLATESENDJOBFINISH": ("TEMPLATESENDJOBFINISH", ""),
    "subscribe_msg_popup_event": ("subscribe_msg_popup_event", ""),
    "kf_create_session": ("kf_create_session", ""),
    "something new": ("beamed_up", ""),
}


@pytest.mark.parametrize(("name", "key"), EVENTS.values(), ids=EVENTS)
def test_an_event_is_known_by_time_name_and_key(name: str, key: str) -> None:
    wanted = expected("event", event=name.lower(), event_key=key, id=f"1795400000 {name.lower()} {key}")
    assert received(event(name, key)) == wanted


def test_an_event_without_a_key_and_with_elements_of_its_own_is_received() -> None:
    bare = event("location_select").replace("<EventKey><![CDATA[]]></EventKey>", "")
    rich = bare.replace("</xml>", "<SendLocationInfo><Location_X>23</Location_X></SendLocationInfo></xml>")
    assert received(bare) == received(rich)


def test_wgs84_is_converted_where_the_configuration_says_that_locations_carry_it() -> None:
    xml = of_kind("location", Location_X="29.985295", Location_Y="122.207215")
    account = replace(Account.of(config()), location="wgs84")
    latitude, longitude = account.receive({}, xml.encode()).message.point_gcj02 or (0.0, 0.0)
    # GCJ-02 lies 200 to 600 m to the south-east of WGS-84 around Zhoushan.
    assert -0.006 < latitude - 29.985295 < -0.001
    assert 0.002 < longitude - 122.207215 < 0.007


def test_what_is_not_asked_for_may_be_doubled_or_nested() -> None:
    xml = message().replace("</xml>", "<A>1</A><A>2</A><B><C>3</C></B></xml>")
    assert received(xml).text == "你好"


# ---------------------------------------------------------------- other people's deliveries


def shared(name: str) -> list[dict[str, Any]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} of the public test suites is not at hand")
    loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_every_delivery_of_public_test_suites_is_received() -> None:
    inbound = [one for one in shared("messages.json") if not one["reply"]]
    assert inbound
    for one in inbound:
        kind = one["kind"].strip().partition(":")[0]
        assert (received(one["xml"]).kind == "event") == (kind == "event")


def test_the_ciphers_of_public_test_suites_are_opened() -> None:
    for vector in shared("crypto_vectors.json"):
        opened = aes.decrypt(vector["cipher"], aes.key_of(vector["key"]), vector["appid"]).decode()
        assert opened == vector.get("plain", opened)
        assert vector.get("contains", "") in opened


def test_what_we_encrypt_we_can_open_and_never_twice_the_same() -> None:
    key = aes.key_of(KEY)
    first, second = (aes.encrypt("你好".encode(), key, APPID) for _ in range(2))
    assert first != second
    assert aes.decrypt(first, key, APPID) == aes.decrypt(second, key, APPID) == "你好".encode()
