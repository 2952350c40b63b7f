"""A step of a guide as its resident sees it: for the resident, and for who helps them. Pure.

What to take along for what a guide is about, as a list to keep or to pass on. Pure.
"""

from collections.abc import Collection
from urllib.parse import urlencode

from jinja2 import TemplateError
from msgspec import Struct

from bot.audio.recordings import ADDRESSED, VoiceNote, standing_for
from bot.content.checks.guide import MOST_CHOICES
from bot.content.guide import Guide, Step, StepWords
from bot.content.ward import Office, Ward
from bot.engine.environment import Setting, World
from bot.engine.texts import Voice, Words
from bot.model import Escalation, Run
from bot.ports.store import Library


class SeenStep(Struct, frozen=True, kw_only=True):
    """What a resident sees, in their words. `number` of `total`: 0 where nobody knows. `tried`: troubles looked at."""

    title: str
    text: str = ""
    choices: tuple[str, ...] = ()
    number: int = 0
    total: int = 0
    tried: tuple[str, ...] = ()


def step_choices(
    voice: Voice, guide: Guide, step: str, lang: str, note: VoiceNote | None = None
) -> list[tuple[str, str]]:
    """The choices below a step as (id, label): its own, and those that the bot adds.

    Where papers were handed in, a reminder can be asked for. What to bring can be asked at the first step, where there
    is room, and where somebody is sent somewhere. With a `note` the step can be listened to; where there is no room, by
    saying so alone.
    """
    shape, says = guide.steps[step], guide.says(lang)
    choices = _choices(voice, shape, says.steps[step])
    if shape.remind and not shape.choices:
        choices.append(("remind", voice.say("choice.remind")))
    if says.bring and len(choices) < MOST_CHOICES and (step == guide.start or shape.end == "advice"):
        choices.append(("bring", voice.say("choice.bring")))
    if note and len(choices) < MOST_CHOICES:
        choices.append(("listen", voice.say("choice.listen")))
    return choices


def read_aloud(words: Words, guide: Guide, step: str, lang: str) -> str:
    """What is said when a step is read aloud, to anybody: its words, and below them the answers to choose from.

    Raises TemplateError where it speaks of something that the ward has no more.
    """
    voice, says = words.voice(lang, ADDRESSED), guide.says(lang).steps[step]
    answers = [says.labels[choice] for choice in guide.steps[step].choices]
    numbered = [f"{number}. {voice.render(label)}" for number, label in enumerate(answers, start=1)]
    return "\n".join([*(voice.render(text) for text in (says.text, says.calm) if text), *numbered])


def note_of(world: World, guide: Guide, step: str, lang: str) -> VoiceNote | None:
    """What somebody read aloud of what this step says, where it can be listened to; else None."""
    setting = world.setting
    note = setting.voices.kept(guide.id, step, lang) if world.listens else None
    if note is None or lang not in guide.words:
        return None
    return note if note.words == standing_for(read_aloud(setting.words, guide, step, lang)) else None


def _choices(voice: Voice, step: Step, words: StepWords) -> list[tuple[str, str]]:
    if step.end == "done":
        return worked_choices(voice)
    if step.end == "advice":
        return [("understood", voice.say("choice.understood")), ("person", voice.say("choice.person"))]
    if step.choices:
        choices = [(choice, voice.render(words.labels[choice])) for choice in step.choices]
        if step.trouble and len(choices) < MOST_CHOICES:
            choices.append(("stuck", voice.say("choice.stuck_say")))
        return choices
    if step.kind == "say" and not step.trouble:
        return [("next", voice.say("choice.next_say")), ("person", voice.say("choice.person"))]
    return [("next", voice.say(f"choice.next_{step.kind}")), ("stuck", voice.say("choice.stuck"))]


def worked_choices(voice: Voice) -> list[tuple[str, str]]:
    """How a resident says whether it worked."""
    return [("yes", voice.say("choice.worked")), ("no", voice.say("choice.not_worked"))]


def seen_step(setting: Setting, request: Escalation) -> SeenStep | None:
    """The step of a request as its resident sees it; None when they were in no guide, or it is not known any more."""
    guide = setting.library.version(request.guide, request.version) or setting.library.current(request.guide)
    if guide is None:
        return None
    lang = request.lang if request.lang in setting.words.languages else "vi"
    voice, says = setting.words.voice(lang, request.you), guide.says(lang)
    step, words = guide.steps.get(request.step), says.steps.get(request.step)
    tried = []
    for name in dict.fromkeys(each.rpartition("/")[2] for each in request.tried):
        if trouble := says.troubles.get(name) or setting.troubles.get(name, {}).get(lang):
            tried.append(_rendered(voice, trouble.label))
    seen = SeenStep(title=_rendered(voice, says.title), tried=tuple(tried))
    if step is None or words is None:
        return seen
    try:
        text = "\n".join(voice.render(part) for part in (words.text, words.calm) if part)
        labels = tuple(label for _, label in step_choices(voice, guide, request.step, lang))
    except TemplateError:  # an old version may speak of something that the ward has no more
        return seen
    number, total = guide.counted(request.step, request.number)
    return SeenStep(title=seen.title, text=text, choices=labels, number=number, total=total, tried=seen.tried)


def _rendered(voice: Voice, text: str) -> str:
    try:
        return voice.render(text)
    except TemplateError:
        return text


PAGE = "/b/"
"""What begins the addresses of lists."""


def things(guide: Guide, lang: str, passed: Collection[str]) -> tuple[str, ...]:
    """What to take along, a thing a line, for somebody who `passed` these steps; nothing where the guide does not say.

    Where no step that decides was among them, everything.
    """
    lines = guide.says(lang).bring
    decided = set(deciding(guide, passed))
    wanted = guide.bring_at or ((),) * len(lines)
    return tuple(line for line, at in zip(lines, wanted, strict=True) if not at or not decided or decided & set(at))


def taken_with_things(library: Library, run: Run | None) -> Guide | None:
    """The guide being taken as it is today, if it says what to bring."""
    guide = library.current(run.guide) if run else None
    return guide if guide and guide.says("vi").bring else None


def deciding(guide: Guide, passed: Collection[str]) -> tuple[str, ...]:
    """The steps among those `passed` that decide what is on the list."""
    known = dict.fromkeys(step for at in guide.bring_at for step in at)
    return tuple(step for step in known if step in passed)


def page_of(guide: Guide, lang: str, passed: Collection[str]) -> str:
    """The address, below our own, of a page with this list. It says what was answered, and nothing of who asked."""
    asked = {"at": ",".join(deciding(guide, passed)), "lang": lang if lang != "vi" else ""}
    query = urlencode({name: value for name, value in asked.items() if value}, safe=",")
    return f"{PAGE}{guide.id}?{query}" if query else f"{PAGE}{guide.id}"


def place_of(guide: Guide, ward: Ward) -> Office | None:
    """Where to go with it, as far as the guide knows."""
    return {"office": ward.office, "police": ward.police}.get(guide.bring_to)


def whole_list(voice: Voice, guide: Guide, ward: Ward, lang: str, passed: Collection[str], public_url: str) -> str:
    """The list as one message that needs nothing beside it; with the address of its page where ours is known."""
    lines = [voice.say("bring.list", title=voice.render(guide.says(lang).title))]
    lines += [f"– {voice.render(thing)}" for thing in things(guide, lang, passed)]
    lines += where(voice, guide, ward)
    lines.append(voice.say("bring.ask"))
    if public_url:
        lines.append(voice.say("bring.page", address=public_url + page_of(guide, lang, passed)))
    return "\n".join(lines)


def where(voice: Voice, guide: Guide, ward: Ward) -> list[str]:
    """Where to go with it, and when, a sentence each; what nobody told us is not said."""
    place = place_of(guide, ward)
    said = [voice.say("bring.place", place=place.says)] if place else []
    return [*said, voice.say("bring.hours", hours=place.hours)] if place and place.hours else said
