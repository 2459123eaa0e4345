"""A second opinion on messages that the words leave unsure: asked only there, never alone, never waited for."""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot import opinions
from bot.config import ConfigError, load
from bot.publishing import Published
from intents import opinion
from intents.features import Floats
from intents.matcher import Matcher
from intents.opinion import Opinion
from intents.types import LABELS

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PHRASES = {
    "开刀花了五千": "claim_check",
    "驿站在哪": "station_find",
    "住院能报吗": "claim_check",
    "哪里充电": "station_find",
}
ROOT = Path(__file__).resolve().parent.parent


def by_characters(texts: Sequence[str]) -> Floats:
    """The simplest encoder: which characters a text has."""
    rows = np.zeros((len(texts), 64), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for char in text:
            row[ord(char) % 64] += 1
    return rows


def learnt(asked: list[str]) -> Opinion:
    def encode(texts: Sequence[str]) -> Floats:
        asked.extend(texts)
        return by_characters(texts)

    return Opinion.learn(by_characters(list(PHRASES)), list(PHRASES.values()), lambda: encode)


def with_opinion(published: Published, second: Opinion) -> Matcher:
    matcher = Matcher.from_bytes(published.matcher.to_bytes(), published.knowledge)
    matcher.opinion = second
    return matcher


def test_it_has_learnt_the_phrases_and_knows_them_when_kept() -> None:
    second = Opinion.from_bytes(learnt([]).to_bytes(), lambda: by_characters)
    second.wait()
    for phrase, label in PHRASES.items():
        scores = second.scores(phrase)
        assert scores is not None
        assert LABELS[int(scores.argmax())] == label


def test_nobody_waits_until_it_is_loaded() -> None:
    may_load = threading.Event()

    def slow() -> opinion.Encode:
        may_load.wait(10)
        return by_characters

    second = Opinion.learn(by_characters(list(PHRASES)), list(PHRASES.values()), slow)
    assert second.scores("驿站在哪") is None
    assert second.begin_loading() is None  # it is being loaded already
    may_load.set()


def test_a_clear_message_is_not_put_to_it_and_an_unclear_one_only_once(published: Published) -> None:
    asked: list[str] = []
    second = learnt(asked)
    second.wait()
    matcher = with_opinion(published, second)
    assert matcher.match("转人工", NOW) == published.matcher.match("转人工", NOW)
    assert asked == []
    first = matcher.match("那个怎么弄", NOW)
    assert matcher.match("那个怎么弄", NOW) == first
    assert len(asked) == 1
    assert first.ranked != published.matcher.match("那个怎么弄", NOW).ranked


def test_its_table_is_read_from_a_file_where_it_is_wanted(tmp_path: Path) -> None:
    table = np.arange(60, dtype=np.uint8).reshape(12, 5)
    (tmp_path / "use-00000000.table").write_bytes(b"an older encoder's")
    rows = opinions.in_file(table, tmp_path, "use")
    wanted = np.array([11, 0, 3, 3])
    assert rows is not table
    assert (rows[wanted] == table[wanted]).all()
    (file,) = tmp_path.iterdir()
    written = file.stat().st_mtime_ns
    assert (opinions.in_file(table, tmp_path, "use")[wanted] == table[wanted]).all()
    assert file.stat().st_mtime_ns == written
    file.write_bytes(table.tobytes()[:7])  # cut short
    assert (opinions.in_file(table, tmp_path, "use")[wanted] == table[wanted]).all()


@pytest.mark.skipif(not opinion.installed("use"), reason="no encoder installed")
def test_the_encoder_says_the_same_of_a_text_wherever_its_table_is(tmp_path: Path) -> None:
    texts = ["驿站在哪里", "住院能报多少", "wifi 密码"]
    in_memory = opinion.load_encoder("use")(texts)
    read = opinion.load_encoder("use", lambda table: opinions.in_file(table, tmp_path, "use"))(texts)
    assert (in_memory == read).all()


def test_an_encoder_that_is_not_installed_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion, "ENCODERS", {"use": "no_such_module"})
    settings = tmp_path / "config.toml"
    settings.write_text('[matcher]\nencoder = "use"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"requirements-encoder\.txt"):
        load(settings, {})
    settings.write_text('[matcher]\nencoder = ""\n', encoding="utf-8")
    assert load(settings, {}).matcher.encoder == ""
