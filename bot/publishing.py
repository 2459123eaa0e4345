"""From content files to what the workers serve: compiled, trained, kept as a version, switched to at once.

A version is a folder `versions/<fingerprint>/` with `knowledge.db`, `matcher.npz` and `lesson`, which says what the
matcher learnt from; the file `current` names the one that is served. A build goes into a folder of its own and is
renamed when whole, so a reader never sees half of one. `versions.json` is the history, `draft.json` what is wrong
with content that could not be published.
"""

from __future__ import annotations

import ctypes
import gc
import getpass
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot import config, opinions
from bot.cases import check_cases
from bot.files import replace_file
from bot.fingerprints import content_files, fingerprint, lesson, reading_of
from bot.missing import left_out, missing, not_in_version
from bot.state.publish import SignUpsLeft
from bot.versions import (
    ACTS,
    Act,
    Difference,
    Version,
    alone,
    compare,
    differences,
    read_history,
    replace_text,
    signed_by,
    write_history,
)
from bot.wechat import SHANGHAI
from intents import phrases
from intents.matcher import Matcher
from knowledge import dictionary
from knowledge.base import Event, Knowledge
from knowledge.compiler import ContentError, Report, compile_content

#: How many versions stay for a roll-back.
KEPT = 5
ROOT = Path(__file__).resolve().parent.parent
#: What was learnt in the default data folder serves others too: one of one's own for a trial need not learn again.
LEARNT = ROOT / "var"

Progress = Callable[[str], None]
#: Makes quotas and times of events a promise, before anybody can be told of them. Raises SignUpsLeft.
Promise = Callable[[Sequence[Event]], None]


class NoSuchVersion(Exception):
    """A version that is not kept, or that this program cannot load; the message is for the admin."""


@dataclass(frozen=True, slots=True)
class Published:
    """One version, loaded and ready to answer."""

    version: str
    knowledge: Knowledge
    matcher: Matcher


def needs_publishing(content: Path, data: Path) -> bool:
    """Whether the content is other than what is served, and other than what a roll-back left behind."""
    return fingerprint(content) not in (current_version(data), read_history(data).left or None)


# ---------------------------------------------------------------- publishing


def publish(
    content: Path,
    data: Path,
    progress: Progress = lambda line: None,
    promise: Promise = lambda events: None,
    encoder: str = "",
) -> Report:
    """Compile and train `content` and make it the version served; an `encoder` gives its second opinion.

    Raises ContentError with every problem, which `draft.json` then holds; the version served before stays.
    """
    versions = data / "versions"
    versions.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(data):
        for left in versions.glob(".build-*"):  # its builder was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=versions, prefix=".build-"))
        try:
            with no_collections():
                name, report = _build(content, folder, data, progress)
            if not (versions / name).is_dir():
                folder.rename(versions / name)
            if encoder and not (versions / name / f"{encoder}.npz").is_file():
                opinions.learn(versions / name, data, encoder, progress)
            _promise(promise, Knowledge(versions / name / "knowledge.db").occasions, content)
        except ContentError as error:
            _keep_draft(data, error, fingerprint(content))
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        _make_current(name, data, signed_by(data, name) or getpass.getuser())
        (data / "draft.json").unlink(missing_ok=True)
    return report


def _promise(promise: Promise, occasions: Sequence[Event], content: Path) -> None:
    """Raises ContentError where people are signed up for what the content has no more."""
    try:
        promise(occasions)
    except SignUpsLeft as error:
        raise ContentError(missing(error.held, content)) from error


@contextmanager
def no_collections() -> Iterator[None]:
    """No search for rings of garbage meanwhile: of millions of small objects hardly any is in one, a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _build(content: Path, folder: Path, data: Path, progress: Progress) -> tuple[str, Report]:
    """Fill `folder` with a version; returns its name. What is saved meanwhile is for the next one."""
    report, files = Report(()), _snapshot(content, folder)
    name = fingerprint(files)
    if not (data / "versions" / name).is_dir():
        progress("正在检查和编译知识文件……")
        report = compile_content(files, folder / "knowledge.db", jieba_cache=jieba_cache(data))
        if failed := check_cases(files):
            raise ContentError(failed)
        _keep_files(files, folder / "content.zip")
        _train(folder, data, progress)
    if files != content:
        shutil.rmtree(files)
    return name, report


def _snapshot(content: Path, folder: Path) -> Path:
    """The content as it is now, in a folder where nobody saves; a folder that is not there stands for itself."""
    if not content.is_dir():
        return content
    (folder / "content").mkdir()
    for path in content_files(content):
        copy = folder / "content" / path.relative_to(content)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return folder / "content"


def _train(folder: Path, data: Path, progress: Progress) -> None:
    """Put a matcher into `folder`: one that learnt the same lesson before, or a new one."""
    knowledge = Knowledge(folder / "knowledge.db")
    learnt = lesson(knowledge)
    (folder / "lesson").write_text(learnt, encoding="ascii")
    lessons = [data / "versions", data / "drafts", LEARNT / "versions"]
    for known in chain(*(one.glob("**/lesson") for one in lessons)):
        if (
            known.parent != folder
            and known.with_name("matcher.npz").exists()
            and known.read_text(encoding="ascii") == learnt
        ):
            shutil.copyfile(known.with_name("matcher.npz"), folder / "matcher.npz")
            return
    progress("正在学习说法……")
    read = _phrases_read(knowledge, data)
    matcher = Matcher.train(knowledge, progress, jieba_cache(data), read)
    (folder / "matcher.npz").write_bytes(matcher.to_bytes())
    _keep_phrases_read(read, knowledge, data)


def _phrases_read(knowledge: Knowledge, data: Path) -> dict[str, phrases.Pair]:
    """What phrases looked like when they were read last, if they were read with the same words."""
    words = reading_of(knowledge)
    for folder in (data, LEARNT):
        try:
            with (folder / "phrases.read").open("rb") as kept:
                if kept.readline().decode("ascii", "replace").strip() == words:
                    return phrases.from_bytes(kept.read())
        except (
            OSError,
            ValueError,
            KeyError,
            zipfile.BadZipFile,
        ):  # none yet, or another program's: read again
            continue
    return {}


def _keep_phrases_read(read: dict[str, phrases.Pair], knowledge: Knowledge, data: Path) -> None:
    new = data / "phrases.new"
    new.write_bytes(reading_of(knowledge).encode() + b"\n" + phrases.to_bytes(read))
    new.replace(data / "phrases.read")


def _keep_files(content: Path, target: Path) -> None:
    """Keep the content files themselves beside what was made of them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(content_files(content)):
            packed.write(path, path.relative_to(content).as_posix())


def put_back_files(version: str, content: Path, data: Path) -> None:
    """Make the content files again what they were for a version that is kept; others of their kinds are removed.

    Raises FileNotFoundError where the version kept no files.
    """
    with zipfile.ZipFile(data / "versions" / version / "content.zip") as packed:
        names = packed.namelist()
        for name in names:
            replace_file(content / name, packed.read(name))
    for path in list(content_files(content)):
        if path.relative_to(content).as_posix() not in names:
            path.unlink()


def preview(content: Path, data: Path, target: Path) -> None:
    """Make in `target` what publishing `content` would make, and `report.json`: what is wrong, what would change.

    The report is there before the training is; `matcher.npz` says that it is done.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    current = _compiled(current_version(data), data)
    details: tuple[Difference, ...] = ()
    gc.disable()  # a child that does this and ends
    try:
        report = compile_content(content, target / "knowledge.db", jieba_cache=jieba_cache(data))
        held = left_out(data, Knowledge(target / "knowledge.db").occasions)
        problems = [*report.problems, *check_cases(content), *missing(held, content)]
        changes = compare(current if current.is_file() else None, target / "knowledge.db")
        details = differences(current, target / "knowledge.db") if current.is_file() else ()
    except ContentError as error:
        problems, changes = list(error.problems), ()
    told = {
        "problems": [asdict(one) for one in problems],
        "changes": [asdict(one) for one in changes],
        "differences": [asdict(one) for one in details],
    }
    replace_text(target / "report.json", json.dumps(told, ensure_ascii=False))
    if not any(one.level == "error" for one in problems):
        _train(target, data, lambda line: None)


def occasions(version: str, data: Path) -> tuple[Event, ...]:
    """What places are taken at in a version that is kept. Raises NoSuchVersion where it cannot be read."""
    try:
        return Knowledge(_compiled(version, data)).occasions
    except Exception as error:  # whatever an older program may have written
        raise _unreadable(version, error) from error


def _unreadable(version: str, error: Exception) -> NoSuchVersion:
    return NoSuchVersion(f"版本 {version} 是旧程序做的，现在读不了：{type(error).__name__}。")


def read_draft(data: Path) -> dict[str, Any]:
    """Of content that could not be published: `when`, `problems`, and its fingerprint as `content`; else empty."""
    try:
        found: dict[str, Any] = json.loads((data / "draft.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _keep_draft(data: Path, error: ContentError, content: str) -> None:
    report = {
        "content": content,
        "when": _now().isoformat(timespec="seconds"),
        "problems": [asdict(one) for one in error.problems],
    }
    replace_text(data / "draft.json", json.dumps(report, ensure_ascii=False, indent=1))


def _make_current(name: str, data: Path, who: str, what: str = "publish", left: str = "") -> None:
    """Serve a version that is whole, write it into the history, and forget those that are too old."""
    history = read_history(data)
    before = current_version(data)
    known = {one.version: one for one in history.versions}
    if name not in known or (name != before and what == "publish"):
        old = _compiled(before, data)
        changes = compare(old if old.is_file() else None, _compiled(name, data))
        known.pop(name, None)  # published again: it is the latest now
        known[name] = Version(name, _now(), who, changes)
    keep = list(known)[-KEPT:]
    acts = history.acts
    if name != before:
        acts = (*acts, Act(_now(), who, what, name))[-ACTS:]
    replace_text(data / "current", name)
    write_history(data, replace(history, versions=tuple(known[one] for one in keep), left=left, acts=acts))
    for folder in (data / "versions").iterdir():
        if folder.name not in keep and not folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)


def roll_back(
    version: str,
    content: Path,
    data: Path,
    promise: Promise = lambda events: None,
    who: str = "",
) -> None:
    """Serve a version that is kept, until the content changes; `who` did it (default: the system's user).

    Raises NoSuchVersion where it is not kept, cannot be loaded by this program or lacks an event that people are
    signed up for; what is served then stays.
    """
    with alone(data):
        kept = [one.version for one in read_history(data).versions if one.version.startswith(version)]
        if len(kept) != 1 or not version:
            raise NoSuchVersion(f"没有版本“{version}”，请从 run.py versions 列出的版本里选。")
        try:
            chosen = _load(kept[0], data)
        except Exception as error:  # whatever an older program may have written
            raise _unreadable(kept[0], error) from error
        try:
            promise(chosen.knowledge.occasions)
        except SignUpsLeft as error:
            raise NoSuchVersion(not_in_version(error.held)) from error
        left = fingerprint(content)
        _make_current(kept[0], data, who or getpass.getuser(), "rollback", left if left != kept[0] else "")


def _now() -> datetime:
    return datetime.now(SHANGHAI)


# ---------------------------------------------------------------- what is served


def _compiled(version: str, data: Path) -> Path:
    return data / "versions" / version / "knowledge.db"


def current_version(data: Path) -> str:
    """The fingerprint of the version served; "" where nothing was published yet."""
    try:
        return (data / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def load_from(folder: Path, data: Path) -> Published:
    """What `preview` made in `folder`."""
    knowledge = Knowledge(folder / "knowledge.db")
    matcher = Matcher.from_bytes((folder / "matcher.npz").read_bytes(), knowledge, jieba_cache(data))
    return Published(folder.name, knowledge, matcher)


def load(
    data: Path,
    matchers: Mapping[str, Matcher] = MappingProxyType({}),
    levels: config.Matcher | None = None,
) -> Published:
    """The version served; its matcher is taken from `matchers` (by version) where it is among them.

    `levels` says how sure it must be. Raises FileNotFoundError where nothing was published yet.
    """
    name = current_version(data)
    if not name or not (data / "versions" / name).is_dir():
        raise FileNotFoundError(f"nothing published in {data}")
    published = _load(name, data, matchers)
    if levels is not None:
        published.matcher.answer_at, published.matcher.ask_at = levels.answer_at, levels.ask_at
        if levels.encoder and published.matcher.opinion is None:
            published.matcher.opinion = opinions.load(data / "versions" / name, data, levels.encoder)
    return published


def _load(name: str, data: Path, matchers: Mapping[str, Matcher] = MappingProxyType({})) -> Published:
    knowledge = Knowledge(_compiled(name, data))
    matcher = matchers.get(name)
    if matcher is None:
        learnt = (data / "versions" / name / "matcher.npz").read_bytes()
        matcher = Matcher.from_bytes(learnt, knowledge, jieba_cache(data))
    return Published(name, knowledge, matcher)


def give_back() -> None:
    """Return to the system what loading a version used for a moment, where its C library can (glibc): some 15 MB."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def warm(data: Path) -> None:
    """Load what the first publishing would wait for."""
    dictionary.keep(jieba_cache(data))


def jieba_cache(data: Path) -> Path:
    """A folder that nobody else can write to: jieba trusts what it finds in its cache."""
    folder = data / "jieba"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
