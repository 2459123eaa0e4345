"""WeChat's side of the line: a message as XML, signed and perhaps encrypted; the reply read back.

Written from the protocol, not from bot/wechat.py, so that the two check each other.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bot import aes
from bot.config import Credentials

#: WeChat hangs up after this many seconds; so do we.
PATIENCE_SECONDS = 5

ACCOUNT = "gh_demo"

#: The fields of each kind beside those that all have, from what the page sends.
BODIES = {
    "voice": {"MsgType": "voice", "MediaId": "demo", "Format": "amr", "Recognition": "{voice}"},
    "image": {"MsgType": "image", "PicUrl": "http://127.0.0.1/demo.jpg", "MediaId": "demo"},
    "menu_click": {"MsgType": "event", "Event": "CLICK", "EventKey": "{menu_click}"},
    "event": {"MsgType": "event", "Event": "{event}", "EventKey": ""},
    "text": {"MsgType": "text", "Content": "{text}"},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as it stood on the wire, and what came back."""

    xml: str  # before encryption
    wire: str  # the body that was posted
    received: str  # the reply's XML, decrypted; or `success`
    status: int


def message_xml(user: Mapping[str, Any], sender: str, identity: int, at: int) -> str:
    """The XML of what a person did on the page: text, voice, location, image, menu_click or event."""
    if "location" in user:
        latitude, longitude = (float(number) for number in user["location"])
        fields = {
            "MsgType": "location",
            "Location_X": f"{latitude:.6f}",
            "Location_Y": f"{longitude:.6f}",
            "Scale": "15",
            "Label": str(user.get("label", "")),
        }
    else:
        kind = next(kind for kind in BODIES if kind in user)
        fields = {name: value.format(**user) for name, value in BODIES[kind].items()}
    common = {"ToUserName": ACCOUNT, "FromUserName": sender, "CreateTime": str(at)}
    if fields["MsgType"] != "event":
        fields["MsgId"] = str(identity)
    lines = [f"<{name}>{escape(value)}</{name}>" for name, value in {**common, **fields}.items()]
    return "\n".join(["<xml>", *lines, "</xml>"])


def message_id(user: Mapping[str, Any], identity: int, at: int) -> str:
    """What tells this message from others: its MsgId, or what stands for it in an event."""
    if "menu_click" in user:
        return f"{at} click {user['menu_click']}"
    return f"{at} {user['event']} " if "event" in user else str(identity)


def signature(*parts: str) -> str:
    """WeChat's signature: sha1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def post(address: str, xml: str, credentials: Credentials, at: int, encrypted: bool) -> Sent:
    """Post one message to the webhook at `address` as WeChat does. Raises OSError when nobody answers."""
    timestamp, nonce = str(at), secrets.token_hex(5)
    query = {
        "signature": signature(credentials.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    wire = xml
    key = aes.key_of(credentials.aes_key) if encrypted else b""
    if encrypted:
        sealed = aes.encrypt(xml.encode(), key, credentials.appid)
        wire = f"<xml>\n<ToUserName>{ACCOUNT}</ToUserName>\n<Encrypt>{sealed}</Encrypt>\n</xml>"
        query |= {
            "encrypt_type": "aes",
            "msg_signature": signature(credentials.token, timestamp, nonce, sealed),
        }
    request = urllib.request.Request(
        f"{address}?{urlencode(query)}", wire.encode(), {"Content-Type": "text/xml"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            body, status = answer.read().decode(), answer.status
    except urllib.error.HTTPError as error:
        with error:
            body, status = error.read().decode(errors="replace"), error.code
    if encrypted and (found := re.search(r"<Encrypt>(?:<!\[CDATA\[)?([^<\]]+)", body)):
        body = aes.decrypt(found[1], key, credentials.appid).decode()
    return Sent(xml, wire, body, status)


def reply_of(received: str) -> dict[str, Any]:
    """What the page draws: kind text, news or none."""
    if not received.lstrip().startswith("<xml"):
        return {"kind": "none", "text": ""}
    root = ElementTree.fromstring(received)
    if root.findtext("MsgType") == "news":
        item = root.find("Articles/item")
        fields = {"title": "Title", "description": "Description", "url": "Url", "picture_url": "PicUrl"}
        article = {
            name: (item.findtext(tag) or "") if item is not None else "" for name, tag in fields.items()
        }
        return {"kind": "news", "text": "", "article": article}
    return {"kind": "text", "text": root.findtext("Content") or ""}
