"""Every setting: `config.toml`, the environment for secrets, the command line on top.

A setting is declared once, in its dataclass, with its default and what is allowed. Anything else is a
ConfigError of one line that names the setting, what was found and what is allowed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from intents.opinion import ENCODERS, installed

ROOT = Path(__file__).resolve().parent.parent

#: Characters of an EncodingAESKey: base64 of 32 bytes without its "=".
AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class ConfigError(Exception):
    """A setting that cannot be used; the message is one line for whoever starts the bot."""

    def __init__(self, setting: str, found: str, allowed: str) -> None:
        super().__init__(f"{setting}: found {found}; allowed: {allowed}")


# ---------------------------------------------------------------- how a setting is declared


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a setting may be, in words for the error and as a test."""

    words: str
    test: Callable[[Any], bool]


def setting(default: Any, allowed: Allowed) -> Any:
    """A field of a section: its default, whose type every value must have, and what is allowed."""
    return field(default=default, metadata={"allowed": allowed})


def one_of(*names: str) -> Allowed:
    return Allowed(" | ".join(names), lambda value: value in names)


YES_OR_NO = Allowed("true | false", lambda value: isinstance(value, bool))


def between(low: float, high: float) -> Allowed:
    kind = "a whole number" if isinstance(low, int) else "a number"
    return Allowed(f"{kind} from {low} to {high}", lambda value: low <= value <= high)


TEMPLATE_ID = Allowed(
    "the id of a template as the account shows it", lambda value: bool(re.fullmatch(r"[\w-]{0,64}", value))
)
TEMPLATE_FIELDS = Allowed(
    "fields of the template, each with = and one of title when place words",
    lambda value: bool(re.fullmatch(r"(\s*\w+=(title|when|place|words))+\s*", value)),
)


def _is_public_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    )


HOST = Allowed(
    "an address or a host's name, in quotes", lambda value: re.fullmatch(r"[\w.:-]+", value) is not None
)
PUBLIC_URL = Allowed(
    'an address that begins with https:// or http://, or "" for none',
    lambda value: value == "" or _is_public_url(value),
)


# ---------------------------------------------------------------- the settings


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how the bot is served."""

    host: str = setting("127.0.0.1", HOST)
    port: int = setting(8000, between(1, 65535))
    workers: int = setting(2, between(1, 64))
    mode: str = setting("compatible", one_of("plain", "compatible", "safe"))
    public_url: str = setting("", PUBLIC_URL)
    phone: str = setting("demo", one_of("demo", "always", "never"))


@dataclass(frozen=True, slots=True)
class WeChat:
    """What WeChat's pages leave open."""

    location: str = setting("gcj02", one_of("gcj02", "wgs84"))
    outbound: str = setting("none", one_of("none", "customer_service"))
    notice: str = setting("none", one_of("none", "subscribe", "template"))
    notice_template: str = setting("", TEMPLATE_ID)
    notice_fields: str = setting("thing1=title time2=when thing3=place thing4=words", TEMPLATE_FIELDS)


@dataclass(frozen=True, slots=True)
class Conversation:
    """How long things are remembered; minutes."""

    form_minutes: int = setting(60, between(1, 10080))
    after_a_pause: str = setting("resume", one_of("resume", "fresh"))
    copies_minutes: int = setting(10, between(1, 1440))


@dataclass(frozen=True, slots=True)
class Matcher:
    """How sure the bot must be."""

    answer_at: float = setting(0.5, between(0.0, 1.0))
    ask_at: float = setting(0.25, between(0.0, 1.0))
    encoder: str = setting("", one_of("", *ENCODERS))


@dataclass(frozen=True, slots=True)
class Admin:
    """The staff's screen."""

    shown: bool = setting(True, YES_OR_NO)
    idle_minutes: int = setting(30, between(1, 1440))
    behind_proxy: bool = setting(False, YES_OR_NO)


@dataclass(frozen=True, slots=True)
class Backup:
    """Copies of people's data, encrypted with the data key."""

    every_hours: int = setting(24, between(0, 720))
    keep: int = setting(14, between(1, 1000))
    folder: str = setting("", Allowed('a folder, or "" for backups in the data folder', lambda value: True))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves that WeChat is WeChat; never in a repr, a log or a file."""

    token: str = field(repr=False)
    appid: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    aes_key_previous: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)  # the AppSecret, for what we begin ourselves; "" for none


#: For a bot that nobody has connected to an account yet: known to everybody, so worth nothing to anybody.
DEMO = Credentials("demo-token", "wx0000000000000000", "demo" + "0" * 39)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set."""

    server: Server
    wechat: WeChat
    conversation: Conversation
    matcher: Matcher
    admin: Admin
    backup: Backup
    credentials: Credentials
    demo: bool  # no credentials were given: those of DEMO serve
    content: Path  # what admins edit
    data: Path  # state, keys, caches, versions

    @property
    def shows_phone(self) -> bool:
        """Whether the phone page is served."""
        return self.server.phone == "always" or (self.server.phone == "demo" and self.demo)


SECTIONS = {
    "server": Server,
    "wechat": WeChat,
    "conversation": Conversation,
    "matcher": Matcher,
    "admin": Admin,
    "backup": Backup,
}

#: Settings of [server] that the command line may give.
ON_COMMAND_LINE = ("host", "port", "workers", "mode")


def load(path: Path, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Config:
    """Read `path` and `environ`; `overrides` (host port workers mode content data) win over the file.

    Raises ConfigError.
    """
    given = dict(overrides or {})
    written = _read(path)
    _refuse_unknown(written, SECTIONS, path.name, "section")
    sections = {
        name: _section(kind, written.get(name, {}), f"{path.name} [{name}]")
        for name, kind in SECTIONS.items()
    }
    sections["server"] |= {
        name: _checked(_field(Server, name), given[name], f"--{name}")
        for name in ON_COMMAND_LINE
        if name in given
    }
    sections["server"]["public_url"] = sections["server"]["public_url"].rstrip("/")
    matcher = Matcher(**sections["matcher"])
    if matcher.ask_at > matcher.answer_at:
        raise ConfigError(
            f"{path.name} [matcher] ask_at", str(matcher.ask_at), f"at most answer_at, {matcher.answer_at}"
        )
    if matcher.encoder and not installed(matcher.encoder):
        raise ConfigError(
            f"{path.name} [matcher] encoder",
            matcher.encoder,
            'an encoder that is installed ("pip install -r requirements-encoder.txt"), or "" for none',
        )
    server = Server(**sections["server"])
    credentials = _credentials(environ, server.mode)
    return Config(
        server,
        WeChat(**sections["wechat"]),
        Conversation(**sections["conversation"]),
        matcher,
        Admin(**sections["admin"]),
        Backup(**sections["backup"]),
        credentials or DEMO,
        credentials is None,
        Path(given.get("content", ROOT / "knowledge" / "content")),
        Path(given.get("data", ROOT / "var")),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), error.strerror or "nothing to read", "a file of settings") from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "bytes that are not UTF-8", "TOML in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), " ".join(str(error).split()), "TOML, see https://toml.io") from None


def _refuse_unknown(found: Mapping[str, Any], known: Mapping[str, Any], where: str, what: str) -> None:
    for name in found:
        if name not in known:
            raise ConfigError(f"{where} {name}", f"an unknown {what}", ", ".join(known))


def _field(kind: type, name: str) -> Field[Any]:
    return next(one for one in fields(kind) if one.name == name)


def _section(kind: type, written: Any, where: str) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise ConfigError(where, _shown(written), "a section with its settings below")
    declared = {one.name: one for one in fields(kind)}
    _refuse_unknown(written, declared, where, "setting")
    return {
        name: _checked(one, written[name], f"{where} {name}") if name in written else one.default
        for name, one in declared.items()
    }


def _checked(one: Field[Any], value: Any, where: str) -> Any:
    """`value` where it has the type of the default and is allowed. Raises ConfigError."""
    allowed: Allowed = one.metadata["allowed"]
    wanted = type(one.default)
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted or not allowed.test(value):
        raise ConfigError(where, _shown(value), allowed.words)
    return value


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "…"


# ---------------------------------------------------------------- secrets


def _credentials(environ: Mapping[str, str], mode: str) -> Credentials | None:
    """What the environment says; None where it says nothing of WeChat. Raises ConfigError."""
    names = ("WECHAT_TOKEN", "WECHAT_APPID", "WECHAT_AES_KEY", "WECHAT_AES_KEY_PREVIOUS")
    if "WECHAT_TOKEN" not in environ and not any(environ.get(name) for name in names):
        return None
    token, appid, key, previous = (environ.get(name, "").strip() for name in names)
    if not token:
        found = "nothing in it" if "WECHAT_TOKEN" in environ else "no such variable, but others of WECHAT_"
        raise ConfigError("WECHAT_TOKEN", found, "the token that the account's settings show")
    for name, value in (("WECHAT_AES_KEY", key), ("WECHAT_AES_KEY_PREVIOUS", previous)):
        if value and not AES_KEY.fullmatch(value):
            raise ConfigError(
                name, _shape(value), "43 letters, digits, + or / (the account's EncodingAESKey)"
            )
    if mode != "plain":
        for name, value in (("WECHAT_APPID", appid), ("WECHAT_AES_KEY", key)):
            if not value:
                raise ConfigError(name, "nothing", f"the account's own, as [server] mode is {mode}")
    return Credentials(token, appid, key, previous, environ.get("WECHAT_SECRET", "").strip())


def _shape(secret: str) -> str:
    kind = "" if re.fullmatch(r"[A-Za-z0-9+/]*", secret) else ", some of them others"
    return f"{len(secret)} characters{kind}"
