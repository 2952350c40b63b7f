"""The buttons below a message on Telegram."""

from typing import Final

from bot.channels.telegram_wire import InlineButton, InlineKeyboard
from bot.present import Button, Shown

_CALLBACK_DATA_BYTES: Final = 64


def keyboard_of(shown: Shown) -> InlineKeyboard | None:
    """The buttons of a message; None where it has none. Raises ValueError for a payload over 64 bytes."""
    return InlineKeyboard([[_button(button) for button in row] for row in shown.rows]) if shown.rows else None


def _button(button: Button) -> InlineButton:
    if len(button.payload.encode()) > _CALLBACK_DATA_BYTES:
        raise ValueError(f"A button's payload is over {_CALLBACK_DATA_BYTES} bytes: {button.payload}")
    return InlineButton(button.label, button.payload)
