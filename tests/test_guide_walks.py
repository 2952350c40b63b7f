"""Somebody walks through every guide in every language by its buttons, and tries at each step all there is to try."""

from collections.abc import Iterator
from functools import cache

import pytest

from bot.content.guide import ENDS, LANGUAGES, Guide, Step, other_guide
from bot.engine.texts import Voice
from bot.model import Place, Session, Turn
from bot.simulator.player import START, Player, known_resident
from tests.setting import content, setting

GUIDES = {parsed.guide.id: parsed.guide for parsed in content().guides}
YOU = "bac"
TWO_DAYS = 2 * 86400
WORDS = {
    "repeat": {"vi": "lặp lại", "en": "repeat"},
    "back": {"vi": "quay lại", "en": "back"},
    "help": {"vi": "giúp", "en": "help"},
    "greeting": {"vi": "chào cháu", "en": "hello"},
    "done": {"vi": "được rồi", "en": "ok"},
    "finished": {"vi": "xong rồi", "en": "it worked"},
    "not done": {"vi": "chưa được", "en": "it did not work"},
}


class Walker:
    """A resident somewhere in a guide, who sees the buttons that are shown there."""

    def __init__(self, session: Session) -> None:
        self._player = Player(setting(), session, START)
        self.shown = self.says("repeat").replies[-1]

    @property
    def session(self) -> Session:
        return self._player.session

    @property
    def step(self) -> tuple[str, str]:
        """Where they are, by guide and step; in none where they are asked something else."""
        run = self.session.run
        return (run.guide, run.step) if run and self.session.place == Place("guide") else ("", "")

    def says(self, what: str) -> Turn:
        return self._seen(self._player.says(WORDS[what][self.session.lang]))

    def presses(self, *choices: str) -> None:
        """Press the newest buttons that mean this, one after the other."""
        for choice in choices:
            (label,) = (each.label for each in self.shown.choices if each.id == choice)
            turn = self._player.presses(label)
            assert turn is not None
            self._seen(turn)

    def comes_back(self) -> None:
        """Days later they write a greeting."""
        list(self._player.pass_time(TWO_DAYS))
        self.says("greeting")

    def _seen(self, turn: Turn) -> Turn:
        self.shown = turn.replies[-1]
        return turn


@cache
def _sessions(guide_id: str, lang: str) -> dict[str, Session]:
    """How somebody stands at each step that the buttons lead to, by the shortest way."""
    guide = GUIDES[guide_id]
    start = Player(setting(), known_resident(YOU, lang), START).says(f"/start {guide.id}").session
    found = {guide.start: start}
    queue = [guide.start]
    for name in queue:
        step = guide.steps[name]
        for presses, target in _ways_from(guide, step):
            if target in guide.steps and target not in found:
                walker = Walker(found[name])
                walker.presses(*presses)
                found[target] = walker.session
                queue.append(target)
    return found


def _ways_on(step: Step) -> dict[str, str]:
    """Where each of its buttons leads, by what the button means."""
    return step.choices or ({"next": step.next} if step.next else {})


def _ways_from(guide: Guide, step: Step) -> Iterator[tuple[tuple[str, ...], str]]:
    """What to press for each place a step leads to, its troubles included."""
    yield from (((choice,), target) for choice, target in _ways_on(step).items())
    own = guide.says("vi").troubles
    yield from ((("stuck", f"advice:{name}", "shown"), own[name].go) for name in step.trouble if name in own)


def _at_every_step(guide: Guide, lang: str) -> Iterator[tuple[str, Step, Session]]:
    for name, session in _sessions(guide.id, lang).items():
        yield name, guide.steps[name], session


def _voice(lang: str) -> Voice:
    return setting().words.voice(lang, YOU)


@pytest.fixture(params=GUIDES)
def guide(request: pytest.FixtureRequest) -> Guide:
    return GUIDES[request.param]


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_step_can_be_come_to(guide: Guide, lang: str) -> None:
    assert set(_sessions(guide.id, lang)) == set(guide.steps)
    for name, _, session in _at_every_step(guide, lang):
        assert Walker(session).step == (guide.id, name)


def test_every_trouble_is_answered_and_leads_back(guide: Guide, lang: str) -> None:
    voice, own, shared = _voice(lang), guide.says(lang).troubles, setting().troubles
    for name, step, session in _at_every_step(guide, lang):
        for trouble in step.trouble:
            words = own.get(trouble) or shared[trouble][lang]
            walker = Walker(session)
            walker.presses("stuck")
            labels = {choice.id: choice.label for choice in walker.shown.choices}
            assert labels[f"advice:{trouble}"] == voice.render(words.label), name
            walker.presses(f"advice:{trouble}")
            assert walker.shown.text == voice.render(words.say), name
            walker.presses("solved")
            assert walker.step == (guide.id, name)


def test_a_trouble_leads_to_where_it_is_shown(guide: Guide, lang: str) -> None:
    own, shared = guide.says(lang).troubles, setting().troubles
    for name, step, session in _at_every_step(guide, lang):
        for trouble in step.trouble:
            go = (own.get(trouble) or shared[trouble][lang]).go
            walker = Walker(session)
            walker.presses("stuck", f"advice:{trouble}")
            offered = [choice.id for choice in walker.shown.choices]
            assert ("shown" in offered) == bool(go and go != f"guide:{guide.id}"), f"{name}, {trouble}"
            if "shown" in offered:
                walker.presses("shown")
                _assert_at(walker, go, f"{name}, {trouble}")


def test_a_trouble_that_stays_leads_to_a_person(guide: Guide, lang: str) -> None:
    for name, step, session in _at_every_step(guide, lang):
        if step.trouble:
            walker = Walker(session)
            walker.presses("stuck", f"advice:{step.trouble[0]}", "unsolved")
            _assert_at(walker, "person", name)


def test_back_leads_to_the_step_before(guide: Guide, lang: str) -> None:
    for name, _, session in _at_every_step(guide, lang):
        walker = Walker(session)
        walker.says("back")
        if name == guide.start:
            assert walker.session.place == Place("menu")
        else:
            assert session.run
            assert walker.step == (guide.id, session.run.trail[-1])


def test_help_is_given_on_the_spot(guide: Guide, lang: str) -> None:
    for name, step, session in _at_every_step(guide, lang):
        walker = Walker(session)
        asked = walker.shown
        turn = walker.says("help")
        assert _voice(lang).say("help.text") in turn.replies[0].text
        said = turn.replies[-1].text
        assert said.startswith(asked.text) if step.bare else said.endswith(asked.text), name
        assert walker.step == (guide.id, name)


@pytest.mark.parametrize("what", ["done", "finished", "not done"])
def test_who_says_how_it_went_is_not_given_the_same_advice_again(guide: Guide, lang: str, what: str) -> None:
    for name, step, session in _at_every_step(guide, lang):
        if not step.choices and not step.bare:
            continue
        walker = Walker(session)
        advice = _voice(lang).render(guide.says(lang).steps[name].text).strip()
        choices = walker.shown.choices
        walker.says(what)
        if walker.step == (guide.id, name) and "\n" in advice:
            assert advice not in walker.shown.text, name
        if walker.session.said == "guide.choose":
            assert walker.shown.choices == choices, name
        first = walker.shown.text
        walker.says(what)
        assert walker.shown.text != first or walker.step != (guide.id, name), name


def test_who_comes_back_days_later_can_go_on(guide: Guide, lang: str) -> None:
    for name, _, session in _at_every_step(guide, lang):
        walker = Walker(session)
        walker.comes_back()
        assert walker.session.place == Place("guide", "resume"), name
        walker.presses("resume")
        assert walker.step == (guide.id, name)


def test_every_end_is_one(guide: Guide, lang: str) -> None:
    for name, step, session in _at_every_step(guide, lang):
        for choice, target in _ways_on(step).items():
            if target in ENDS or other_guide(target)[0]:
                walker = Walker(session)
                walker.presses(choice)
                _assert_at(walker, target, f"{name}, {choice}")
        if step.end:
            walker = Walker(session)
            walker.presses("yes" if step.end == "done" else "understood")
            assert walker.session.run is None, name
            over = Place("safety", "over") if step.bare else Place("menu")
            assert walker.session.place in (over, Place("guide", f"after/{guide.id}")), name


def _assert_at(walker: Walker, target: str, where: str) -> None:
    place = walker.session.place
    assert place
    run = walker.session.run
    if run and target in GUIDES[run.guide].steps:
        assert walker.step[1] == target, where
    elif other := other_guide(target)[0]:
        assert walker.step == (other, other_guide(target)[1] or GUIDES[other].start), where
    elif target == "done":
        assert place == Place("guide", "worked"), where
    else:
        assert place.flow == target, where


def test_what_did_not_work_can_be_begun_again(guide: Guide, lang: str) -> None:
    for _, step, session in _at_every_step(guide, lang):
        if step.end == "done":
            walker = Walker(session)
            walker.presses("no", "again")
            assert walker.step == (guide.id, guide.start)
