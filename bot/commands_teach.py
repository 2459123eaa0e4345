"""`run.py effects`: what new phrases would change, before anybody teaches them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict

from bot import publishing
from bot.config import ConfigError
from bot.terminal import say, settings
from intents.teaching import effects
from intents.types import LABELS


def effects_of_phrases(options: argparse.Namespace) -> int:
    """Read {"label": ["phrase", …]} on standard input, write what teaching them would change as JSON."""
    if hasattr(os, "nice"):
        os.nice(10)  # workers' messages come first
    config = settings(options)
    new = json.load(sys.stdin)
    if unknown := [label for label in new if label not in LABELS]:
        raise ConfigError("standard input", f"label {unknown[0]!r}", " | ".join(LABELS))
    knowledge = publishing.load(config.data).knowledge
    found = effects(knowledge, new, say, publishing.jieba_cache(config.data))
    print(json.dumps(asdict(found), ensure_ascii=False))
    return 0
