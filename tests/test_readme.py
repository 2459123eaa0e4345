"""README's two commands are what CI runs and what a stranger copies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_command() -> None:
    from bot.commands import EXAMPLES

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in EXAMPLES if f"`{name}" not in readme and f"run.py {name}" not in readme]
    assert not missing
