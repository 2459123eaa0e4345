"""The figures of an evaluation, on a handful of lines that can be counted by hand."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from intents.evaluate import Line, evaluate, read_lines
from intents.match_line import as_match_line
from intents.plain import train_plain
from intents.types import Match, Slot

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


class Parrot:
    """Understands each text as it was told to."""

    def __init__(self, *matches: Match) -> None:
        self._matches = {match.text: match for match in matches}

    def match(self, text: str, now: datetime) -> Match:
        return self._matches[text]


def answered(text: str, label: str, *slots: Slot, sure: float = 0.95) -> Match:
    decision = "refuse" if label == "oos" else "answer"
    return Match(text, label, decision, sure, ((label, sure),), slots=slots)


def asked(text: str, *choices: str) -> Match:
    return Match(text, choices[0], "ask", 0.4, ((choices[0], 0.4),), choices)


def test_a_question_back_with_the_right_choice_counts_half() -> None:
    lines = [Line("甲", "aid"), Line("乙", "aid"), Line("丙", "aid")]
    parrot = Parrot(answered("甲", "aid"), asked("乙", "legal", "aid"), asked("丙", "legal", "skills"))
    report = evaluate(lines, parrot, NOW)
    assert report.accuracy == pytest.approx(1.5 / 3)
    assert report.asked == pytest.approx(2 / 3)
    assert report.asked_rightly == pytest.approx(1 / 2)


def test_labels_that_also_count_are_right() -> None:
    report = evaluate([Line("甲", "oos", ("legal",))], Parrot(answered("甲", "legal")), NOW)
    assert (report.accuracy, report.oos_refused) == (1.0, 1.0)


def test_refusals_are_counted_on_both_sides() -> None:
    lines = [
        Line("船票", "oos", near_miss=True),
        Line("天气", "oos"),
        Line("报销", "claim_check"),
        Line("驿站", "station_find"),
    ]
    parrot = Parrot(
        answered("船票", "event_list"),
        answered("天气", "oos"),
        answered("报销", "oos"),
        answered("驿站", "station_find"),
    )
    report = evaluate(lines, parrot, NOW)
    assert (report.oos_refused, report.near_misses_refused, report.in_scope_refused) == (0.5, 0.0, 0.5)
    assert ("oos", "event_list", 1) in report.confusions


def test_confidence_that_promises_too_much_shows_as_calibration_error() -> None:
    lines = [Line("甲", "aid"), Line("乙", "aid")]
    parrot = Parrot(answered("甲", "aid", sure=0.9), answered("乙", "legal", sure=0.9))
    assert evaluate(lines, parrot, NOW).ece == pytest.approx(0.4)


def test_slots_are_compared_as_meant_not_as_typed() -> None:
    paid = Line("3万2", "claim_check", slots={"amount": 32000})
    where = Line("订海", "station_find", slots={"place": "订海", "facility": ["water"]})
    parrot = Parrot(
        answered(paid.text, "claim_check", Slot("amount", 3_200_000, "3万2", 0, 3)),
        answered(
            where.text,
            "station_find",
            Slot("place", "定海区", "订海", 0, 2),
            Slot("facility", "rest", "", 0, 0),
        ),
    )
    report = evaluate([paid, where], parrot, NOW)
    assert report.amounts_exact == 1.0
    assert report.slots["place"].f1 == 1.0
    assert (report.slots["facility"].precision, report.slots["facility"].recall) == (0.0, 0.0)


def test_slots_that_may_be_found_cost_nothing() -> None:
    line = Line("凉茶", "station_find", slots_ok={"facility": ["water"]})
    report = evaluate(
        [line], Parrot(answered("凉茶", "station_find", Slot("facility", "water", "", 0, 0))), NOW
    )
    assert report.slots["facility"].found == 0


def test_the_surest_errors_come_first() -> None:
    lines = [Line("甲", "aid"), Line("乙", "aid")]
    parrot = Parrot(answered("甲", "legal", sure=0.6), answered("乙", "legal", sure=0.9))
    report = evaluate(lines, parrot, NOW)
    assert [error.text for error in report.worst] == ["乙", "甲"]
    assert "乙" in report.as_text()
    assert json.dumps(report.as_dict())


def test_an_empty_file_has_figures_too() -> None:
    assert evaluate([], Parrot(), NOW).as_dict()["lines"] == 0


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_lines('{"text": "甲", "intent": "aid"}\nnonsense\n')


def test_a_match_is_written_with_the_keys_of_the_evaluation_files() -> None:
    match = answered("自付3万多", "claim_check", Slot("amount", 3_000_000, "3万多", 2, 5, ">"))
    line = as_match_line(match)
    assert line["intent"] == "claim_check"
    assert line["slots"] == {"amount": 30000.0}
    assert line["amount_approx"] == ">"


def test_a_word_is_no_slot_where_the_wish_does_nothing_with_it() -> None:
    place = Slot("place", "普陀山", "普陀山", 0, 3)
    assert as_match_line(answered("普陀山", "station_find", place))["slots"]["place"] == "普陀山"
    assert as_match_line(answered("普陀山船票", "oos", place))["slots"] == {}


def test_plain_training_learns_any_labels() -> None:
    pairs = [(f"{verb}{what}", label) for verb in ("打开", "关上", "看看")
             for what, label in (("窗户", "window"), ("音乐", "music"))]  # fmt: skip
    classifier = train_plain(pairs)
    label, score = classifier.classify("把音乐关上")
    assert label == "music"
    assert 0 < score <= 1


def test_plain_training_needs_two_labels() -> None:
    with pytest.raises(ValueError, match="two labels"):
        train_plain([("甲", "aid")])
