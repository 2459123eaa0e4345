"""A slice of benchmarks/powercut.py: the power goes at random moments, and nobody who was told loses his place."""

from __future__ import annotations

from pathlib import Path

from benchmarks.powercut import cuts


def test_nothing_that_was_told_is_lost_by_a_power_cut(tmp_path: Path) -> None:
    assert cuts(tmp_path, count=60, signups=40, synchronous=True) == []


def test_the_trial_finds_places_lost_where_nothing_is_synced(tmp_path: Path) -> None:
    assert len(cuts(tmp_path, count=20, signups=40, synchronous=False)) > 10
