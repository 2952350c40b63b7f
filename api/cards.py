"""A request for a person as the desk shows it: where the resident is, in the words they see. Pure."""

from datetime import UTC, datetime

from jinja2 import TemplateError
from msgspec import Struct

from api.printed import Troubles
from bot.content.guide import Guide
from bot.hours import VIETNAM
from bot.model import Escalation, Run, Session
from bot.ports import Library
from bot.words import Voice, Words

_HOUR, _DAY = 60, 24 * 60


class ShownStep(Struct, frozen=True):
    """A step as the resident sees it. `number` of `total`; 0 where only the step is known, not the way to it."""

    title: str
    text: str = ""
    choices: tuple[str, ...] = ()
    number: int = 0
    total: int = 0


class Card(Struct, frozen=True, kw_only=True):
    """One request. `place` in line is 0 once it is closed; `moved` says that the resident left this step since.

    `lang` is the resident's language: that of `step`, `tried` and `lines`. `address` is what to call them, empty
    when they have not said.
    """

    code: str
    place: int
    opened: datetime
    since: str
    waited: str
    lang: str
    address: str
    step: ShownStep | None
    moved: bool
    tried: tuple[str, ...]
    lines: tuple[str, ...]


class Cards:
    """Makes cards in the words of one ward."""

    def __init__(self, words: Words, library: Library, troubles: Troubles) -> None:
        self._words = words
        self._library = library
        self._troubles = troubles

    def card(self, request: Escalation, session: Session | None, place: int, lang: str, now: int) -> Card:
        """The card in the desk's language `lang` at `now` (Unix seconds). `session` is the resident's, as it is now."""
        spoken = request.lang if request.lang in self._words.languages else "vi"
        voice = self._words.voice(spoken, request.you)
        live = session.run if session and session.request == request.code else None
        run = live or Run(request.guide, request.version, request.step, tried=request.tried)
        guide = self._library.version(run.guide, run.version) or self._library.current(run.guide)
        says = self._words.voice(lang)
        opened = datetime.fromtimestamp(request.opened_at, UTC).astimezone(VIETNAM)
        return Card(
            code=request.code,
            place=place,
            opened=opened,
            since=_since(says, opened, datetime.fromtimestamp(now, UTC).astimezone(VIETNAM)),
            waited=_waited(says, now - request.opened_at),
            lang=spoken,
            address=self._words.voice("vi", request.you).render("{{ you }}") if request.you else "",
            step=_step(guide, run, spoken, voice, numbered=live is not None) if run.guide else None,
            moved=live is None and bool(request.guide),
            tried=tuple(dict.fromkeys(self._trouble(guide, name, spoken, voice) for name in run.tried)),
            lines=request.lines,
        )

    def _trouble(self, guide: Guide | None, tried: str, lang: str, voice: Voice) -> str:
        name = tried.rpartition("/")[2]
        shared = self._troubles.get(name, {})
        words = (guide and guide.says(lang).troubles.get(name)) or shared.get(lang) or shared.get("vi")
        return _rendered(voice, words.label) if words else name


def _step(guide: Guide | None, run: Run, lang: str, voice: Voice, *, numbered: bool) -> ShownStep:
    if guide is None:
        return ShownStep(run.guide)
    says = guide.says(lang)
    title, words = _rendered(voice, says.title), says.steps.get(run.step)
    if words is None:
        return ShownStep(title)
    number = len(run.trail) + 1 if numbered else 0
    total = number - 1 + guide.steps_left.get(run.step, 1) if numbered else 0
    choices = tuple(_rendered(voice, words.labels[choice]) for choice in guide.steps[run.step].choices)
    text = "\n".join(_rendered(voice, part) for part in (words.text, words.calm) if part)
    return ShownStep(title, text, choices, number, total)


def _rendered(voice: Voice, text: str) -> str:
    """The text for this resident; as it was written, where an old guide speaks of something the ward has no more."""
    try:
        return voice.render(text)
    except TemplateError:
        return text


def _since(voice: Voice, opened: datetime, now: datetime) -> str:
    day = "" if opened.date() == now.date() else f"{opened.day}/{opened.month}"
    return voice.say("desk.since", time=f"{opened:%H:%M}", day=day)


def _waited(voice: Voice, seconds: int) -> str:
    minutes = max(0, seconds) // 60
    if minutes < _HOUR:
        return voice.say("desk.minutes", n=minutes)
    if minutes < _DAY:
        return voice.say("desk.hours", n=minutes // _HOUR)
    return voice.say("desk.days", n=minutes // _DAY)
