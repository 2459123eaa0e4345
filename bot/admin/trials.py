"""What new phrases would change, found out beside the server: one child process at a time, its result in a file."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import Config
from bot.terminal import ROOT

#: A child that takes longer has died.
LONGEST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """One question put to the child: label → phrases; `result` is None until it is answered."""

    id: str
    phrases: Mapping[str, Sequence[str]]
    result: Mapping[str, Any] | None
    failed: bool


def begin(config: Config, phrases: Mapping[str, Sequence[str]]) -> str:
    """Start finding out; returns the trial's id. Older trials are forgotten."""
    folder = _folder(config)
    for old in folder.glob("*.json"):
        if time.time() - old.stat().st_mtime > 86400:
            old.unlink(missing_ok=True)
    identity = secrets.token_hex(8)
    asked, answer = folder / f"{identity}.asked.json", folder / f"{identity}.answer.json"
    asked.write_text(json.dumps(phrases, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, str(ROOT / "run.py"), "effects", "--content", str(config.content)]
    command += ["--data", str(config.data)]
    draft = folder / f"{identity}.draft"
    with asked.open("rb") as given, draft.open("wb") as taken:
        child = subprocess.Popen(command, stdin=given, stdout=taken, stderr=subprocess.DEVNULL, cwd=ROOT)
    _follow(child, draft, answer)
    return identity


def _follow(child: subprocess.Popen[bytes], draft: Path, answer: Path) -> None:
    def wait() -> None:
        try:
            done = child.wait(LONGEST_SECONDS) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            done = False
        if not done:
            draft.write_text("null", encoding="utf-8")
        draft.replace(answer)

    threading.Thread(target=wait, daemon=True, name="trial").start()


def look(config: Config, identity: str) -> Trial | None:
    """How a trial stands; None where there is none of that id."""
    if not identity.isalnum():
        return None
    folder = _folder(config)
    asked, answer = folder / f"{identity}.asked.json", folder / f"{identity}.answer.json"
    if not asked.exists():
        return None
    phrases = json.loads(asked.read_text(encoding="utf-8"))
    if not answer.exists():
        overdue = time.time() - asked.stat().st_mtime > LONGEST_SECONDS
        return Trial(identity, phrases, None, failed=overdue)
    result = json.loads(answer.read_text(encoding="utf-8"))
    return Trial(identity, phrases, result, failed=result is None)


def _folder(config: Config) -> Path:
    folder = config.data / "trials"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
