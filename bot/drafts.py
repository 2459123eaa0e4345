"""A draft of the content for each person: files changed beside the live ones, looked at whole, then put in their place.

A draft is a folder `drafts/<person>/` in the data folder: `content` (a copy, changed), `base.json` (what each file was
when the draft began), `built-<fingerprint>` (what publishing it would make: `publishing.preview`, by a child process).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.files import replace_file
from bot.fingerprints import content_files, fingerprint
from bot.terminal import ROOT
from bot.versions import replace_text, sign
from knowledge.schema import TABLES

#: Of a file uploaded.
MAX_BYTES = 32 * 2**20
#: A child that takes longer has died.
LONGEST_SECONDS = 300

#: What browsers and desktops add to the name of a copy.
_COPY = re.compile(r"\s*(?:[(（]\d+[)）]|[-_]\s*副本.*|副本)$")
_NAME = re.compile(r"[\w-]{1,60}")
_TEXTS = {".md": ("answers",), ".txt": ("phrases",), ".toml": ("texts", "words", "schemes")}


class DraftError(Exception):
    """What cannot be done with a draft; the message is for the admin."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a draft stands: what is wrong, what would change, and whether it can be tried and published."""

    changed: list[str]  # files
    checked: bool
    problems: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    ready: bool  # trained, too
    failed: bool  # the child died

    @property
    def errors(self) -> int:
        """How many problems stand against publishing."""
        return sum(one["level"] == "error" for one in self.problems)


class Draft:
    """One person's draft; it begins with the first change."""

    def __init__(self, config: Config, who: str) -> None:
        self.config = config
        self.who = who
        self.folder = config.data / "drafts" / hashlib.sha256(who.encode()).hexdigest()[:16]
        self.content = self.folder / "content"

    @property
    def begun(self) -> bool:
        """Whether there is one."""
        return (self.folder / "base.json").exists()

    def begin(self) -> None:
        """Copy the live content, where there is no draft yet."""
        if self.begun:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.content.mkdir(parents=True, mode=0o700)
        base = {}
        for path in content_files(self.config.content):
            name, data = path.relative_to(self.config.content).as_posix(), path.read_bytes()
            replace_file(self.content / name, data)
            base[name] = _digest(data)
        replace_text(self.folder / "base.json", json.dumps(base))

    def discard(self) -> None:
        """Forget the draft."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------ changing

    def put(self, path: Path, data: bytes) -> None:
        """Write a file of the draft."""
        replace_file(path, data)

    def upload(self, name: str, data: bytes) -> str:
        """Take an uploaded file in the place of the one it is meant for; returns that one's name. Raises DraftError."""
        if len(data) > MAX_BYTES:
            raise DraftError(f"文件太大，超过 {MAX_BYTES // 2**20} MB")
        given = Path(name.replace("\\", "/")).name
        stem, ending = _COPY.sub("", Path(given).stem), Path(given).suffix.lower()
        self.begin()
        target = self._meant(stem, ending)
        if target is None:
            names = "、".join(f"{table.title}.xlsx" for table in TABLES)
            raise DraftError(f"不知道“{given}”是哪张表。文件名要和下载时一样，例如 {names}")
        self.put(target, data)
        return target.relative_to(self.content).as_posix()

    def _meant(self, stem: str, ending: str) -> Path | None:
        """Where a file belongs; the same table in another format goes."""
        if ending in (".csv", ".tsv", ".xlsx"):
            for table in TABLES:
                if stem.lower() in (table.name, table.title):
                    return self._instead(self.content, (table.name, table.title), stem.lower() + ending)
            if (self.content / "schemes" / f"{stem}.toml").exists():
                return self._instead(self.content / "cases", (stem,), stem + ending)
        if not _NAME.fullmatch(stem):
            return None
        for folder in _TEXTS.get(ending, ()):
            target = self.content / folder / f"{stem}{ending}"
            if target.exists() or folder == "answers":
                return target
        return None

    @staticmethod
    def _instead(folder: Path, stems: tuple[str, ...], name: str) -> Path:
        for path in folder.glob("*"):
            if path.suffix.lower() in (".csv", ".tsv", ".xlsx") and path.stem.lower() in stems:
                path.unlink()
        return folder / name

    def changed(self) -> list[str]:
        """The files that are other than when the draft began, by name."""
        base, now = self._base(), self._now()
        return sorted(name for name in {*base, *now} if base.get(name) != now.get(name))

    def _base(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.folder / "base.json").read_text(encoding="utf-8"))
        return found

    def _now(self) -> dict[str, str]:
        return {
            path.relative_to(self.content).as_posix(): _digest(path.read_bytes())
            for path in content_files(self.content)
        }

    # ------------------------------------------------------------ looking

    @property
    def built(self) -> Path:
        """Where what publishing would make is, or will be."""
        return self.folder / f"built-{fingerprint(self.content)}"

    def look(self) -> Look:
        """How it stands; starts the child that finds out, where none has."""
        built = self.built
        if not (built / "started").exists():
            for old in self.folder.glob("built-*"):
                shutil.rmtree(old, ignore_errors=True)
            built.mkdir(mode=0o700)
            (built / "started").touch()
            command = [sys.executable, str(ROOT / "run.py"), "preview", "--content", str(self.content)]
            command += ["--data", str(self.config.data), "--to", str(built)]
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
            threading.Thread(target=child.wait, daemon=True, name="preview").start()  # no zombie stays
        report = built / "report.json"
        told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        ready = (built / "matcher.npz").exists()
        late = time.time() - (built / "started").stat().st_mtime > LONGEST_SECONDS
        return Look(
            self.changed(),
            bool(told),
            told.get("problems", []),
            told.get("changes", []),
            told.get("differences", []),
            ready,
            failed=late and not (ready or told.get("problems")),
        )

    # ------------------------------------------------------------ publishing

    def publish(self) -> None:
        """Put the changed files in the place of the live ones; the watcher does the rest. Raises DraftError."""
        base, live = self._base(), self.config.content
        names = self.changed()
        taken = [name for name in names if _digest_of(live / name) != base.get(name)]
        if taken:
            raise DraftError(f"{'、'.join(taken)} 在您改的时候被别人改过了。请放弃这份草稿，重新下载再改")
        for name in names:
            if (self.content / name).exists():
                replace_file(live / name, (self.content / name).read_bytes())
            else:
                (live / name).unlink(missing_ok=True)
        sign(self.config.data, fingerprint(live), self.who)
        (self.folder / "base.json").unlink()  # what it learnt stays until the next draft: the watcher uses it


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_of(path: Path) -> str | None:
    return _digest(path.read_bytes()) if path.exists() else None
