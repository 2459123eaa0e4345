"""`run.py chat --jsonl` and `run.py match`: one line out for each line in, through the same code as the webhook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def run(data: Path, command: list[str], lines: list[Any]) -> list[dict[str, Any]]:
    text = (
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        + "\n"
    )
    done = subprocess.run(
        [sys.executable, "run.py", *command, "--data", str(data)],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_gets_exactly_one_line(data_dir: Path) -> None:
    lines: list[Any] = [
        {"from": "甲", "user": "你好"},
        {"from": "甲", "user": {"voice": "沈家门哪里能充电"}},
        {"from": "甲", "user": {"location": [29.9555, 122.3025]}},
        {"from": "甲", "user": {"menu_click": "event_list"}},
        {"from": "甲", "user": {"event": "LOCATION"}},
        {"from": "甲", "user": {"image": "x"}},
        "not json",
        {"from": "甲"},
        {"from": "甲", "user": {"repeat_of_previous": True}},
    ]
    out = run(data_dir, ["chat", "--jsonl"], lines)
    assert len(out) == len(lines)
    assert all({"reply", "kind", "intent", "choices"} <= set(line) for line in out)
    assert [line["kind"] for line in out] == ["text"] * 4 + ["none", "text", "none", "none", "text"]
    assert [line["intent"] for line in out[:4]] == ["greet", "station_find", "station_find", "event_list"]
    assert out[6]["error"] and out[7]["error"]


def test_the_same_sender_and_id_is_a_copy(data_dir: Path) -> None:
    line = {"from": "乙", "user": "转人工", "id": "7"}
    first, second, other = run(
        data_dir, ["chat", "--jsonl"], [line, line, line | {"id": "8", "user": "我的报名"}]
    )
    assert first == second
    assert other["reply"] != first["reply"]


def test_at_sets_the_clock(data_dir: Path) -> None:
    line = {"from": "丙", "user": "定海有驿站吗", "at": "2026-11-24T10:00"}
    day, night = run(
        data_dir, ["chat", "--jsonl"], [line, line | {"from": "丁", "at": "2026-11-24T02:00:00+08:00"}]
    )
    assert "现在开着，今天" in day["reply"]
    assert "现在关着" in night["reply"] or day["reply"] != night["reply"]


def test_match_tells_label_slots_and_ranking(data_dir: Path) -> None:
    claim, place = run(
        data_dir, ["match"], ["我是跑外卖的 住院医保报完自己付了3万2", {"text": "订海哪里有充电的驿站"}]
    )
    assert claim["intent"] == "claim_check" and claim["decision"] == "answer"
    assert claim["slots"]["amount"] == 32000 and claim["slots"]["identity"] == "new_employment"
    assert claim["ranked"][0] == ["claim_check", claim["confidence"]]
    assert place["slots"]["place"] == "订海" and place["slots"]["place_id"] == "定海区"
    assert place["slots"]["facility"] == ["charging"]


def test_match_explains_itself(data_dir: Path) -> None:
    (line,) = run(data_dir, ["match", "--explain"], ["公积金怎么取"])
    assert line["intent"] == "oos" and line["decision"] == "refuse"
    assert any("分词" in why for why in line["explain"])
