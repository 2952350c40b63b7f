"""A request for a person as a card of the desk: who waits, where they are, who was called for them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from api.desk.steps import Steps
from api.desk.times import local, since, waited
from bot.content.ward import Ward
from bot.desk.open_requests import in_danger
from bot.desk.roster import Roster, Volunteer
from bot.engine.texts import Voice, Words
from bot.model import Escalation, Said, replace


class Card(Struct, frozen=True, kw_only=True):
    """One request, as of its change `rev`. `place` in line is 0 while somebody helps; `lang` is the resident's
    language, and that of `title`, `step` and `line`.

    `called` says who was called for it, or who has it, where that is not its reader. `line` is what the resident wrote
    last, and `unanswered` how long they wait for an answer (empty: they do not). `again` says who helped before, where
    the resident said that it did not help. `danger`: they may be in danger.
    """

    code: str
    rev: int
    place: int
    opened: datetime
    since: str
    waited: str
    lang: str
    address: str
    group: str
    title: str
    step: str
    called: str
    may_take: bool
    again: str
    danger: bool
    line: str = ""
    unanswered: str = ""


class Cards:
    """Makes cards in the words of one ward."""

    def __init__(self, words: Words, steps: Steps, ward: Ward) -> None:
        self._words = words
        self._steps = steps
        self._groups: Mapping[str, str] = {group.id: group.name for group in ward.groups}

    def card(self, request: Escalation, place: int, reader: Volunteer, roster: Roster, lang: str, now: int) -> Card:
        """The card for `reader` in the desk's language at `now` (Unix seconds)."""
        voice = self._words.voice(lang)
        title, step = self._steps.short(request)
        mine = request.state == "held" and request.holder == reader.id
        in_line = request.state in ("waiting", "offered")
        free = request.state == "waiting" or request.holder == reader.id or roster.may_lead(reader, request.team)
        return Card(
            code=request.code,
            rev=request.rev,
            place=place,
            opened=local(request.opened_at),
            since=since(voice, request.opened_at, now),
            waited=waited(voice, now - request.opened_at),
            lang=self._steps.voice_of(request)[0],
            address=self._steps.address(request),
            group=self.group(request),
            title=title,
            step=step,
            called="" if mine else called(voice, request, roster, now),
            danger=request.state != "closed" and in_danger(request),
            again=helped_in_vain(voice, request, roster) if request.state != "closed" and request.score > 1 else "",
            may_take=in_line and free and roster.may_take(reader, request),
        )

    def with_talk(self, card: Card, said: Sequence[Said], asked_at: int, lang: str, now: int) -> Card:
        """The card of a request that is talked in: what the resident wrote last, and since when they wait (0: not)."""
        voice = self._words.voice(lang)
        last = next((entry for entry in reversed(said) if entry.who == "resident"), None)
        line = last.text if last else ""
        if last and last.media and not line:
            line = voice.say("desk.spoken" if last.media.startswith("voice:") else "desk.picture")
        return replace(card, line=line, unanswered=waited(voice, now - asked_at) if asked_at else "")

    def group(self, request: Escalation) -> str:
        """The resident's residential group in words; empty when it is not known."""
        return self._groups.get(request.group, "")


def helped_in_vain(voice: Voice, request: Escalation, roster: Roster) -> str:
    """Whose help did not help before."""
    return voice.say("desk.again", names=", ".join(roster.names(request.failed)))


def called(voice: Voice, request: Escalation, roster: Roster, now: int) -> str:
    """Who has it, is asked to take it, or was called for it; or that they cannot be told."""
    team, person, at = roster.team(request.team).name, roster.person(request.holder), local(now)
    if request.state in ("held", "offered"):
        told = request.state == "held" or bool(roster.chats(f"volunteer:{request.holder}", at))
        name = person.name if person else request.holder
        return voice.say(f"desk.called.{request.state}", name=name, team=team, told=told)
    if request.level == "team" and not roster.is_open(request.team, at):
        return voice.say("desk.called.closed", team=team)
    if not any(roster.chats(to, at) for to in _called(request, roster)):
        return voice.say("desk.called.untold", team=team, level=request.level)
    return voice.say(f"desk.called.{request.level}", team=team)


def _called(request: Escalation, roster: Roster) -> Sequence[str]:
    """Whom the calls for a request that waits are for."""
    if request.level == "team":
        return [f"team:{request.team}"]
    people = roster.leads(request.team) if request.level == "lead" else roster.admins()
    return [f"volunteer:{each.id}" for each in people]
