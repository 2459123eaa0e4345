"""A slice of `benchmarks.signups copies`: each message thrice, shuffled, to two processes, restarted in the middle."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from benchmarks.signups import copies


def test_every_copy_gets_the_same_reply_and_has_one_effect(tmp_path: Path) -> None:
    assert copies(tmp_path, Namespace(messages=2000))
