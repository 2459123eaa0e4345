"""The sub-command for who answers for the rules: prose, cases, traces, and what another version changes."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.cases import case_files, check_cases, read_schemes, rows_of
from bot.terminal import say, settings
from bot.wechat import SHANGHAI
from intents.scheme_cases import case_table, case_trace, unreadable
from intents.scheme_diff import Version, changed_cases, changed_rules
from knowledge.compiler import check_content
from knowledge.scheme import Scheme
from knowledge.scheme_file import check_scheme, line_of, parse_scheme
from knowledge.scheme_prose import scheme_prose
from knowledge.sheets import decode

Row = Mapping[str, str]


def rules(options: argparse.Namespace) -> int:
    content = settings(options).content
    schemes = read_schemes(content)
    cases = {
        path.stem: [row for _, _, row in rows_of(path) if not unreadable(row)] for path in case_files(content)
    }
    if options.draft:
        return _draft(options, schemes, cases)
    if options.diff:
        first, last = options.diff
        for name, scheme in schemes.items():
            _differences(Version(scheme, first), Version(scheme, last), cases.get(name, []))
        return 0
    for name, scheme in schemes.items():
        _whole(name, scheme, cases.get(name, []), options.trace)
    problems = [*check_content(content), *check_cases(content)]
    for problem in problems:
        print(problem)
    return 1 if any(problem.level == "error" for problem in problems) else 0


def _whole(name: str, scheme: Scheme, rows: Sequence[Row], trace: bool) -> None:
    print(scheme_prose(scheme))
    if rows:
        print(f"\n案例（cases/{name}，现在算出来的）：")
        lines = [line for row in rows for line in case_trace(scheme, row)]
        print("\n".join(lines) if trace else case_table(scheme, rows))
    print()


def _draft(
    options: argparse.Namespace, schemes: Mapping[str, Scheme], cases: Mapping[str, Sequence[Row]]
) -> int:
    """What a draft of a scheme file changes; its errors first."""
    path: Path = options.draft
    text = decode(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        say(f"{path.name} 看不懂：{error}")
        return 1
    problems = check_scheme(data, path.name)
    for message, key in problems:
        line = line_of(text, key)
        say(f"{path.name}{f' 第 {line} 行' if line else ''}：{message}")
    if problems:
        return 1
    draft = parse_scheme(data)
    now = next((name for name, scheme in schemes.items() if scheme.id == draft.id), None)
    if now is None:
        say(f"schemes 里没有 id 是 {draft.id} 的方案，没有可以比的。")
        return 1
    first, last = options.diff or (None, None)
    _differences(Version(schemes[now], first), Version(draft, last), cases.get(now, []))
    return 0


def _differences(before: Version, after: Version, rows: Sequence[Row]) -> None:
    today = datetime.now(SHANGHAI).date()
    texts = changed_rules(before, after, today)
    effects = changed_cases(before, after, rows)
    print(before.scheme.name)
    print(f"规定：{len(texts)} 条不一样")
    print(*(f"  {line}" for line in texts), sep="\n", end="\n" if texts else "")
    print(f"案例：{len(rows)} 个，{len(effects)} 个结果不一样")
    print(*(f"  {line}" for line in effects), sep="\n", end="\n\n" if effects else "\n")
