"""A worker serves the version published last, and keeps the last good one."""

from __future__ import annotations

import gc
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from bot import publishing
from bot.publishing import Published
from bot.rehearsal import rehearse
from bot.worker import STEP_SECONDS, Latest, application
from tests.state_case import NOW
from tests.wechat_client import config, content, message, query


@pytest.fixture
def data(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder of one's own with the shipped content published."""
    return Path(shutil.copytree(data_dir, tmp_path / "var"))


def publish_as(name: str, data: Path) -> None:
    """Put the published version in the folder a second time, under another name."""
    shutil.copytree(data / "versions" / publishing.current_version(data), data / "versions" / name)
    (data / "current").write_text(name, encoding="ascii")


def latest(data: Path, published: Published) -> Latest:
    known = dict.fromkeys((published.version, "second", "third"), published.matcher)
    return Latest(partial(publishing.load, data, known), partial(publishing.current_version, data))


def test_another_version_is_served_once_it_is_published(data: Path, published: Published) -> None:
    served = latest(data, published)
    before = served()
    served.refresh()
    assert served() is before
    publish_as("second", data)
    served.refresh()
    assert served().version == "second"


def test_messages_have_the_interpreter_back_at_once_while_a_version_is_loaded(
    data: Path, published: Published
) -> None:
    steps: list[tuple[float, bool]] = []

    def load() -> Published:
        steps.append((sys.getswitchinterval(), gc.isenabled()))
        return publishing.load(data, dict.fromkeys((published.version, "second"), published.matcher))

    served = Latest(load, partial(publishing.current_version, data))
    publish_as("second", data)
    usual = sys.getswitchinterval()
    served.refresh()
    assert steps[-1] == (pytest.approx(STEP_SECONDS), False)
    assert (sys.getswitchinterval(), gc.isenabled()) == (usual, True)


def test_a_version_that_cannot_be_loaded_changes_nothing(
    data: Path, published: Published, caplog: pytest.LogCaptureFixture
) -> None:
    served = latest(data, published)
    publish_as("second", data)
    (data / "versions" / "second" / "knowledge.db").write_bytes(b"half a file")
    served.refresh()
    served.refresh()
    assert served().version == published.version
    assert len(caplog.records) == 1
    (data / "current").write_text(published.version, encoding="ascii")
    publish_as("third", data)
    served.refresh()
    assert served().version == "third"


def test_a_version_answers_a_few_messages_before_anybody_hears_it(data: Path, published: Published) -> None:
    """What a service works out once for a version, as the stations' search, is there by then; a version that fails is not served."""
    heard: list[str] = []

    def fail_on_third(one: Published) -> None:
        rehearse(config(data=data), one, clock=lambda: NOW)
        heard.append(one.version)
        if one.version == "third":
            raise LookupError("a text that the program asks for is missing")

    known = dict.fromkeys((published.version, "second", "third"), published.matcher)
    served = Latest(
        partial(publishing.load, data, known), partial(publishing.current_version, data), fail_on_third
    )
    for name in ("second", "third"):
        publish_as(name, data)
        served.refresh()
    assert heard == ["second", "third"]
    assert served().version == "second"


def test_the_whole_application_answers_and_a_copy_gets_the_same(data: Path) -> None:
    settings = config(data=data)
    first, second = (application(settings, lambda: True).test_client() for _ in range(2))
    body = message(Content="你能做什么")
    answers = [client.post("/wechat" + query(), data=body).data for client in (first, second, first)]
    assert len({content(one) for one in answers}) == 1
    assert content(answers[0]) != content(first.post("/wechat" + query(), data=message(MsgId="2")).data)
