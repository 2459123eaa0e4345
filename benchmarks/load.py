"""WeChat's side at full speed: signed messages over kept connections, each timed; in a process of its own.

`python -m benchmarks.load PORT MODE CONNECTIONS SECONDS [TALKS]` prints the latencies in seconds as JSON. TALKS is a
file of one text a line (*.txt), or of dialogues as `chat --jsonl` takes them apart (*.jsonl: "turns" of "user").
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

from wechatpy.crypto import PrpCrypto, WeChatCrypto

from bot.config import DEMO

#: Some eighteen characters each, as workers write; every one means something to the bot.
TEXTS = (
    "住院自己花了八千多能报多少钱",
    "定海附近哪里可以给电动车充电",
    "最近有什么活动可以报名参加的",
    "老板三个月没有发工资怎么办呀",
    "我想加入工会需要什么材料",
    "沈家门有没有可以休息喝水的驿站",
    "暑假孩子没人带工会有托班吗",
    "我报名的活动是什么时候开始",
    "技能等级证书考出来有没有补贴",
    "今天天气怎么样会不会下雨",
)


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


#: What one worker says, one message after the other.
Talk = Sequence[str]


def talks_of(path: Path) -> list[Talk]:
    """The talks in a file; what is no text (a place, a tap) is left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix != ".jsonl":
        return [(line,) for line in lines if line and not line.startswith("#")]
    said = ([turn["user"] for turn in json.loads(line)["turns"]] for line in lines)
    return [[text for text in talk if isinstance(text, str)] for talk in said]


def request(number: int, mode: str, sender: int, text: str) -> bytes:
    """One HTTP request; the message follows from the number, so none is a copy."""
    xml = (
        f"<xml><ToUserName><![CDATA[gh_demo]]></ToUserName><FromUserName><![CDATA[bench-{sender}]]>"
        f"</FromUserName><CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId></xml>"
    )
    query = {"timestamp": "1795400000", "nonce": str(number)}
    query["signature"] = signature(DEMO.token, *query.values())
    if mode == "safe":
        key = WeChatCrypto(DEMO.token, DEMO.aes_key, DEMO.appid).key
        sealed = PrpCrypto(key).encrypt(xml, DEMO.appid).decode()
        signed = signature(DEMO.token, query["timestamp"], query["nonce"], sealed)
        query |= {"encrypt_type": "aes", "msg_signature": signed}
        xml = (
            f"<xml><ToUserName><![CDATA[gh_demo]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        )
    body = xml.encode()
    head = f"POST /wechat?{urlencode(query)} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def talk(port: int, requests: list[bytes], until: float, latencies: list[float]) -> None:
    """Send one request after the other on one connection until the time is up or none is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for one in requests:
        began = time.perf_counter()
        if began > until:
            break
        writer.write(one)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200") or not body.startswith(b"<xml>"):
            raise SystemExit(f"not an answer: {head!r} {body!r}")
        latencies.append(time.perf_counter() - began)
    writer.close()


def on_a_line(line: int, lines: int, first: int, mode: str, talks: Sequence[Talk]) -> Iterator[bytes]:
    """The requests of one connection for ever: whole talks, each by another of 5,000 workers."""
    number, talk = first + line, line
    while True:
        for text in talks[talk % len(talks)]:
            yield request(number, mode, talk % 5000, text)
            number += lines
        talk += lines


async def load(port: int, mode: str, connections: int, seconds: float, talks: Sequence[Talk]) -> list[float]:
    """The latencies of as many requests as `connections` get through in `seconds`."""
    first = int(time.time() * 1000) * 1000
    most = int(seconds * 800)  # a connection; prepared before the clock starts
    prepared = [
        list(islice(on_a_line(line, connections, first, mode, talks), most)) for line in range(connections)
    ]
    latencies: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(talk(port, requests, until, latencies) for requests in prepared))
    return latencies


if __name__ == "__main__":
    arguments = sys.argv[1:]
    port, mode, connections, seconds = int(arguments[0]), arguments[1], int(arguments[2]), float(arguments[3])
    talks = talks_of(Path(arguments[4])) if len(arguments) > 4 else [(text,) for text in TEXTS]
    json.dump(asyncio.run(load(port, mode, connections, seconds, talks)), sys.stdout)
