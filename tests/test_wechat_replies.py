"""Replies as WeChat gets them: valid XML whatever the words, short enough, choices to tap."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import TEXT_BYTES, Account, Delivery, plain_text
from intents.types import Article, Choice, Message, Reply
from tests.wechat_client import ACCOUNT, WORKER, config

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TO = Delivery(Message(WORKER, "1", "text", NOW), ACCOUNT)


def rendered(reply: Reply) -> ElementTree.Element:
    return ElementTree.fromstring(Account.of(config()).render(reply, TO, NOW))


def words(reply: Reply) -> str:
    return rendered(reply).findtext("Content") or ""


def test_a_text_goes_to_who_asked() -> None:
    root = rendered(Reply("您好"))
    assert {child.tag: child.text for child in root} == {
        "ToUserName": WORKER,
        "FromUserName": ACCOUNT,
        "CreateTime": str(int(NOW.timestamp())),
        "MsgType": "text",
        "Content": "您好",
    }


def test_an_empty_reply_is_success() -> None:
    for reply in (Reply(), Reply("\x00\x01"), Reply("\ud800")):
        assert Account.of(config()).render(reply, TO, NOW) == b"success"


GUARDED = {
    "the end of a CDATA": ("a]]>b", "a]]>b"),
    "many ends": ("]]>]]>]]]]>>", "]]>]]>]]]]>>"),
    "control characters": ("a\x00b\x0bc\x1f", "abc"),
    "tab and line break": ("a\tb\nc", "a\tb\nc"),
    "lone surrogates": ("a\ud83db\ude00", "ab"),
    "an emoji": ("好\U0001f600", "好\U0001f600"),
    "no characters": ("a\ufffe\uffffb", "ab"),
    "angles and ampersands": ("<b>&amp;</b>", "<b>&amp;</b>"),
    "braces and percent": ("{0} {name} %s", "{0} {name} %s"),
}


@pytest.mark.parametrize(("said", "read"), GUARDED.values(), ids=GUARDED)
def test_what_xml_cannot_hold_is_guarded(said: str, read: str) -> None:
    assert words(Reply(said)) == read
    assert rendered(Reply(article=Article(said, said, "https://a.example"))).findtext(".//Title") == read


def test_the_control_wechatpy_alone_would_break() -> None:
    from wechatpy.replies import TextReply

    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(TextReply(content="a]]>b\x00").render())


@given(st.text(st.characters(), max_size=300), st.lists(st.text(st.characters(), max_size=20), max_size=10))
def test_any_words_and_choices_give_valid_xml(text: str, labels: list[str]) -> None:
    reply = Reply(text, choices=tuple(Choice(label, label[::-1]) for label in labels))
    body = Account.of(config()).render(reply, TO, NOW)
    if body != b"success":
        said = ElementTree.fromstring(body).findtext("Content") or ""
        assert len(said.encode()) <= TEXT_BYTES


@pytest.mark.parametrize("character", ["a", "é", "海", "\U0001f600"])
def test_a_long_text_is_cut_on_whole_characters(character: str) -> None:
    said = words(Reply("一" + character * 3000))
    assert TEXT_BYTES - 4 < len(said.encode()) <= TEXT_BYTES
    assert set(said) == {"一", character}


def test_choices_are_numbered_and_can_be_tapped() -> None:
    reply = Reply("您想问哪一件？", choices=(Choice("工会驿站", "找驿站"), Choice("都不是")))
    assert words(reply) == (
        "您想问哪一件？\n"
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=找驿站&msgmenuid=1">工会驿站</a>\n'
        '2. <a href="weixin://bizmsgmenu?msgmenucontent=都不是&msgmenuid=2">都不是</a>'
    )
    assert plain_text(reply) == "您想问哪一件？\n1. 工会驿站\n2. 都不是"


@pytest.mark.parametrize("said", ['a&b="c"', "100% + <1>", "#1 ?", "'引号'", "]]>", "换\n行"])
def test_what_a_tap_says_survives_its_address(said: str) -> None:
    line = words(Reply("", choices=(Choice(said, said),)))
    match = re.fullmatch(
        r'1\. <a href="weixin://bizmsgmenu\?msgmenucontent=([^&"<>\s]+)&msgmenuid=1">([^<>\n]+)</a>', line
    )
    assert match is not None
    assert unquote(match[1]) == said


def test_choices_lose_their_links_before_the_words_lose_theirs() -> None:
    choices = tuple(Choice(f"选项{number}", "要说的话" * 10) for number in range(1, 9))
    text = "字" * 500
    said = words(Reply(text, choices=choices))
    assert said.startswith(text) and said.endswith("\n8. 选项8") and "<a" not in said
    longer = words(Reply("字" * 1000, choices=choices))
    assert longer.endswith("\n8. 选项8") and len(longer.encode()) <= TEXT_BYTES


def test_an_article_is_one_card() -> None:
    article = Article("舟山工会", "说明", "https://a.example/?a=1&b=2", "https://a.example/p.png")
    root = rendered(Reply("不用了", article=article))
    assert (root.findtext("MsgType"), root.findtext("ArticleCount")) == ("news", "1")
    item = root.find("Articles/item")
    assert item is not None
    assert [child.text for child in item] == ["舟山工会", "说明", article.picture_url, article.url]
    assert plain_text(Reply(article=article)) == "舟山工会\n说明\nhttps://a.example/?a=1&b=2"
