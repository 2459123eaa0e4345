"""What the commands share: the settings of a command line, and lines for who sits before it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bot.config import Config, load

ROOT = Path(__file__).resolve().parent.parent


def say(line: str) -> None:
    """A progress line; standard output stays for results."""
    print(line, file=sys.stderr, flush=True)


def settings(options: argparse.Namespace) -> Config:
    """The configuration with the command line's own values on top. Raises ConfigError."""
    given = {
        name: getattr(options, name)
        for name in ("host", "port", "workers", "mode", "content", "data")
        if getattr(options, name, None) is not None
    }
    return load(options.config, os.environ, given)
