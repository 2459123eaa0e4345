"""News that we begin, against a WeChat of our own over real HTTP: each once, and what fails waits for a reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from state_case import EVENT, NOW, PHONE, Town, say
from wechat_host import WeChat, running

from bot import outbound
from bot.config import WeChat as Account
from bot.state import outbox
from bot.state.outbox import Tokens
from bot.state.store import State
from bot.wechat_api import Api
from intents.types import Reply

SERVICE = Account(outbound="customer_service")
BOTH = Account(outbound="customer_service", notice="subscribe", notice_template="tpl-1")
NOTICES = Account(notice="template", notice_template="tpl-1", notice_fields="first=title second=words")


@pytest.fixture
def wechat() -> Iterator[WeChat]:
    with running() as server:
        yield server


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    for worker in ("甲", "乙", "丙"):
        writes(town, worker)
        town.joins(worker)
    town.leaves("甲")  # 丙 moves up
    yield town
    town.state.close()


def writes(town: Town, worker: str, at: datetime = NOW) -> None:
    """A message of `worker`, so that he has a session."""
    with town.says(worker, at) as tx:
        session = tx.session()
        session.last_intent = "greet"
        tx.save(session, f"{worker}{at}", Reply())


def send(town: Town, wechat: WeChat, at: datetime = NOW, how: Account = SERVICE) -> int:
    api = Api("wx1", "secret", Tokens(town.state, lambda: at), wechat.host)
    return outbound.send(town.state, say, lambda: at, outbound.teller(api, how), how.notice != "none")


def test_news_is_sent_once_and_not_told_again(town: Town, wechat: WeChat) -> None:
    assert send(town, wechat) == 1
    assert wechat.told == [("丙", "news.promoted 丙 3")]
    assert send(town, wechat) == 0
    assert town.news("丙") == []


def test_all_senders_share_one_token(town: Town, wechat: WeChat) -> None:
    send(town, wechat)
    other = State.open(town.path, town.state.keys)
    Api("wx1", "secret", Tokens(other, lambda: NOW), wechat.host).tell("乙", "你好")
    other.close()
    assert wechat.tokens == 1
    assert b"token-1" not in town.bytes()


def test_an_old_token_is_exchanged_and_the_news_sent(town: Town, wechat: WeChat) -> None:
    wechat.fails = [40001]
    assert send(town, wechat) == 1
    assert wechat.tokens == 2
    assert wechat.told == [("丙", "news.promoted 丙 3")]


@pytest.mark.parametrize("trouble", [45015, 45047, 48001, "500", "silence"])
def test_what_wechat_does_not_take_is_told_before_the_next_reply(
    town: Town, wechat: WeChat, trouble: int | str
) -> None:
    wechat.fails = [trouble]
    assert send(town, wechat) == 0
    assert send(town, wechat) == 0, "and not tried again"
    assert wechat.told == []
    assert town.news("丙") == ["news.promoted 丙 3"]


def test_who_has_not_written_for_two_days_is_not_written_to(town: Town, wechat: WeChat) -> None:
    assert send(town, wechat, NOW + timedelta(hours=49)) == 0
    assert town.news("丙") == ["news.promoted 丙 3"]


def test_who_has_been_silent_for_long_gets_a_notice_once(town: Town, wechat: WeChat) -> None:
    late = NOW + timedelta(days=4)
    assert [send(town, wechat, late, BOTH), send(town, wechat, late, BOTH)] == [1, 0]
    [(path, body)] = wechat.asked
    assert path.endswith("/message/subscribe/bizsend")
    assert (body["touser"], body["template_id"]) == ("丙", "tpl-1")
    assert body["data"]["thing1"]["value"] == EVENT.title
    assert all(len(one["value"]) <= 20 for one in body["data"].values())
    assert town.news("丙") == []


def test_who_wrote_just_now_gets_the_message_and_no_notice_beside_it(town: Town, wechat: WeChat) -> None:
    assert send(town, wechat, how=BOTH) == 1
    assert wechat.told == [("丙", "news.promoted 丙 3")]


def test_a_notice_takes_the_place_of_a_message_that_is_refused(town: Town, wechat: WeChat) -> None:
    wechat.fails = [45015]
    assert send(town, wechat, how=BOTH) == 1
    assert [path.rpartition("/")[2] for path, _ in wechat.asked] == ["bizsend"]


def test_who_has_not_agreed_to_notices_hears_it_with_the_next_reply(town: Town, wechat: WeChat) -> None:
    wechat.fails = [43101]
    late = NOW + timedelta(days=4)
    assert [send(town, wechat, late, BOTH), send(town, wechat, late, BOTH)] == [0, 0]
    assert town.news("丙") == ["news.promoted 丙 3"]


def test_where_nobody_knows_whether_it_arrived_no_notice_follows(town: Town, wechat: WeChat) -> None:
    wechat.fails = ["silence"]
    assert send(town, wechat, how=BOTH) == 0
    assert wechat.asked == []


def test_an_account_with_templates_alone_sends_those(town: Town, wechat: WeChat) -> None:
    assert send(town, wechat, how=NOTICES) == 1
    [(path, body)] = wechat.asked
    assert path.endswith("/message/template/send")
    assert list(body["data"]) == ["first", "second"]


def test_two_senders_at_once_send_it_once(town: Town, wechat: WeChat) -> None:
    claimed = [outbox.claim(town.state, NOW, say), outbox.claim(town.state, NOW, say)]
    assert [len(one) for one in claimed] == [1, 0]


def test_news_on_its_way_is_not_told_too_unless_its_sender_died(town: Town) -> None:
    outbox.claim(town.state, NOW, say)
    with town.says("丙", NOW + timedelta(seconds=5)) as tx:
        assert tx.people.news() == []
    with town.says("丙", NOW + timedelta(minutes=3)) as tx:
        assert tx.people.news() == ["news.promoted 丙 3"]


def test_one_process_is_the_sender_until_it_is_silent(town: Town) -> None:
    lasting = timedelta(seconds=60)

    def holds(holder: str, after: int) -> bool:
        return outbox.lease(town.state, "outbound", holder, NOW + timedelta(seconds=after), lasting)

    assert [holds("a", 0), holds("b", 30), holds("a", 50), holds("b", 100), holds("b", 111)] == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_people_are_reminded_once_a_day_before(town: Town) -> None:
    assert EVENT.starts_at is not None
    assert outbox.remind(town.state, EVENT.starts_at - timedelta(hours=25)) == 0
    assert outbox.remind(town.state, EVENT.starts_at - timedelta(hours=23)) == 2
    assert outbox.remind(town.state, EVENT.starts_at - timedelta(hours=22)) == 0
    assert town.news("乙") == ["news.reminder"]


def test_nobody_is_reminded_of_what_was_called_off(town: Town) -> None:
    assert EVENT.starts_at is not None
    town.state.publish_events([replace(EVENT, cancelled=True)], NOW)
    assert outbox.remind(town.state, EVENT.starts_at - timedelta(hours=2)) == 0
    assert PHONE not in str(town.state.trail())
