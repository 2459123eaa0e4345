"""What the trained matcher understands, how it says that it is unsure, and that it stays the same when kept."""

from datetime import datetime
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from bot.publishing import Published
from intents.concepts import Lexicon
from intents.evaluate import evaluate, read_lines
from intents.matcher import Matcher
from intents.text import sounds
from intents.types import LABELS

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
OPEN_SET = Path(__file__).resolve().parents[2] / "shared" / "eval" / "utterances.jsonl"
KNOWN_PHRASES = Path(__file__).resolve().parents[1] / "knowledge" / "content" / "phrases"

WISHES = {
    "我是骑手，自己付了九千能不能报": "claim_check",
    "医疗互助申请表到哪里领": "claim_howto",
    "高亭附近有没有能热饭的驿站": "station_find",
    "这个月有哪些活动可以参加": "event_list",
    "帮我报名参加书法班": "event_signup",
    "我报名成功了没有": "event_mine",
    "我的报名取消掉": "event_cancel",
    "家里太困难了，想申请困难职工": "aid",
    "老板欠我三个月工资": "legal",
    "疗休养今年怎么安排": "recuperation",
    "技能等级证书有没有补贴": "skills",
    "外卖员可以加入工会吗": "join_union",
    "暑假托班几岁能报": "childcare",
    "转人工": "human",
    "你好": "greet",
    "谢谢": "thanks",
    "你能做什么": "help",
    "公积金怎么提取": "oos",
    "去普陀山的船票多少钱": "oos",
}

MISTYPED = {
    "same sounds": ("住院能抱消多少", "claim_check"),
    "traditional": ("附近有沒有驛站", "station_find"),
    "pinyin": ("wo de baoming", "event_mine"),
    "full width": ("ｏｋ　谢谢", "thanks"),
    "fillers and courtesies": ("你好，嗯那个我想问一下附近有没有驿站啊，谢谢", "station_find"),
}


@pytest.fixture(scope="module")
def matcher(published: Published) -> Matcher:
    return published.matcher


@pytest.mark.parametrize(("text", "label"), WISHES.items(), ids=WISHES.values())
def test_a_plain_wish_is_understood(matcher: Matcher, text: str, label: str) -> None:
    match = matcher.match(text, NOW)
    assert (match.intent, match.decision) == (label, "refuse" if label == "oos" else "answer")


@pytest.mark.parametrize(("text", "label"), MISTYPED.values(), ids=MISTYPED)
def test_what_is_mistyped_is_understood(matcher: Matcher, text: str, label: str) -> None:
    assert matcher.match(text, NOW).intent == label


def test_two_wishes_in_one_message_are_both_heard(matcher: Matcher) -> None:
    match = matcher.match("住院自己付了3万2能报多少，要带什么材料", NOW)
    assert (match.intent, match.also) == ("claim_check", ("claim_howto",))


def test_one_wish_in_two_clauses_stays_one(matcher: Matcher) -> None:
    assert matcher.match("我在定海，附近哪里有驿站", NOW).also == ()


def test_nothing_at_all_is_refused(matcher: Matcher) -> None:
    for text in ("", "   ", "🙂🙂"):
        assert matcher.match(text, NOW).decision == "refuse"


def test_a_question_back_offers_two_to_four_choices_of_ours(matcher: Matcher) -> None:
    asked = [matcher.match(text, NOW) for text in ("那个怎么弄", "名额", "怎么申请", "要什么条件", "多少钱")]
    unsure = [match for match in asked if match.decision == "ask"]
    assert unsure
    for match in unsure:
        assert 2 <= len(match.choices) <= 4
        assert not {"oos", "greet", "thanks"} & set(match.choices)
        assert match.confidence < matcher.answer_at


def test_chances_are_chances(matcher: Matcher) -> None:
    match = matcher.match("报销", NOW)
    assert {label for label, _ in match.ranked} == set(LABELS)
    assert sum(chance for _, chance in match.ranked) == pytest.approx(1, abs=1e-4)


def test_a_kept_matcher_understands_the_same(matcher: Matcher, published: Published) -> None:
    again = Matcher.from_bytes(matcher.to_bytes(), published.knowledge)
    for text in [*WISHES, "随便说点什么"]:
        assert again.match(text, NOW) == matcher.match(text, NOW)


def test_it_says_what_decided(matcher: Matcher) -> None:
    lines = matcher.explain("住院能抱消多少", NOW)
    assert any("报销（同音）" in line for line in lines)
    assert lines[0].startswith("结论 answer claim_check")


def test_a_message_of_a_hundred_thousand_characters_costs_no_more_than_a_short_one(matcher: Matcher) -> None:
    started = perf_counter()
    matcher.match("我想问一下报销的事情" * 10_000, NOW)
    assert perf_counter() - started < 0.5


def heard_in(words: dict[str, tuple[str, ...]], text: str, known: set[str]) -> list[tuple[str, str, bool]]:
    hits = Lexicon(words).find(text, *sounds(text), known.__contains__)
    return [(hit.concept, hit.word, hit.by_sound) for hit in hits]


def test_a_word_inside_a_longer_one_does_not_count() -> None:
    words = {"concepts.insurance": ("社保",), "concepts.card": ("社保卡",)}
    assert heard_in(words, "社保卡丢了", set()) == [("card", "社保卡", False)]


def test_a_concept_is_heard_in_what_is_misspelled_but_not_in_another_word() -> None:
    words = {"concepts.cancel": ("取消",), "concepts.center": ("公证",)}
    assert heard_in(words, "取肖报名", set()) == [("cancel", "取消", True)]
    assert heard_in(words, "工整", {"工整"}) == []


def test_latin_words_are_found_whole() -> None:
    words = {"concepts.greet": ("hi",)}
    assert heard_in(words, "hi 你好", set()) == [("greet", "hi", False)]
    assert heard_in(words, "this", set()) == []


#: Right, refused out of scope, near misses among them, amounts exact: at least.
FLOORS = {
    "unseen.jsonl": (0.93, 0.95, 0.0, 0.97),
    "unseen_many.jsonl": (0.95, 0.9, 0.95, 0.93),
    "unseen_third.jsonl": (0.91, 0.8, 0.88, 0.85),
}


@pytest.mark.parametrize("file", FLOORS)
def test_lines_that_nobody_learned_are_understood(matcher: Matcher, file: str) -> None:
    """Written by four people without looking at the phrases; of `unseen_many` half B by hash was never read, of the last file none."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    known = {phrase for phrases in KNOWN_PHRASES.glob("*.txt") for phrase in _lines(phrases)}
    lines = read_lines(text)
    assert not known & {line.text for line in lines}
    report, (right, refused, near, amounts) = evaluate(lines, matcher, NOW), FLOORS[file]
    assert report.accuracy >= right
    assert report.oos_refused >= refused
    assert report.near_misses_refused >= near
    assert report.amounts_exact >= amounts


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(not OPEN_SET.exists(), reason="the open evaluation set is not here")
def test_the_open_set_is_understood_as_well_as_we_promise(matcher: Matcher) -> None:
    report = evaluate(read_lines(OPEN_SET.read_text(encoding="utf-8")), matcher, NOW)
    assert report.accuracy >= 0.85
    assert report.services_accuracy >= 0.85
    assert report.asked <= 0.12
    assert report.oos_refused >= 0.88
    assert report.near_misses_refused >= 0.82
    assert report.in_scope_refused <= 0.05
    assert report.ece <= 0.08
