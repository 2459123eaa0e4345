"""jieba with our words: one list a process, and a version loaded beside another is cut as if it were alone."""

import gc
import weakref
from pathlib import Path

import jieba
import pytest

from intents.words import tokenizer
from knowledge import dictionary

OURS = ["定海职工驿站", "海上花园登山", "舟山", "工会小屋"]
OTHERS = ["定海职工书屋", "工会小", "海上"]
TEXTS = [
    "定海职工驿站在哪",
    "海上花园登山怎么报名",
    "工会小屋和定海职工书屋",
    "我在海上三个月",
    "舟山的工会小组",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jieba")


def read_anew(words: list[str], cache: Path) -> jieba.Tokenizer:
    """The same by jieba's own means."""
    plain = jieba.Tokenizer()
    plain.tmp_dir = str(cache)
    plain.initialize()
    for word in sorted(words):
        if plain.FREQ.get(word, 0) < 100:
            plain.add_word(word, 2000)
    return plain


def test_words_of_ours_are_learnt_as_jieba_learns_them(cache: Path) -> None:
    ours, by_jieba = tokenizer(OURS, cache), read_anew(OURS, cache)
    assert {word: ours.FREQ[word] for word in by_jieba.FREQ} == by_jieba.FREQ
    assert ours.total == by_jieba.total


def test_the_next_version_is_made_from_the_one_that_serves_and_knows_none_of_its_words(cache: Path) -> None:
    first = tokenizer(OURS, cache)
    before = {text: first.lcut(text) for text in TEXTS}
    last = first
    for words in (OTHERS, OURS, OTHERS):
        last = tokenizer(words, cache)
    by_jieba = read_anew(OTHERS, cache)
    counted = {word: count for word, count in last.FREQ.items() if count}
    assert counted == {word: count for word, count in by_jieba.FREQ.items() if count}
    assert last.total == by_jieba.total
    assert [last.lcut(text) for text in TEXTS] == [by_jieba.lcut(text) for text in TEXTS]
    assert {text: first.lcut(text) for text in TEXTS} == before != {text: last.lcut(text) for text in TEXTS}


def test_what_no_version_uses_any_more_is_freed(cache: Path) -> None:
    first = tokenizer(OURS, cache)
    second = tokenizer(OTHERS, cache)
    gone = weakref.ref(first)
    del first
    gc.collect()
    assert gone() is None
    assert second.lcut("工会小屋") == tokenizer(OTHERS, cache).lcut("工会小屋")


def test_only_who_compiles_keeps_a_list_beside_those_that_cut(cache: Path) -> None:
    tokenizer(OURS, cache)
    assert cache not in dictionary._kept
    plain = dictionary.plain_tokenizer(cache)
    assert plain.FREQ is dictionary.keep(cache)[0]
