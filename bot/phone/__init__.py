"""A phone in the browser that plays WeChat: what a person does becomes signed XML, posted to the real webhook over HTTP."""

from bot.phone.pages import phone_blueprint

__all__ = ["phone_blueprint"]
