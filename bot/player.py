"""One resident talking to the engine without store, channel or clock: for conversation files and the terminal.

Between any two messages the session goes through JSON, so nothing unsaveable can hide.
"""

from collections.abc import Iterator

from bot.engine import advance
from bot.errors import FactNeeded
from bot.model import Chat, Incoming, Kind, Place, Reply, Session, Timer, Turn, decode_session, encode
from bot.world import Setting, World

START = 1795572000
"""When every conversation file begins: Wednesday 2026-11-25, 09:00 in Việt Nam."""
_CHAT = Chat("console", "1", "1")


class Player:
    """A conversation with a clock of its own. Requests get the codes A0001, A0002, …; the first in line is number 1."""

    def __init__(self, setting: Setting, session: Session | None = None, now: int = START) -> None:
        self.setting = setting
        self.now = now
        self._saved = encode(session or Session())
        self._timers: dict[str, int] = {}
        self._pressable: list[tuple[str, str]] = []
        self._count = 0
        self._codes = 0

    @property
    def session(self) -> Session:
        return decode_session(self._saved)

    def says(self, text: str) -> Turn:
        return self._hear("text", text=text)

    def sends(self, kind: Kind, text: str = "") -> Turn:
        return self._hear(kind, text=text)

    def says_in_group(self, text: str) -> Turn:
        return self._hear("text", text=text, group=True)

    def presses(self, label: str, *, old: bool = False) -> Turn | None:
        """Press the button with this label: the newest, or (`old`) the first one ever shown. None: no such button."""
        found = [payload for its_label, payload in self._pressable if its_label == label]
        return self._hear("press", choice=found[0 if old else -1]) if found else None

    def pass_time(self, seconds: int) -> Iterator[Turn]:
        """Let time pass; timers that come due on the way ring in order."""
        end = self.now + seconds
        while due := [(at, name) for name, at in self._timers.items() if at <= end]:
            at, name = min(due)
            self.now = max(self.now, at)
            del self._timers[name]
            yield self._hear("timer", text=name)
        self.now = end

    def _hear(self, kind: Kind, *, text: str = "", choice: str = "", group: bool = False) -> Turn:
        self._count += 1
        incoming = Incoming(str(self._count), _CHAT, kind, text, choice, group=group)
        world = World(self.setting, self.now, self._draw_code, "https://t.me/ToSoMauBot")
        try:
            turn = advance(self.session, incoming, world)
        except FactNeeded:
            turn = advance(
                self.session, incoming, World(self.setting, self.now, self._draw_code, world.private_link, 1)
            )
        self._saved = encode(turn.session)
        self._codes += turn.opened is not None
        for timer in turn.timers:
            self._set(timer)
        for reply in turn.replies:
            self._pressable += [(choice.label, reply.payload(choice)) for choice in reply.choices]
        return turn

    def _set(self, timer: Timer) -> None:
        self._timers.pop(timer.name, None)
        if timer.at:
            self._timers[timer.name] = timer.at

    def _draw_code(self) -> str:
        return f"A{self._codes + 1:04}"


def known_resident(you: str, lang: str = "vi", now: int = START) -> Session:
    """Somebody who has met the bot before: at the menu, agreed, and with a form of address."""
    return Session(lang=lang, you=you, consent="yes", consent_at=now, place=Place("menu"), heard_at=now)


def shown(reply: Reply) -> list[str]:
    """A reply as lines of a conversation file."""
    text = f"{reply.sender}: {reply.text}" if reply.sender else reply.text
    lines = text.splitlines() or [""]
    if reply.choices:
        lines.append(" ".join(f"[{choice.digit} {choice.label}]" for choice in reply.choices))
    return lines
