"""Every guide: its conversations reach every step and end, and each step can be shown to everybody on every channel.

What else can be done at a step (its troubles, back, help, going on later) `test_guide_walks` tries at every one.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.channel_registry import SHOWN_AS
from bot.content.guide import ENDS, LANGUAGES, Guide
from bot.engine.context import Next, Scene
from bot.engine.environment import World
from bot.engine.presenter import NAVIGATION, pieces, present
from bot.engine.texts import ADDRESSES
from bot.flows import GUIDE
from bot.flows.flow import CHOICES_A_PAGE
from bot.model import Chat, Incoming, Place, Reply, Run, Session, replace
from bot.nlu.commands import COMMANDS
from bot.nlu.normalise import fold
from bot.simulator.player import START, known_resident
from bot.simulator.transcript import Line, perform
from tests.setting import content, setting

FILES = sorted((Path(__file__).parent / "conversations" / "guides").glob("*.txt"))
GUIDES = [parsed.guide for parsed in content().guides]
CHAT = Chat("console", "1", "1")
BAD = re.compile(r"\{\{|\}\}|\bNone\b|  |(?<!\.)\.\.(?!\.)|[!?,:;] *[.,:;]|\n\n\n")


def _left_by(line: Line, before: Session, after: Session) -> Iterator[str]:
    """The end that this line of the resident's takes, by the step it is taken from."""
    run, place = before.run, after.place
    answered = fold(line.text.partition(":")[2]) not in COMMANDS
    if run is None or place is None or before.place != Place("guide") or not answered:
        return
    step = f"{run.guide}/{run.step}"
    current = setting().library.current(run.guide)
    targets = current.steps[run.step].targets if current else ()
    ends = {"done": place == Place("guide", "worked"), "person": place.flow == "person", "menu": place.flow == "menu"}
    yield from (f"{step} -> {end}" for end in ENDS if end in targets and ends[end])
    if after.run:
        led_to = (f"guide:{after.run.guide}", f"guide:{after.run.guide}/{after.run.step}")
        yield from (f"{step} -> {target}" for target in led_to if target in targets)
    over = place.flow == "menu" or place == Place("safety", "over") or place.ask in ("not_yet", f"after/{run.guide}")
    if current and current.steps[run.step].end and over:
        yield f"{step} ends"


def _reached(line: Line) -> Iterator[str]:
    before = line.before
    for turn in line.turns:
        after = turn.session
        yield from (f"{after.lang} {end}" for end in _left_by(line, before, after))
        if after.run and after.place:
            yield f"{after.lang} {after.run.guide}/{after.run.step}"
        before = after


@cache
def _all_reached() -> frozenset[str]:
    texts = ((file.name, file.read_text(encoding="utf-8")) for file in FILES)
    return frozenset(
        place for name, text in texts for line in perform(name, text, setting()) for place in _reached(line)
    )


def _missing(lang: str, wanted: Iterable[str]) -> list[str]:
    return sorted({f"{lang} {place}" for place in wanted} - _all_reached())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_conversations_reach_every_step(lang: str) -> None:
    assert _missing(lang, (f"{guide.id}/{step}" for guide in GUIDES for step in guide.steps)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_conversations_reach_every_end(lang: str) -> None:
    wanted = []
    for guide in GUIDES:
        for name, step in guide.steps.items():
            ends = [target for target in step.targets if target in ENDS or target.startswith("guide:")]
            wanted += [f"{guide.id}/{name} -> {end}" for end in ends]
            wanted += [f"{guide.id}/{name} ends"] if step.end else []
    assert _missing(lang, wanted) == []


def _shown_at(guide: Guide, step: str, session: Session) -> Iterator[Reply]:
    """The step, its troubles and what is said about each, as this resident sees them.

    The flow shows it, and no message is read: that every step is shown again on demand, `test_guide_walks` tries.
    """
    run = Run(guide.id, guide.version, step, trail=(step,))
    asks = ["", "trouble", "screen", "worked", "resume", *(f"advice/{name}" for name in guide.steps[step].trouble)]
    for ask in asks:
        place = Place("guide", ask)
        scene = Scene(replace(session, run=run, place=place), Incoming("1", CHAT), World(setting(), START, str))
        assert GUIDE.show(scene) is Next.SAID
        turn = scene.turn()
        assert turn.session.place == place, f"{guide.id}/{step}: the question {place} cannot be asked"
        yield from turn.replies


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("guide", GUIDES, ids=[guide.id for guide in GUIDES])
def test_every_step_can_be_shown_to_everybody(guide: Guide, lang: str) -> None:
    for you in (*ADDRESSES, ""):
        session = known_resident(you, lang)
        for step in guide.steps:
            for reply in _shown_at(guide, step, session):
                _check_shown(reply, f"{guide.id}/{step} as {you or 'a stranger'}")


def _check_shown(reply: Reply, where: str) -> None:
    own = [choice for choice in reply.choices if choice.digit not in NAVIGATION]
    assert 1 <= len(own) <= CHOICES_A_PAGE, f"{where}: {len(own)} choices"
    for text in (reply.text, *(choice.label for choice in reply.choices)):
        assert not BAD.search(text), f"{where}: {text!r}"
    for name, can in SHOWN_AS.items():
        if can is None:
            continue
        shown = [present(piece, can) for piece in pieces(reply, can)]
        assert len(shown) == 1, f"{where}: {len(shown)} messages on {name}"
        assert len(shown[0].text) <= can.text_limit, f"{where}: too long for {name}"
        labels = [button.label for row in shown[0].rows for button in row]
        assert not [label for label in labels if label.endswith("…")], f"{where}: a label is cut on {name}: {labels}"
