"""What a message says, read against the question that waits: a choice, a digit, a command, or words of one's own."""

from bot.model import Choice, Incoming, Session
from bot.nlu.commands import COMMANDS, Command, bare, command_in, says
from bot.nlu.normalise import digit, fold
from bot.nlu.numbers import seen
from bot.nlu.patterns import LONGEST_READ

BACK, MENU = "back", "menu"
"""The choices that stand below every question."""
ECHO = "echo"
"""The flow that asks whether a machine heard well."""

_SAYS_WHO_ONLY = frozenset({"toi", "minh", "em"})
"""How many labels begin, and no answer: "tôi" does not mean "Tôi muốn nộp tại quầy"."""


class Heard:
    """One message. `plain` is what is read of its text, folded; `picked` the choice it makes; `stale` an old press."""

    def __init__(self, session: Session, incoming: Incoming) -> None:
        self.incoming = incoming
        self.text = seen(incoming.text)
        self.plain = fold(self.text[:LONGEST_READ]) if self.text else ""
        self.picked: Choice | None = None
        self.stale = False
        self.command: Command | None = None
        self.number: str | None = None
        self._asked = session
        self._read()

    def _read(self) -> None:
        if self.incoming.kind == "press":
            mark, _, choice_id = self.incoming.choice.partition(":")
            if mark == self._asked.mark:
                self.picked = next((choice for choice in self._asked.offered if choice.id == choice_id), None)
            self.stale = self.picked is None and choice_id != MENU
            if choice_id in (BACK, MENU) and not self.stale:
                self.command = "menu" if choice_id == MENU else "back"
        elif self.plain and self._may_answer and not self.too_long:
            self.number = digit(self.text)
            self.picked = self._by_digit(self.number) if self.number else self._by_label()
            if self.picked is None or self.picked.id in (BACK, MENU):
                self.command = command_in(self.text, self.number or self.plain)

    @property
    def _may_answer(self) -> bool:
        """What a machine heard answers nothing but whether it heard well."""
        place = self._asked.place
        return self.incoming.kind not in ("heard", "unheard") or (place is not None and place.flow == ECHO)

    def _by_digit(self, number: str) -> Choice | None:
        """A label that reads like a number ("Số 2") is itself, whatever its digit."""
        written = next((choice for choice in self._asked.offered if fold(choice.label) == self.plain), None)
        return written or next((choice for choice in self._asked.offered if choice.digit == number), None)

    def _by_label(self) -> Choice | None:
        labels = [(choice, fold(choice.label)) for choice in self._asked.offered]
        for plain in (self.plain, bare(self.plain)):
            for choice, label in labels:
                if plain in (label, label.removeprefix("cho ")) or self._says(choice, plain):
                    return choice
        if self.plain in COMMANDS or self.plain in _SAYS_WHO_ONLY:
            return None
        begun = [choice for choice, label in labels if label.startswith(self.plain + " ")]
        return begun[0] if len(begun) == 1 else None

    def _says(self, choice: Choice, plain: str) -> bool:
        """At a step that has only to be read, with a way on and a person beside it, whoever understood it goes on."""
        only_read = choice.id == "next" and [each.id for each in self._asked.offered[:2]] == ["next", "person"]
        return any(says(meant, plain, self.text) for meant in (choice.id, *(["understood"] if only_read else [])))

    def reread(self, text: str) -> None:
        """Go on with another text than the one that came: the same without its secrets."""
        self.text = text
        self.plain = fold(text[:LONGEST_READ])
        self.picked = self.command = self.number = None
        self._read()

    @property
    def too_long(self) -> bool:
        """Its end is not read: it can be no answer, and is understood by its beginning."""
        return len(self.text) > LONGEST_READ

    @property
    def free_text(self) -> bool:
        """Words of the resident's own: not a choice, a number, a command, a link or a press."""
        return self.own_words and self.incoming.kind == "text"

    @property
    def own_words(self) -> bool:
        """The same, or heard by a machine."""
        own = self.incoming.kind in ("text", "heard") and not self.text.startswith("/start")
        return own and bool(self.plain) and not (self.picked or self.number or self.command)
