"""What we ask of WeChat ourselves, through wechatpy's client and one token: messages that we begin, and the menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.state.outbox import Tokens
from knowledge.menu import Button

HOST = "https://api.weixin.qq.com"
PATIENCE_SECONDS = 10
#: WeChat refuses a thing… field of more characters.
LONGEST_FIELD = 20


class NotSent(Exception):
    """WeChat refused; `code` is its errcode, 0 where nobody knows whether it arrived."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class _Client(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's client against any host: its own asks for tokens at a fixed address."""

    def __init__(self, appid: str, secret: str, tokens: Tokens, host: str) -> None:
        self.API_BASE_URL = f"{host}/cgi-bin/"
        super().__init__(appid, secret, session=tokens, timeout=PATIENCE_SECONDS)

    def fetch_access_token(self) -> Any:
        params = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(url=f"{self.API_BASE_URL}token", params=params)


class Api:
    """The account's own side."""

    def __init__(self, appid: str, secret: str, tokens: Tokens, host: str = HOST) -> None:
        self._client = _Client(appid, secret, tokens, host)

    def tell(self, openid: str, text: str) -> None:
        """Send a customer-service text. Raises NotSent."""
        self._ask(lambda: self._client.message.send_text(openid, text))

    def notify(self, openid: str, kind: str, template: str, words: Mapping[str, str]) -> None:
        """Send a message of a template, `kind` subscribe or template, its fields by their names. Raises NotSent."""
        data = {name: {"value": text[:LONGEST_FIELD]} for name, text in words.items()}
        message = self._client.message
        send = message.send_subscribe_message if kind == "subscribe" else message.send_template
        self._ask(lambda: send(openid, template, data))

    def set_menu(self, menu: Sequence[Button]) -> None:
        """Make `menu` the account's. Raises NotSent."""
        bar = [{"name": one.name, "sub_button": [_click(button) for button in one.above]} for one in menu]
        self._ask(lambda: self._client.menu.create({"button": bar}))

    def _ask(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except WeChatClientException as error:
            raise NotSent(error.errcode if isinstance(error.errcode, int) else 0) from None
        except (requests.RequestException, ValueError):
            raise NotSent(0) from None


def _click(button: Button) -> dict[str, str]:
    return {"type": "click", "name": button.name, "key": button.says}
