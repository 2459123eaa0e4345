"""Writing text files of the content folder from the screen."""

from __future__ import annotations

import re
from pathlib import Path

from bot.admin.office import Office
from bot.files import replace_file
from bot.fingerprints import fingerprint
from bot.versions import sign

#: A phrase or a heading is one line.
BREAKS = re.compile(r"[\r\n\t\x00-\x1f]+")


def one_line(text: str, most: int = 200) -> str:
    """`text` without breaks and control characters, at most so long."""
    return BREAKS.sub(" ", text).strip()[:most]


def signed(office: Office, who: str) -> None:
    """Say that what was just written into the live content is `who`'s, before the watcher publishes it."""
    sign(office.config.data, fingerprint(office.config.content), who)


def add_lines(path: Path, lines: list[str]) -> None:
    """Add lines at the end of a text file, in its own encoding and breaks; a line that is there is not added again."""
    before = path.read_bytes() if path.exists() else b""
    encoding = _encoding(before)
    text = before.decode(encoding)
    there = {line.strip() for line in text.splitlines()}
    new = [line for line in dict.fromkeys(lines) if line not in there]
    end = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += end
    replace_file(path, (text + "".join(line + end for line in new)).encode(encoding, "replace"))


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
