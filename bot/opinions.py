"""What a sentence encoder learnt for a version: kept beside its matcher; what was encoded once is not encoded again.

The encoder's largest table is read from a file of the data folder where a message needs it.
"""

from __future__ import annotations

import functools
import io
import logging
import os
import weakref
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.files import replace_file
from intents.features import Floats
from intents.opinion import Encode, Opinion, load_encoder
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
        known.update(zip(new, _encoder(encoder, data)(new), strict=True))
        known = {text: known[text] for text in labels}
        replace_file(kept, _written(known))
    vectors = np.asarray([known[text] for text in labels], np.float32)
    opinion = Opinion.learn(vectors, list(labels.values()), functools.partial(_encoder, encoder, data))
    (version / f"{encoder}.npz").write_bytes(opinion.to_bytes())


def load(version: Path, data: Path, encoder: str) -> Opinion | None:
    """What was learnt; None, and a line in the log, where the version was built without the encoder."""
    learnt = version / f"{encoder}.npz"
    if not learnt.is_file():
        log.warning("encoder %s: the version served was built without it; run build once", encoder)
        return None
    return Opinion.from_bytes(learnt.read_bytes(), functools.partial(_shared, encoder, data))


class Rows:
    """A table's rows, read from a file: of 65 MB a message wants twenty rows, and all workers share what the system holds.

    Not mapped into memory: with each row the system would map its neighbours too, until all were there.
    """

    def __init__(self, file: Path, width: int) -> None:
        self._file, self._width = os.open(file, os.O_RDONLY), width
        weakref.finalize(self, os.close, self._file)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        file, width = self._file, self._width
        found = b"".join([os.pread(file, width, width * row) for row in rows.tolist()])
        return np.frombuffer(found, np.uint8).reshape(-1, width)


def in_file(table: NDArray[np.uint8], data: Path, name: str) -> NDArray[np.uint8] | Rows:
    """The same rows, from a file in `data` that is named for what is in it; the table itself where none can be read so."""
    if not hasattr(os, "pread"):
        return table
    file = data / f"{name}-{zlib.crc32(table.data):08x}.table"
    if not file.is_file() or file.stat().st_size != table.nbytes:
        for old in data.glob(f"{name}-*.table"):  # an older encoder's
            old.unlink(missing_ok=True)
        replace_file(file, table.data)
    return Rows(file, table.shape[1])


def _encoder(name: str, data: Path) -> Encode:
    return load_encoder(name, functools.partial(in_file, data=data, name=name))


#: One for all versions that a process serves, one after the other.
_shared = functools.cache(_encoder)


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
