"""The sub-commands of run.py. Each says in `--help` what it does and shows an example."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from bot import publishing
from bot.chat import SHANGHAI, Clock, answer_lines, as_line, message_from
from bot.commands_admin import admin
from bot.commands_backup import backup, restore
from bot.commands_content import (
    build,
    check,
    export,
    preview,
    published,
    rollback,
    run_beside,
    versions,
    watch,
    watching,
)
from bot.commands_events import ACTS, CHANGES, event, roster
from bot.commands_keys import keys
from bot.commands_rules import rules
from bot.commands_teach import effects_of_phrases
from bot.config import ConfigError
from bot.conversation import Bot, respond
from bot.state.admins import ROLES
from bot.terminal import ROOT, say, settings
from bot.wechat import plain_text
from bot.worker import application, load_before_fork, open_state
from intents.evaluate import evaluate, read_lines
from intents.match_line import as_match_line
from intents.plain import train_plain
from knowledge.compiler import ContentError

# ---------------------------------------------------------------- the commands


def serve(options: argparse.Namespace) -> int:
    config = settings(options)
    if publishing.needs_publishing(config.content, config.data):
        # A child of its own compiles and trains: the server's parent opens no database and starts no thread.
        status = run_beside("build", options).wait()
        if status != 0:
            if not publishing.current_version(config.data):
                say("没有可用的旧版本，请先改好上面的问题。")
                return status
            say("上面的问题改好之前，继续用上一个好的版本。")
    from bot.server import serve as serve_http  # granian is loaded by the one command that needs it

    with watching(options):
        serve_http(config, application, load_before_fork)
    return 0


def match(options: argparse.Namespace) -> int:
    matcher = published(settings(options)).matcher
    if matcher.opinion:
        matcher.opinion.wait()
    for line in sys.stdin:
        text = line.rstrip("\n")
        if not text.strip():
            continue
        if text.lstrip().startswith("{"):
            text = str(json.loads(text)["text"])
        now = datetime.now(SHANGHAI)
        result = as_match_line(matcher.match(text, now))
        if options.explain:
            result["explain"] = matcher.explain(text, now)
        print(json.dumps(result, ensure_ascii=False), flush=True)
    return 0


def evaluate_file(options: argparse.Namespace) -> int:
    lines = read_lines(options.file.read_text(encoding="utf-8"))
    if options.train:
        examples = read_lines(options.train.read_text(encoding="utf-8"))
        classifier = train_plain([(one.text, one.intent) for one in examples])
        report = evaluate(lines, classifier, datetime.now(SHANGHAI))
    else:
        matcher = published(settings(options)).matcher
        if matcher.opinion:
            matcher.opinion.wait()
        report = evaluate(lines, matcher, datetime.now(SHANGHAI))
    print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) if options.json else report.as_text())
    return 0


def chat(options: argparse.Namespace) -> int:
    config = settings(options)
    current = published(config)
    clock = Clock()
    if options.at:
        clock.set(options.at)
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(config, options.data or Path(folder))
        state.publish_events(current.knowledge.occasions, clock())
        bot = Bot(config, state, lambda: current, clock)
        if options.jsonl:
            for answer in answer_lines(sys.stdin, clock, lambda message: respond(bot, message), plain_text):
                print(answer, flush=True)
        else:
            _talk(bot, clock)
        state.close()
    return 0


def _talk(bot: Bot, clock: Clock) -> None:
    say("直接打字，空行结束。")
    count = 0
    while text := input("您：").strip():
        count += 1
        reply = respond(bot, message_from(text, "terminal", f"{clock().timestamp()}-{count}", clock()))
        print(as_line(reply, plain_text(reply))["reply"], end="\n\n", flush=True)


# ---------------------------------------------------------------- the command line

EXAMPLES = {
    "serve": "python run.py serve --port 8000",
    "build": "python run.py build --content /srv/union/content --data /srv/union/var",
    "check": "python run.py check --content /srv/union/content",
    "rules": "python run.py rules --content /srv/union/content",
    "watch": "python run.py watch --content /srv/union/content --data /srv/union/var",
    "preview": "python run.py preview --content draft --data /srv/union/var --to /tmp/preview",
    "versions": "python run.py versions --data /srv/union/var",
    "rollback": "python run.py rollback 836a540ad70004dd --data /srv/union/var",
    "export": "python run.py export --to templates",
    "match": "echo 定海哪里能充电 | python run.py match --explain",
    "evaluate": "python run.py evaluate lines.jsonl --json",
    "chat": "python run.py chat --at 2026-12-01T20:00",
    "effects": """echo '{"aid": ["家里困难想申请补助"]}' | python run.py effects""",
    "backup": "python run.py backup --data /srv/union/var",
    "restore": "python run.py restore /srv/union/var/backups/state-20261123-031500.backup --data /srv/union/var",
    "roster": "python run.py roster e01 --to roster.xlsx",
    "event": "python run.py event checkin e01 12",
    "keys": "python run.py keys rotate --data /srv/union/var",
    "admin": "python run.py admin add 王芳 --role 管理",
}


#: Adds a sub-command: its name, what runs it, and what `--help` says of it.
Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="run.py", description="The WeChat bot of a city trade union.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=f"Example: {EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.set_defaults(run=run)
        one.add_argument(
            "--content", type=Path, metavar="DIR", help="what admins edit (default: knowledge/content)"
        )
        one.add_argument(
            "--data", type=Path, metavar="DIR", help="state, keys, caches, versions (default: var)"
        )
        one.add_argument(
            "--config", type=Path, metavar="FILE", default=ROOT / "config.toml", help="the settings"
        )
        return one

    one = command(
        "serve", serve, "Compile the knowledge if needed, then serve the webhook and the phone page."
    )
    one.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    one.add_argument("--port", type=int, help="port to listen on (default: 8000)")
    one.add_argument("--workers", type=int, help="worker processes (default: 2)")
    one.add_argument("--mode", choices=["plain", "compatible", "safe"], help="how the account sends messages")
    command("build", build, "Check, compile and train the content, and make it the version that is served.")
    command(
        "check", check, "Check the content files and print every problem; the exit status is 1 for errors."
    )
    one = command(
        "rules", rules, "Print each scheme as prose, and what it says to every row of its case file."
    )
    one.add_argument(
        "--trace", action="store_true", help="every rule applied to every case: figure, result, clause"
    )
    one.add_argument(
        "--diff",
        nargs=2,
        type=date.fromisoformat,
        metavar=("DAY", "DAY"),
        help="what changes between two days, e.g. 2026-01-01 2026-07-01",
    )
    one.add_argument(
        "--draft", type=Path, metavar="FILE.toml", help="what a draft of a scheme file would change"
    )
    one = command("watch", watch, "Publish the content whenever a file is saved; `serve` does so by itself.")
    one.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    one = command(
        "preview", preview, "Write what publishing the content would change, without publishing it."
    )
    one.add_argument("--to", type=Path, metavar="DIR", required=True, help="where report.json goes")
    command("versions", versions, "List the versions that are kept: who published what, and when.")
    one = command("rollback", rollback, "Serve a version that is kept, until the content changes.")
    one.add_argument("version", metavar="VERSION", help="as `versions` lists it; its first letters do")
    one = command(
        "export", export, "Write the tables as XLSX with drop-downs and notes, to edit and put back."
    )
    one.add_argument("--to", type=Path, metavar="DIR", required=True, help="where the files go")
    one = command(
        "match", match, 'Read an utterance (or JSON with "text") a line, write what it means as JSON lines.'
    )
    one.add_argument(
        "--explain", action="store_true", help="add which words, n-grams, sounds and rules decided"
    )
    one = command("evaluate", evaluate_file, "Measure how well the bot understands the lines of a file.")
    one.add_argument("file", type=Path, metavar="FILE.jsonl")
    one.add_argument("--json", action="store_true", help="machine-readable, with fixed keys")
    one.add_argument(
        "--train", type=Path, metavar="FILE.jsonl", help="train the statistical layers alone on this file"
    )
    one = command(
        "chat", chat, "Talk to the bot in the terminal; without --data its state is forgotten at the end."
    )
    one.add_argument(
        "--jsonl", action="store_true", help='read lines {"from", "user", "at"?, "id"?}, write a line each'
    )
    one.add_argument("--at", metavar="TIME", help="set the clock, e.g. 2026-12-01T20:00 (Asia/Shanghai)")
    _add_staff_commands(command)
    return top


def _add_staff_commands(command: Command) -> None:
    """What the staff's screen does too, for who has the server in hand."""
    command(
        "effects",
        effects_of_phrases,
        'Read {"label": ["phrase"]} as JSON, write what teaching them would change.',
    )
    one = command(
        "backup", backup, "Make an encrypted backup of people's data now; it also runs on a schedule."
    )
    one.add_argument("--list", action="store_true", help="list the backups there are instead")
    one = command("restore", restore, "Bring back a backup; who was erased since then is erased again.")
    one.add_argument("file", type=Path, metavar="FILE")
    one = command("roster", roster, "Write who signed up for an event into a file for Excel and WPS.")
    one.add_argument("event", metavar="EVENT", help="the event's id")
    one.add_argument("--to", type=Path, metavar="FILE", help="a name that ends in .xlsx or .csv")
    one = command(
        "event",
        event,
        "Stop and reopen sign-up, check in, admit walk-ins, move and remove people, tell all, postpone, cancel.",
    )
    one.add_argument("act", choices=[*ACTS, *CHANGES])
    one.add_argument("event", metavar="EVENT", help="the event's id, or a session's as e01~1")
    one.add_argument(
        "words",
        nargs="*",
        metavar="WORDS",
        help="checkin, remove: the number at the door; walkin: name and telephone; move: number and the other event; tell: the message; postpone: the new start and end as 2026-12-12T14:00",
    )
    one = command("keys", keys, "Put people's data under a new key; stop the server first.")
    one.add_argument("act", choices=["rotate"])
    one = command("admin", admin, "Open, list, renew and take away the accounts of the staff's screen.")
    one.add_argument("act", choices=["add", "list", "password", "remove"])
    one.add_argument("name", nargs="?", metavar="NAME", help="the person's name; not for list")
    one.add_argument(
        "--role", choices=ROLES, default=ROLES[0], help="编辑 (default) or 管理, who sees people's data too"
    )


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status is 0, 1 for errors in content, 2 for a wrong command line or setting."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ConfigError as error:
        say(str(error))
        return 2
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    except BrokenPipeError:
        return 0
