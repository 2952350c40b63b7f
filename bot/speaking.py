"""One message being answered: how it is answered in words."""

from collections.abc import Sequence

from bot.heard import BACK, MENU
from bot.knowing import Knowing
from bot.model import Aloud, Choice, Drawn, Incoming, Reply, Session, replace
from bot.moves import Next
from bot.words import Voice
from bot.world import World

DESK = "desk"
"""Marks buttons that volunteers can press at any time, also in a group; what is done is checked anew."""


class Speaking(Knowing):
    """Flows speak through `notice`, `ask` and `tell`; `session` is the conversation as the turn leaves it."""

    def __init__(self, session: Session, incoming: Incoming, world: World) -> None:
        super().__init__(session, incoming, world)
        self.session = session
        self._notices: list[str] = []
        self._replies: list[Reply] = []

    @property
    def voice(self) -> Voice:
        return self.setting.words.voice(self.session.lang, self.session.you)

    @property
    def deep_link(self) -> str:
        """The guide a `/start ID` or `/start ID LANGUAGE` asks for, when there is such a guide; else empty."""
        first, guide = (*self.text.split(), "", "")[:2]
        return guide if first == "/start" and self.setting.library.current(guide) else ""

    def speak_as_linked(self) -> None:
        """Speak the language that a deep link names, where it names one."""
        lang = self.text.split()[-1]
        if lang in self.setting.words.languages:
            self.change(lang=lang)

    def change(self, **fields: object) -> None:
        """Change fields of the session."""
        self.session = replace(self.session, **fields)

    def notice(self, name: str, /, **values: object) -> None:
        """Put a catalogue sentence before the next question: one message carries both."""
        self.notice_text(self.voice.say(name, **values))

    def notice_text(self, text: str) -> None:
        """The same, for words that were made already."""
        self._notices.append(text)

    def ask(
        self,
        text: str,
        choices: Sequence[tuple[str, str]] = (),
        *,
        back: str = "",
        menu: bool = True,
        home: str = "",
        mark: str = "",
        picture: Drawn | None = None,
        aloud: Aloud | None = None,
        first: bool = False,
    ) -> Next:
        """Ask at the session's place. `choices` are (id, label); `back` labels the way back when there is one, `home`
        that to where 0 leads when it is not called the menu. `mark` DESK: the buttons are good at any time. `first`:
        nothing stands above the text, and what was noticed stands below it.
        """
        self.offer(choices, back=back, menu=menu, home=home)
        if first:
            text = "\n\n".join([text, *self._notices])
            self._notices.clear()
        return self._reply(text, self.session.offered, mark, picture, aloud)

    def offer(
        self, choices: Sequence[tuple[str, str]] = (), *, back: str = "", menu: bool = True, home: str = ""
    ) -> None:
        """Let these choices be what can be answered at the session's place, without showing them."""
        offered = [Choice(choice_id, label, str(at)) for at, (choice_id, label) in enumerate(choices, start=1)]
        if back:
            offered.append(Choice(BACK, back, "9"))
        if menu:
            offered.append(Choice(MENU, home or self.voice.say("choice.menu"), "0"))
        self.change(offered=tuple(offered))

    def tell(self, name: str, /, **values: object) -> Next:
        """Say something that asks nothing; the question that waits stays, with its choices at hand."""
        return self.tell_text(self.voice.say(name, **values))

    def tell_text(self, text: str) -> Next:
        """The same, for words that were made already."""
        return self._reply(text, self.session.offered)

    def pass_on(self, text: str, page: str) -> None:
        """Say something by itself, without buttons, to be kept or passed on; `page` says the same to others."""
        self.tell_notices()
        self._replies.append(Reply(text, lang=self.session.lang, page=page))

    def speak(self, text: str, sender: str, media: str = "", instead: str = "") -> Next:
        """Say what a volunteer says; what was to be noticed goes before it, from the bot. `instead` as in `hand`."""
        self.tell_notices()
        self._replies.append(Reply(text, sender=sender, media=media, instead=instead, lang=self.session.lang))
        return Next.SAID

    def hand(self, text: str, buttons: Sequence[tuple[str, str]] = (), *, media: str = "", instead: str = "") -> Next:
        """Say something to a volunteer whatever question waits. `buttons` are (id, label), good at any time; they have
        no digits, so the text says which words do the same. `instead` is said where `media` cannot be shown.
        """
        self.tell_notices()
        choices = tuple(Choice(id_, label, "") for id_, label in buttons)
        self._replies.append(Reply(text, choices, DESK, media=media, instead=instead, lang=self.session.lang))
        return Next.SAID

    @property
    def noticed(self) -> bool:
        """Whether something was noticed that nobody said yet."""
        return bool(self._notices)

    def tell_notices(self) -> Next:
        """Say what was noticed, and nothing else."""
        if self._notices:
            notices = "\n\n".join(self._notices)
            self._notices.clear()
            self._replies.append(Reply(notices, lang=self.session.lang))
        return Next.SAID

    def _reply(
        self,
        text: str,
        offered: tuple[Choice, ...],
        mark: str = "",
        picture: Drawn | None = None,
        aloud: Aloud | None = None,
    ) -> Next:
        text = "\n\n".join([*self._notices, text])
        self._notices.clear()
        mark = (mark or self.session.mark) if offered else ""
        self._replies.append(Reply(text, offered, mark, picture=picture, aloud=aloud, lang=self.session.lang))
        return Next.SAID
