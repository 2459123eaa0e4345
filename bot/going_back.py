"""What going back to a kept version would take away: told before it is done."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from bot.fingerprints import content_files, fingerprint
from bot.publishing import current_version
from bot.versions import Change, Version, compare, read_history


@dataclass(frozen=True, slots=True)
class Loss:
    """What goes: rows as they would change, later versions, and files saved but never published."""

    changes: tuple[Change, ...]
    later: tuple[Version, ...]  # the latest first
    unpublished: tuple[str, ...]  # files in the content folder that no version holds
    seen: str  # the content's fingerprint: what is saved after this look is not agreed to


def loss(version: str, content: Path, data: Path) -> Loss:
    """What going back to `version`, which is kept, would take away now."""
    versions, current = data / "versions", current_version(data)
    kept = read_history(data)
    numbers = [one.version for one in kept.versions]
    later = kept.versions[numbers.index(version) + 1 :]
    here = fingerprint(content)
    unpublished = () if here in (current, kept.left) else tuple(_other(versions / current, content))
    changes = compare(versions / current / "knowledge.db", versions / version / "knowledge.db")
    return Loss(changes, tuple(reversed(later)), unpublished, here)


def _other(version: Path, content: Path) -> list[str]:
    """Files of the content folder that are not as that version holds them, and those that are gone."""
    try:
        with zipfile.ZipFile(version / "content.zip") as packed:
            held = {name: packed.read(name) for name in packed.namelist()}
    except FileNotFoundError:  # a version that kept no files
        held = {}
    now = {path.relative_to(content).as_posix(): path.read_bytes() for path in content_files(content)}
    return sorted(name for name in {*held, *now} if held.get(name) != now.get(name))
