"""A reply that is too long for one WeChat message is cut on whole lines; 「更多」 brings the rest."""

from __future__ import annotations

from collections.abc import Sequence

from intents.types import Choice

#: Bytes of one text message that surely arrive (protocol.md: about 2,048 in practice).
TEXT_BYTES = 1800


def first_page(text: str, choices: Sequence[Choice], more: str, limit: int = TEXT_BYTES) -> tuple[str, str]:
    """Split `text` into what fits above `choices`, ending in the line `more`, and the rest ("" when all fits).

    Choices are reckoned as plain numbered lines: they are rendered so where their links leave no room.
    """
    room = limit - sum(len(f"\n10. {choice.label}".encode()) for choice in choices)
    if len(text.encode()) <= room:
        return text, ""
    room -= len(more.encode()) + 1
    kept: list[str] = []
    lines = text.splitlines()
    while lines and len("\n".join([*kept, lines[0]]).encode()) <= room:
        kept.append(lines.pop(0))
    if not kept:
        head = lines[0].encode()[:room].decode(errors="ignore")
        kept, lines[0] = [head], lines[0][len(head) :]
    return "\n".join([*kept, more]), "\n".join(lines).strip("\n")
