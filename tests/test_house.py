"""The house: run → bot → intents → knowledge, never upward; and the few promises that hold it together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.commands import EXAMPLES, main, parser
from intents import INTENTS
from intents.types import LABELS

ROOT = Path(__file__).resolve().parent.parent

#: What each room may import of ours.
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "intents": {"intents", "knowledge"},
    "bot": {"bot", "intents", "knowledge"},
}
#: What the understanding may never touch.
NEVER_IN_INTENTS = {"flask", "wechatpy", "sqlite3", "pysqlite3", "sqlite_utils", "requests"}


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_nobody_looks_up_the_stair(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        ours = imports_of(path) & {"run", "bot", "intents", "knowledge", "tests"}
        assert ours <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {ours - MAY_IMPORT[room]}"


def test_the_understanding_knows_no_web_no_files_and_no_sql() -> None:
    for path in (ROOT / "intents").rglob("*.py"):
        assert not imports_of(path) & NEVER_IN_INTENTS, path.relative_to(ROOT)


def test_only_two_modules_import_wechatpy() -> None:
    """What WeChat sends and gets, and what we ask of it."""
    users = {path.name for path in (ROOT / "bot").rglob("*.py") if "wechatpy" in imports_of(path)}
    assert users <= {"wechat.py", "wechat_api.py"}


def test_every_label_is_served_by_exactly_one_service() -> None:
    served = [label for service in INTENTS for label in service.labels]
    assert sorted(served) == sorted(LABELS)


def test_run_is_short() -> None:
    assert len((ROOT / "run.py").read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize("command", EXAMPLES)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert EXAMPLES[command] in shown
    assert "--content" in shown and "--data" in shown


def test_every_command_is_listed_with_an_example() -> None:
    actions = [action for action in parser()._actions if action.choices]
    assert set(actions[0].choices or ()) == set(EXAMPLES)
