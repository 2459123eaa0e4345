"""What is known of one worker: his consents, what he let us keep, his notes; and forgetting him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.state import news, sessions, signups
from bot.state.work import Say, Work


@dataclass(slots=True)
class People:
    """Implements intents.types.People for one worker in one transaction."""

    work: Work
    sender: bytes
    say: Say
    erased: bool = False

    def news(self) -> list[str]:
        """Sentences that wait for him (a promotion, a change); taking them marks them as told."""
        return news.take(self.work, self.sender, self.say)

    def consent(self, purpose: str) -> bool:
        """Whether he has said yes to `purpose` and not taken it back."""
        row = self.work.connection.execute(
            "SELECT given FROM consents WHERE sender = ? AND purpose = ? ORDER BY id DESC LIMIT 1",
            (self.sender, purpose),
        ).fetchone()
        return bool(row and row[0])

    def give_consent(self, purpose: str, version: str, given: bool) -> None:
        """Record a yes or a no, with the version of the notice he saw; a no erases what was kept."""
        self.work.promise()
        self.work.connection.execute(
            "INSERT INTO consents (sender, purpose, version, given, at) VALUES (?, ?, ?, ?, ?)",
            (self.sender, purpose, version, given, self.work.seconds),
        )
        if not given:
            self.work.connection.execute(
                "DELETE FROM kept WHERE sender = ? AND purpose = ?", (self.sender, purpose)
            )
            self.work.erased = True

    def recall(self, purpose: str) -> Mapping[str, Any] | None:
        """What was kept with his consent."""
        row = self.work.connection.execute(
            "SELECT body FROM kept WHERE sender = ? AND purpose = ?", (self.sender, purpose)
        ).fetchone()
        facts: Mapping[str, Any] | None = (
            self.work.unseal(row[0], "kept", self._kept_row(purpose)) if row else None
        )
        return facts

    def keep(self, purpose: str, facts: Mapping[str, Any]) -> None:
        """Keep `facts` (JSON values) and no earlier ones; raises PermissionError without a recorded yes."""
        self.work.promise()
        if not self.consent(purpose):
            raise PermissionError(purpose)
        self.work.connection.execute(
            "INSERT OR REPLACE INTO kept (sender, purpose, body, updated_at) VALUES (?, ?, ?, ?)",
            (
                self.sender,
                purpose,
                self.work.seal(dict(facts), "kept", self._kept_row(purpose)),
                self.work.seconds,
            ),
        )

    def leave_note(self, text: str) -> int:
        """A message for the staff; returns its number."""
        self.work.promise()
        id = self.work.next_id("notes")
        self.work.connection.execute(
            "INSERT INTO notes (id, sender, body, left_at) VALUES (?, ?, ?, ?)",
            (id, self.sender, self.work.seal(text, "notes", id), self.work.seconds),
        )
        return id

    def erase(self) -> None:
        """Forget everything about him: sessions, consents, notes, sign-ups (places go to the next).

        The session of the message at work is not saved either; its reply is, for copies.
        """
        self.work.promise()
        erase(self.work, self.sender)
        self.erased = True

    def _kept_row(self, purpose: str) -> str:
        return f"{self.sender.hex()}:{purpose}"


def erase(work: Work, sender: bytes) -> None:
    """Erase a worker everywhere, and mark it so that a restored backup forgets him again."""
    sessions.forget(work, sender)
    for table in ("consents", "kept", "notes"):
        work.connection.execute(f"DELETE FROM {table} WHERE sender = ?", (sender,))
    signups.erase(work, sender)
    work.connection.execute(
        "INSERT OR REPLACE INTO erasures (mark, at) VALUES (?, ?)", (erasure_mark(work, sender), work.seconds)
    )
    work.erased = True


def erasure_mark(work: Work, sender: bytes) -> bytes:
    """A hash of the hash: it finds an erased worker in a backup and nothing else."""
    return work.keys.hash("erasure", sender)


def purge(work: Work, notes_days: int, kept_days: int) -> int:
    """Erase notes and kept facts that are older; returns how many."""
    notes = work.connection.execute(
        "DELETE FROM notes WHERE left_at < ?", (work.seconds - notes_days * 86400,)
    )
    kept = work.connection.execute(
        "DELETE FROM kept WHERE updated_at < ?", (work.seconds - kept_days * 86400,)
    )
    return notes.rowcount + kept.rowcount
