"""What is uploaded to Telegram once, and from then on sent by the name that Telegram gave it."""

from contextlib import suppress

from bot.errors import StoreDown
from bot.ports import Notes


class Uploads:
    """Names of one `kind` of uploads, kept by `notes` for the bot with this id."""

    def __init__(self, kind: str, bot: str, notes: Notes) -> None:
        self._begins = f"telegram-{kind}:{bot}:"
        self._notes = notes
        self._names: dict[str, str] = {}

    async def name(self, what: str) -> str:
        """What Telegram calls this; empty where it is to be uploaded."""
        if what not in self._names:
            with suppress(StoreDown):  # then it is uploaded once more
                self._names[what] = (await self._notes.recall(self._begins + what) or b"").decode()
        return self._names.get(what, "")

    async def learn(self, what: str, name: str) -> None:
        self._names[what] = name
        with suppress(StoreDown):  # whoever sends it after the next start uploads it once more
            await self._notes.remember(self._begins + what, name.encode())

    def forget(self, what: str) -> None:
        """Telegram does not know it by its name any more: it is uploaded anew."""
        self._names[what] = ""
