"""From content files to what the workers serve: compiled, trained, kept as a version, switched to at once.

A version is a folder `versions/<fingerprint>/` with `knowledge.db` and `matcher.npz`; the file `current` names the one
that is served. A build goes into a folder of its own and is renamed when whole, so a reader never sees half of one.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from intents.matcher import Matcher
from knowledge.base import Knowledge
from knowledge.compiler import Report, compile_content

#: How many versions stay for a roll-back.
KEPT = 5

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Published:
    """One version, loaded and ready to answer."""

    version: str
    knowledge: Knowledge
    matcher: Matcher


def fingerprint(content: Path) -> str:
    """What the content and the code that reads it amount to; the same fingerprint needs no new build."""
    digest = hashlib.sha256()
    shipped = ROOT / "knowledge" / "content" / "texts"
    code = [*(ROOT / "knowledge").glob("*"), *(ROOT / "intents").rglob("*.py"), *shipped.glob("*.toml")]
    for path in sorted(file for file in {*content.rglob("*"), *code} if file.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def publish(content: Path, data: Path, progress: Callable[[str], None] = lambda line: None) -> Report:
    """Compile and train `content` and make it the version served.

    Raises ContentError with every problem; the version served before stays.
    """
    versions = data / "versions"
    versions.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = fingerprint(content)
    report = Report(())
    if not (versions / name).is_dir():
        folder = Path(tempfile.mkdtemp(dir=versions, prefix=".build-"))
        try:
            report = _build(content, folder, jieba_cache(data), progress)
            folder.rename(versions / name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    _point_at(name, data)
    _forget_old(versions, name)
    return report


def _build(content: Path, folder: Path, cache: Path, progress: Callable[[str], None]) -> Report:
    progress("正在检查和编译知识文件……")
    report = compile_content(content, folder / "knowledge.db")
    progress("正在学习说法……")
    matcher = Matcher.train(Knowledge(folder / "knowledge.db"), progress, cache)
    (folder / "matcher.npz").write_bytes(matcher.to_bytes())
    return report


def _point_at(name: str, data: Path) -> None:
    pointer = data / "current.new"
    pointer.write_text(name, encoding="ascii")
    pointer.replace(data / "current")


def _forget_old(versions: Path, current: str) -> None:
    built = sorted(
        (path for path in versions.iterdir() if not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
    )
    for path in built[:-KEPT]:
        if path.name != current:
            shutil.rmtree(path)


def current_version(data: Path) -> str:
    """The fingerprint of the version served; "" where nothing was published yet."""
    try:
        return (data / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def load(data: Path, matchers: Mapping[str, Matcher] = MappingProxyType({})) -> Published:
    """The version served; its matcher is taken from `matchers` (by version) where it is among them.

    Raises FileNotFoundError where nothing was published yet.
    """
    name = current_version(data)
    folder = data / "versions" / name
    if not name or not folder.is_dir():
        raise FileNotFoundError(f"nothing published in {data}")
    knowledge = Knowledge(folder / "knowledge.db")
    matcher = matchers.get(name)
    if matcher is None:
        learnt = (folder / "matcher.npz").read_bytes()
        matcher = Matcher.from_bytes(learnt, knowledge, jieba_cache(data))
    return Published(name, knowledge, matcher)


def jieba_cache(data: Path) -> Path:
    """A folder that nobody else can write to: jieba trusts what it finds in its cache."""
    folder = data / "jieba"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
