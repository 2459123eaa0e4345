"""Keeps a command running: started again when it ends by itself, ended when our own standard input ends.

`python -I bot/keeper.py COMMAND …`, a program of its own that loads nothing of the bot: the watcher it keeps may
train, take much memory and be the one that the system ends; this one stays.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress

#: How long after an end the command is started again; a command that cannot start is not started in a hurry.
AGAIN_SECONDS = 1.0
#: How long the command may take to end by itself.
END_SECONDS = 1.0


def keep(command: list[str]) -> None:
    """Run `command` over and over until standard input ends."""
    ended = threading.Event()
    threading.Thread(target=_follow, args=(ended,), daemon=True).start()
    while not ended.is_set():
        with subprocess.Popen(command, stdin=subprocess.PIPE) as kept:
            while kept.poll() is None and not ended.wait(0.2):
                pass
            assert kept.stdin is not None
            with suppress(OSError):
                kept.stdin.close()  # the sign for it to end, as it is for us
            try:
                kept.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                kept.terminate()  # in the middle of a training: what is half built is swept away later
        ended.wait(AGAIN_SECONDS)


def _follow(ended: threading.Event) -> None:
    sys.stdin.buffer.read()
    ended.set()


if __name__ == "__main__":
    keep(sys.argv[1:])
