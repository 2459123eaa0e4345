"""One way of writing for matching; how characters sound; pinyin typed in letters."""

import pytest

from intents.text import (
    LONGEST,
    fold,
    heard,
    latin_syllables,
    normalise,
    sound,
    sounds,
    spelled,
    without_marks,
)
from knowledge.characters import same_sounding, simplify, syllable, syllables, traditional

WRITTEN = {
    "full width": ("ＯＫ　３万２", "ok 3万2"),
    "traditional": ("報銷醫藥費", "报销医药费"),
    "fillers": ("嗯那个我想问一下驿站在哪里啊", "驿站在哪里"),
    "courtesies around a wish": ("你好，请问驿站在哪里，谢谢", "驿站在哪里"),
    "a greeting alone stays": ("你好", "你好"),
    "thanks alone stay": ("谢谢", "谢谢"),
    "a filler alone stays": ("啊", "啊"),
    "repeats": ("急急急急急！！！！", "急急"),
    "emoji": ("😭住院了😭😭", "住院了"),
    "spoken east of Ningbo": ("驿站有伐", "驿站有吗"),
    "spoken in Sichuan": ("啥子时候报名嘛", "什么时候报名吗"),
    "a pause is a comma": ("住院了 能报吗", "住院了,能报吗"),
    "latin words keep their space": ("human agent", "human agent"),
}


@pytest.mark.parametrize(("typed", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_many_ways_of_writing_become_one(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize("typed", ["３万２", "報銷İ🙂Ａ", "", "İİ", "額度\n\t ｡"])
def test_folding_keeps_every_character_in_its_place(typed: str) -> None:
    assert len(fold(typed)) == len(typed)


def test_a_message_of_any_length_costs_no_more_than_a_short_one() -> None:
    assert len(normalise("报销" * 100_000)) <= LONGEST


def test_punctuation_goes_but_decimal_points_stay() -> None:
    assert without_marks("自付1,234.56,能报吗?") == "自付1,234.56能报吗"


def test_characters_know_their_sound_and_their_simplified_form() -> None:
    assert simplify("醫療互助") == "医疗互助"
    assert traditional("医疗互助") == "醫療互助"
    assert syllables("驿站a绿") == ["yi", "zhan", "", "lv"]
    assert syllable("驛") == "yi"
    assert "驿" in same_sounding()["yi"]


def test_what_a_southern_ear_hears_alike_sounds_alike() -> None:
    assert sound("zhan") == sound("zan")
    assert sound("ding") == sound("din")
    assert sound("niu") == sound("liu")
    assert sound("zhang") != sound("zhan")


PINYIN = {
    "kunnan": ["kun", "nan"],
    "zhigong": ["zhi", "gong"],
    "baoming": ["bao", "ming"],
    "hello": [],
    "wifi": [],
}


@pytest.mark.parametrize(("typed", "expected"), PINYIN.items(), ids=PINYIN)
def test_letters_are_heard_as_pinyin_where_they_are_pinyin(typed: str, expected: list[str]) -> None:
    assert latin_syllables(typed) == expected


def test_sounds_know_where_they_stand() -> None:
    signs, places = sounds("去yizhan吧")
    assert spelled(signs) == "qu yi zan ba"
    assert places == [0, 1, 1, 7]


def test_a_sign_stands_for_each_sound_and_what_has_none_stays() -> None:
    assert heard("订海") == heard("定海")
    assert len(heard("定海 wifi 3楼")) == len("定海 wifi 3楼")
    assert spelled(heard("驿a")) == "yi a"
