"""What a sentence encoder learnt for a version: kept beside its matcher; what was encoded once is not encoded again."""

from __future__ import annotations

import functools
import io
import logging
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from bot.files import replace_file
from intents.features import Floats
from intents.opinion import Opinion, load_encoder
from intents.text import normalise, without_marks
from knowledge.base import Knowledge

log = logging.getLogger("bot.opinions")


def learn(version: Path, data: Path, encoder: str, progress: Callable[[str], None]) -> None:
    """Put into a version's folder what the encoder makes of its phrases; some 20 s for 8,000 new ones."""
    progress("正在用句子编码器读说法……")
    phrases = Knowledge(version / "knowledge.db").phrases
    labels = {without_marks(normalise(text)): label for label, texts in phrases.items() for text in texts}
    kept = data / f"{encoder}.vectors"
    known = _read(kept)
    if new := [text for text in labels if text not in known]:
        known.update(zip(new, load_encoder(encoder)(new), strict=True))
        known = {text: known[text] for text in labels}
        replace_file(kept, _written(known))
    vectors = np.asarray([known[text] for text in labels], np.float32)
    opinion = Opinion.learn(vectors, list(labels.values()), functools.partial(load_encoder, encoder))
    (version / f"{encoder}.npz").write_bytes(opinion.to_bytes())


def load(version: Path, encoder: str) -> Opinion | None:
    """What was learnt; None, and a line in the log, where the version was built without the encoder."""
    learnt = version / f"{encoder}.npz"
    if not learnt.is_file():
        log.warning("encoder %s: the version served was built without it; run build once", encoder)
        return None
    return Opinion.from_bytes(learnt.read_bytes(), functools.partial(load_encoder, encoder))


def _read(path: Path) -> dict[str, Floats]:
    with (
        suppress(OSError, ValueError, KeyError, zipfile.BadZipFile),
        np.load(path, allow_pickle=False) as kept,
    ):
        texts = kept["texts"].tobytes().decode().split("\n")
        return dict(zip(texts, kept["vectors"].astype(np.float32), strict=True))
    return {}


def _written(known: dict[str, Floats]) -> bytes:
    target = io.BytesIO()
    np.savez(
        target,
        texts=np.frombuffer("\n".join(known).encode(), np.uint8),
        vectors=np.asarray(list(known.values()), np.float16),
    )
    return target.getvalue()
