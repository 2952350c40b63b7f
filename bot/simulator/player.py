"""One resident on a street of their own: for conversation files and the terminal."""

from collections.abc import Iterator, Sequence

from bot.audio.recordings import VoiceNote, place_of, standing_for
from bot.content.guide import Guide
from bot.desk.roster import Team, Volunteer
from bot.engine.environment import Setting
from bot.engine.steps import read_aloud
from bot.model import Chat, Deed, Duty, Escalation, Incoming, Kind, Place, Reply, Said, Session, Turn, replace
from bot.simulator.world import NOTE_SECONDS, Street

START = 1795572000
"""When every conversation file begins: Wednesday 2026-11-25, 09:00 in Việt Nam."""
NEIGHBOUR = "2"
_CHAT = Chat("console", "1", "1")
_GROUP = "nhom"


WRITING_SECONDS = 3
"""How long people take over a message: nobody in a file writes too fast, unless it says so."""


class Player:
    """A conversation with a clock of its own. Requests get the codes A0001, A0002, …; the first in line is number 1."""

    def __init__(self, setting: Setting, session: Session | None = None, now: int = START) -> None:
        self.setting = setting
        self._street = Street(setting)
        self._street.now = now
        self._street.begin(_CHAT, session or Session())
        self._pressable: dict[Chat, list[tuple[str, str]]] = {}
        self._told: dict[Chat, list[str]] = {}

    @property
    def now(self) -> int:
        return self._street.now

    @property
    def session(self) -> Session:
        return self._street.session(_CHAT)

    def request(self, code: str) -> tuple[Escalation, Sequence[Said]]:
        """A request as it stands, and what was said in it."""
        return self._street.requests[code], self._street.threads[code]

    def becomes(self, session: Session) -> None:
        """From now on the resident is somebody else."""
        self._street.begin(_CHAT, session)

    def moves_in(self, neighbour: Session) -> None:
        """There is a second resident."""
        self._street.begin(_chat(NEIGHBOUR), neighbour)

    def joins(self, volunteer: Volunteer, *, linked: bool) -> None:
        """Somebody helps from now on, and has linked the chat they write in, or not yet."""
        chat = _chat(volunteer.id)
        self._street.joins(replace(volunteer, chats=(chat,) if linked else ()))
        if linked:
            you = volunteer.you or "ban"
            self._street.begin(chat, Session(you=you, consent="yes", place=Place("duty"), duty=Duty(volunteer.id)))

    def gathers(self, team: Team, *, linked: bool) -> None:
        """This team has a group, which is linked or not yet."""
        self._street.teams[team.id] = replace(team, chat=_group("") if linked else None)

    def reads_aloud(self, reader: str, guide: Guide, step: str, lang: str) -> None:
        """Somebody has read a step aloud; `reader` is the volunteer, empty for a machine."""
        words = standing_for(read_aloud(self.setting.words, guide, step, lang))
        place = place_of(guide.id, step, lang)
        self._street.notes[place] = VoiceNote(words, standing_for(place), NOTE_SECONDS, 1, reader, self.now)

    def leaves(self, volunteer: str) -> None:
        """Somebody helps no more."""
        self._street.leaves(volunteer)
        self._look(0)

    def does(self, deed: Deed) -> str:
        """A volunteer does this at the desk; returns what came of it."""
        verdict = self._street.does(deed)
        self._look(0)
        return verdict.name

    def knows(self, who: str) -> bool:
        return who in ("", NEIGHBOUR) or who in self._street.people

    def says(self, text: str, who: str = "", *, quoting: str = "", late: int = 0) -> Turn:
        """The resident says this, or `who`; `quoting` our newest message that begins so.

        `late`: so many seconds later it reaches us.
        """
        quoted = self._newest(who, quoting) if quoting else ""
        return self._hear("text", text=text, who=who, quoted=quoted, sent_at=self.now - late)

    def floods(self, text: str, who: str, count: int) -> Turn:
        """Say the same so often at once; what comes of the last time is what happened."""
        turns = [self._hear("text", text=text, who=who, taking=0) for _ in range(count)]
        return turns[-1]

    def sends(self, kind: Kind, media: str = "", who: str = "", *, text: str = "", album: str = "") -> Turn:
        return self._hear(kind, text=text, media=media, who=who, album=album)

    def speaks(self, text: str, who: str = "", *, why: str = "") -> Turn:
        """Say something aloud, and this is what a machine hears of it; `why` it cannot be heard, if it cannot."""
        self._street.hears = True
        self._hear("voice", media="voice:tieng-noi", who=who)
        first = len(self._street.happened)
        waiting = self._street.session(_chat(who)).spoken
        heard_as = waiting[-1].heard_as if waiting else "heard:nothing"
        kind: Kind = "unheard" if why else "heard"
        turn = self._street.hear(_chat(who), lambda _: Incoming(heard_as, _chat(who), kind, text or why))
        self._look(first)
        return turn

    def says_in_group(self, text: str, who: str = "") -> Turn:
        return self._hear("text", text=text, group=True, who=who)

    def presses(self, label: str, *, old: bool = False, group: bool = False, who: str = "") -> Turn | None:
        """Press the button with this label: the newest, or (`old`) the first one ever shown. None: no such button."""
        shown = self._pressable.get(_group("") if group else _chat(who), [])
        found = [payload for its_label, payload in shown if its_label == label]
        return self._hear("press", choice=found[0 if old else -1], group=group, who=who) if found else None

    def forges(self, payload: str, who: str = "", *, group: bool = False) -> Turn:
        """A press of a button that was never shown."""
        return self._hear("press", choice=payload, group=group, who=who)

    def pass_time(self, seconds: int) -> Iterator[Turn]:
        """Let time pass; timers that come due on the way ring in order."""
        street = self._street
        street.happened.clear()
        end = street.now + seconds
        while due := [(at, chat.key, name, chat) for (chat, name), at in street.timers.items() if at <= end]:
            at, _, name, chat = min(due)
            street.now = max(street.now, at)
            del street.timers[chat, name]
            first = len(street.happened)
            turn = street.hear(chat, lambda id_, chat=chat, name=name: Incoming(id_, chat, "timer", name))  # type: ignore[misc]
            self._look(first)
            yield turn
        street.now = end

    def happened(self) -> list[tuple[str, Turn]]:
        """Every turn of the last act, in order, each with whose it was: empty for the resident."""
        return [(self._name(chat), turn) for chat, turn in self._street.happened]

    def _name(self, chat: Chat) -> str:
        if chat.chat == _GROUP:
            return "the group"
        volunteer = self._street.people.get(chat.person)
        return volunteer.name if volunteer else "the neighbour" if chat.person == NEIGHBOUR else ""

    def _hear(
        self,
        kind: Kind,
        *,
        text: str = "",
        choice: str = "",
        group: bool = False,
        media: str = "",
        quoted: str = "",
        who: str = "",
        sent_at: int = 0,
        album: str = "",
        taking: int = WRITING_SECONDS,
    ) -> Turn:
        self._street.happened.clear()
        self._street.now += taking
        chat = _group(who) if group and who else _chat(who)
        said = Incoming(
            "", chat, kind, text, choice, group=group, media=media, quoted=quoted, sent_at=sent_at, album=album
        )

        def make(id_: str) -> Incoming:
            return replace(said, id=id_)

        turn = self._street.hear(chat, make)
        self._look(0)
        return turn

    def _newest(self, who: str, beginning: str) -> str:
        """Our newest message to `who` that begins so; the beginning itself when there is none."""
        said = self._told.get(_chat(who), [])
        return next((text for text in reversed(said) if text.startswith(beginning)), beginning)

    def _look(self, first: int) -> None:
        """Remember the buttons shown since that turn of this act."""
        for chat, turn in self._street.happened[first:]:
            for reply in turn.replies:
                shown = self._pressable.setdefault(chat, [])
                shown += [(choice.label, reply.payload(choice)) for choice in reply.choices]
                self._told.setdefault(chat, []).append(reply.text)


def known_resident(you: str, lang: str = "vi", now: int = START) -> Session:
    """Somebody who has met the bot before: at the menu, agreed, with a form of address and a residential group."""
    return Session(lang=lang, you=you, consent="yes", consent_at=now, group="-", place=Place("menu"), heard_at=now)


def shown(reply: Reply) -> list[str]:
    """A reply as lines of a conversation file."""
    text = ": ".join(part for part in (reply.sender, reply.text) if part)
    lines = text.splitlines() or [""]
    if reply.aloud:
        lines.append(f"[{reply.aloud.seconds} s to listen to]")
    if reply.media:
        lines.append(f"[{reply.media}]")
    if reply.choices:
        lines.append(" ".join(f"[{choice.digit} {choice.label}]".replace("[ ", "[") for choice in reply.choices))
    return lines


def _chat(who: str) -> Chat:
    return Chat("console", who, who) if who else _CHAT


def _group(who: str) -> Chat:
    """The conversation of somebody in the group; of the group itself."""
    return Chat("console", _GROUP, who or _GROUP)
