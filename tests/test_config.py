"""Settings: a table of what is refused, and what the one line says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import DEMO, ConfigError, load

SETTINGS = Path(__file__).resolve().parent.parent / "config.toml"
KEY = "a" * 43
CONNECTED = {"WECHAT_TOKEN": "t0ken", "WECHAT_APPID": "wx1", "WECHAT_AES_KEY": KEY}


def refusal(
    path: Path, environ: dict[str, str] | None = None, overrides: dict[str, Any] | None = None
) -> str:
    with pytest.raises(ConfigError) as refused:
        load(path, environ or {}, overrides)
    message = str(refused.value)
    assert "\n" not in message
    assert ": found " in message and "; allowed: " in message
    return message


def test_the_shipped_file_says_the_defaults(tmp_path: Path) -> None:
    empty = tmp_path / "config.toml"
    empty.write_text("")
    assert load(SETTINGS, {}) == load(empty, {})


def test_without_credentials_the_demo_ones_serve() -> None:
    config = load(SETTINGS, {"PATH": "/bin", "WECHAT_AES_KEY_PREVIOUS": ""})
    assert config.demo and config.credentials == DEMO
    assert config.shows_phone


def test_with_credentials_the_phone_is_off_unless_the_file_allows_it(tmp_path: Path) -> None:
    assert not load(SETTINGS, CONNECTED).shows_phone
    always = tmp_path / "config.toml"
    always.write_text('[server]\nphone = "always"')
    assert load(always, CONNECTED).shows_phone


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[server]\nport = 9000\nhost = "0.0.0.0"')
    config = load(file, {}, {"port": 9001, "mode": "safe", "content": tmp_path, "data": tmp_path / "var"})
    assert (config.server.port, config.server.host, config.server.mode) == (9001, "0.0.0.0", "safe")
    assert (config.content, config.data) == (tmp_path, tmp_path / "var")


def test_no_secret_is_ever_shown() -> None:
    environ = {**CONNECTED, "WECHAT_AES_KEY_PREVIOUS": "b" * 43, "WECHAT_SECRET": "c" * 32}
    shown = repr(load(SETTINGS, environ, {"mode": "safe"}))
    assert not [value for value in environ.values() if value in shown]


def test_the_secret_of_the_account_is_read_here_alone_and_a_demo_has_none() -> None:
    assert load(SETTINGS, {**CONNECTED, "WECHAT_SECRET": " s "}, {"mode": "plain"}).credentials.secret == "s"
    assert load(SETTINGS, {"WECHAT_SECRET": "s"}).credentials.secret == ""


def test_a_public_address_loses_its_last_slash(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[server]\npublic_url = "https://bot.example.org/"')
    assert load(file, {}).server.public_url == "https://bot.example.org"


WRONG_FILES = {
    "an unknown section": ("[sever]\nport = 1", "config.toml sever"),
    "an unknown setting": ("[server]\nprot = 1", "config.toml [server] prot"),
    "a setting outside of sections": ("port = 8000", "config.toml port"),
    "a section that is a number": ("server = 8000", "config.toml [server]"),
    "a port in quotes": ('[server]\nport = "8000"', "config.toml [server] port"),
    "a port that is a yes": ("[server]\nport = true", "config.toml [server] port"),
    "a port with a point": ("[server]\nport = 80.5", "config.toml [server] port"),
    "a port too high": ("[server]\nport = 65536", "config.toml [server] port"),
    "no workers": ("[server]\nworkers = 0", "config.toml [server] workers"),
    "an unknown mode": ('[server]\nmode = "secure"', "config.toml [server] mode"),
    "an empty host": ('[server]\nhost = ""', "config.toml [server] host"),
    "a public address without a scheme": ('[server]\npublic_url = "bot.example.org"', "public_url"),
    "a public address with a query": ('[server]\npublic_url = "https://a.example/?b"', "public_url"),
    "a public address that is none": ('[server]\npublic_url = "https://[1"', "public_url"),
    "an unknown word for the phone": ('[server]\nphone = "yes"', "phone"),
    "an unknown kind of coordinates": ('[wechat]\nlocation = "bd09"', "config.toml [wechat] location"),
    "a form that is forgotten at once": ("[conversation]\nform_minutes = 0", "form_minutes"),
    "copies kept for ever": ("[conversation]\ncopies_minutes = 100000", "copies_minutes"),
    "more than sure": ("[matcher]\nanswer_at = 1.5", "config.toml [matcher] answer_at"),
    "not a number": ("[matcher]\nask_at = nan", "config.toml [matcher] ask_at"),
    "asking when surer than answering": ("[matcher]\nask_at = 0.9", "config.toml [matcher] ask_at"),
    "a list": ("[server]\nhost = ['a']", "config.toml [server] host"),
    "no TOML": ("[server\nport", "config.toml"),
}


@pytest.mark.parametrize(("text", "named"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_is_refused_by_the_name_of_the_setting(text: str, named: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    assert named in refusal(file).partition(": found ")[0]


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.toml")
    file = tmp_path / "config.toml"
    file.write_bytes("# 设置".encode("gbk"))
    assert "UTF-8" in refusal(file)


def test_a_whole_number_serves_where_a_fraction_may_stand(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[matcher]\nanswer_at = 1")
    assert load(file, {}).matcher.answer_at == 1.0


WRONG_ENVIRONMENTS: dict[str, tuple[dict[str, str], str, str]] = {
    "an empty token": ({"WECHAT_TOKEN": ""}, "plain", "WECHAT_TOKEN"),
    "a blank token": ({"WECHAT_TOKEN": "  "}, "plain", "WECHAT_TOKEN"),
    "a key without a token": ({"WECHAT_AES_KEY": KEY}, "plain", "WECHAT_TOKEN"),
    "a key too short": ({**CONNECTED, "WECHAT_AES_KEY": KEY[1:]}, "plain", "WECHAT_AES_KEY"),
    "a key too long": ({**CONNECTED, "WECHAT_AES_KEY": KEY + "="}, "safe", "WECHAT_AES_KEY"),
    "a key with a stranger in it": (
        {**CONNECTED, "WECHAT_AES_KEY": "键" + KEY[1:]},
        "safe",
        "WECHAT_AES_KEY",
    ),
    "a previous key too short": (
        {**CONNECTED, "WECHAT_AES_KEY_PREVIOUS": "abc"},
        "safe",
        "WECHAT_AES_KEY_PREVIOUS",
    ),
    "safe mode without a key": ({"WECHAT_TOKEN": "t", "WECHAT_APPID": "wx1"}, "safe", "WECHAT_AES_KEY"),
    "compatible mode without an appid": (
        {"WECHAT_TOKEN": "t", "WECHAT_AES_KEY": KEY},
        "compatible",
        "WECHAT_APPID",
    ),
}


@pytest.mark.parametrize(("environ", "mode", "named"), WRONG_ENVIRONMENTS.values(), ids=WRONG_ENVIRONMENTS)
def test_credentials_that_cannot_work_are_refused_without_showing_them(
    environ: dict[str, str], mode: str, named: str
) -> None:
    message = refusal(SETTINGS, environ, {"mode": mode})
    assert message.startswith(f"{named}: ")
    assert not [value for value in environ.values() if len(value) > 2 and value in message]


def test_a_wrong_value_on_the_command_line_is_named_as_typed() -> None:
    assert refusal(SETTINGS, {}, {"port": 0}).startswith("--port: found 0;")
