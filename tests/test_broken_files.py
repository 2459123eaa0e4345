"""Hostile and broken content is refused with a word; benchmarks/broken_files.py has the figures and the 10,000."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.broken_files import HOSTILE, read, try_broken
from knowledge import xlsx


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_word(name: str, tmp_path: Path) -> None:
    said, _ = read(HOSTILE[name](), tmp_path)
    assert said in (xlsx.BROKEN, xlsx.MACROS, xlsx.TOO_LARGE) or "行" in said


def test_broken_inputs_are_read_or_told_of_and_the_last_good_base_stays(tmp_path: Path) -> None:
    outcomes = try_broken(40, tmp_path)
    assert outcomes["wrong"] == 0
    assert outcomes["told"] > 10  # that is, the inputs were broken
    assert outcomes["read"] + outcomes["told"] == 40


GREEDY = "from knowledge import xlsx; xlsx.bound(); {act}; print('went through')"


@pytest.mark.parametrize("act", ["bytearray(xlsx.MEMORY)", "any(iter(int, 1))"])
def test_a_reader_that_takes_too_much_memory_or_time_is_ended(act: str) -> None:
    greedy = [sys.executable, "-c", GREEDY.format(act=act)]
    assert "went through" not in subprocess.run(greedy, capture_output=True, text=True, check=False).stdout


def test_a_reader_that_takes_little_is_not() -> None:
    """The negative control of the test above."""
    line = [sys.executable, "-c", GREEDY.format(act="bytearray(2**20)")]
    assert "went through" in subprocess.run(line, capture_output=True, text=True, check=True).stdout


def test_the_reader_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    """So that it starts at once, and nothing of the bot is there to be taken over."""
    read(b"not a workbook", tmp_path)
    line = [sys.executable, "-I", "-S", xlsx.__file__, str(tmp_path / "stations.xlsx")]
    assert json.loads(subprocess.run(line, capture_output=True, check=True).stdout) == {
        "refused": xlsx.BROKEN
    }
