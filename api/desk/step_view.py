"""The step a resident is at, as they see it, with what leads to it and what comes after. Pure."""

from collections.abc import Sequence

from jinja2 import TemplateError
from msgspec import Struct

from api.guides.print_model import Troubles, paths
from bot.content.guide import ENDS, Guide
from bot.engine.steps import step_choices
from bot.engine.texts import Voice, Words
from bot.model import Escalation, Run, Session
from bot.ports.store import Library

_TITLE_LENGTH = 90


class Way(Struct, frozen=True):
    """A choice of the step, and the words of the step it leads to; empty where that is another guide or an end."""

    label: str
    leads_to: str


class ShownStep(Struct, frozen=True, kw_only=True):
    """A step in the resident's language `lang`. `number` of `total`: 0 where the way to it is not known.

    `left` says that the resident is not on it any more. `before` is what they read one step earlier; `steps` are all
    steps of the guide, by id, in the order of the printed guide; `here` is the id of this one.
    """

    guide: str = ""
    title: str = ""
    lang: str = "vi"
    text: str = ""
    choices: tuple[Way, ...] = ()
    number: int = 0
    total: int = 0
    left: bool = False
    before: str = ""
    tried: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    here: str = ""


class Steps:
    """Says steps in the words of one ward."""

    def __init__(self, words: Words, library: Library, troubles: Troubles) -> None:
        self._words = words
        self._library = library
        self._troubles = troubles

    def voice_of(self, request: Escalation) -> tuple[str, Voice]:
        """The resident's language, and how they are spoken to."""
        lang = request.lang if request.lang in self._words.languages else "vi"
        return lang, self._words.voice(lang, request.you)

    def address(self, request: Escalation) -> str:
        """What to call the resident; empty when they have not said."""
        return self._words.voice("vi", request.you).render("{{ you }}") if request.you else ""

    def short(self, request: Escalation) -> tuple[str, str]:
        """The guide's title, and the beginning of the step where they asked; each empty where there is none."""
        _, voice = self.voice_of(request)
        guide = self._guide(request.guide, request.version)
        if guide is None:
            return request.guide, ""
        says = guide.says(request.lang)
        words = says.steps.get(request.step)
        return _rendered(voice, says.title), _short(_rendered(voice, words.text)) if words else ""

    def of(self, request: Escalation, session: Session | None) -> ShownStep | None:
        """Where the resident is now, or was when they asked; None when they were in no guide."""
        live = session.run if session and session.request == request.code else None
        run = live or Run(request.guide, request.version, request.step, tried=request.tried)
        if not run.guide:
            return None
        lang, voice = self.voice_of(request)
        guide = self._guide(run.guide, run.version)
        tried = tuple(dict.fromkeys(self._trouble(guide, name, lang, voice) for name in run.tried))
        if guide is None:
            return ShownStep(guide=run.guide, title=run.guide, lang=lang, left=not live, tried=tried)
        says = guide.says(lang)
        title, words = _rendered(voice, says.title), says.steps.get(run.step)
        if words is None:
            return ShownStep(guide=guide.id, title=title, lang=lang, left=not live, tried=tried)
        number, total = guide.counted(run.step, len(run.trail) + 1 if live else 0)
        return ShownStep(
            guide=guide.id,
            title=title,
            lang=lang,
            text="\n".join(_rendered(voice, part) for part in (words.text, words.calm) if part),
            choices=_ways(guide, run.step, lang, voice),
            number=number,
            total=total,
            left=not live,
            before=_words_of(guide, run.trail[-1], lang, voice) if run.trail else "",
            tried=tried,
            steps=tuple((each, _short(_words_of(guide, each, lang, voice))) for each in _in_order(guide)),
            here=run.step,
        )

    def _guide(self, guide: str, version: int) -> Guide | None:
        return self._library.version(guide, version) or self._library.current(guide)

    def _trouble(self, guide: Guide | None, tried: str, lang: str, voice: Voice) -> str:
        name = tried.rpartition("/")[2]
        shared = self._troubles.get(name, {})
        words = (guide and guide.says(lang).troubles.get(name)) or shared.get(lang) or shared.get("vi")
        return _rendered(voice, words.label) if words else name


def _in_order(guide: Guide) -> Sequence[str]:
    """The steps in the order of the printed guide."""
    return [step for _, steps in paths(guide) for step in steps]


def _ways(guide: Guide, step: str, lang: str, voice: Voice) -> tuple[Way, ...]:
    """The choices as the resident sees them, also those that the bot adds; none where the ward has no words for one."""
    shape = guide.steps[step]
    try:
        choices = step_choices(voice, guide, step, lang)
    except TemplateError:
        return ()
    leads = shape.choices | {"next": shape.next}
    return tuple(Way(label, _words_of(guide, leads.get(choice, ""), lang, voice)) for choice, label in choices)


def _words_of(guide: Guide, step: str, lang: str, voice: Voice) -> str:
    words = guide.says(lang).steps.get(step) if step not in ENDS else None
    return _rendered(voice, words.text) if words else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_LENGTH else f"{line[:_TITLE_LENGTH].rsplit(' ', 1)[0].rstrip('.,:;')}…"


def _rendered(voice: Voice, text: str) -> str:
    """The text for this resident; as it was written, where an old guide speaks of something the ward has no more."""
    try:
        return voice.render(text)
    except TemplateError:
        return text
