"""Taking a guide, one step at a time: answers, troubles, back, resume, and the end of it."""

from collections.abc import Sequence

from typing_extensions import override

from bot.content.guide import ENDS, Guide, Step, TroubleWords, other_guide
from bot.desk.queue import alarm
from bot.engine.context import Move, Open, Scene
from bot.engine.steps import note_of, page_of, step_choices, taken_with_things, whole_list, worked_choices
from bot.flows.flow import Flow, choices_on, says_how_it_went, unfinished
from bot.model import Drawn, Place, Run, replace

TRAIL_KEPT = 40
CALLERS_KEPT = 3
NEXT_GUIDES = 3
UNFINISHED_KEPT = 20
"""Beside the one being taken; of one more, the oldest is forgotten, which is said."""

_ASK = Place("guide")
_CHOOSE = "guide.choose"


class GuideFlow(Flow):
    """Its place asks `` (the step), `back`, `trouble`, `advice/<trouble>`, `screen`, `bring`, `worked`, `not_yet`,
    `after/<guide>`, `resume`, `return` (to the guide that led here?) or `unfinished`, also with `/<page>`
    (which of those that were begun?).
    """

    name = "guide"

    def open(self, scene: Scene, to: Open) -> Move:
        """Begin a guide, or go to one of its steps."""
        guide = scene.setting.library.current(to.guide)
        if guide is None:
            return self._withdrawn(scene)
        step = to.step if to.step in guide.steps else guide.start
        before, aside = scene.session.run, scene.session.aside
        again = to.callers or (before and (before == aside or before.guide == guide.id))
        _leave_open(scene, guide.id, before if before != aside else None, None if again else aside)
        scene.change(run=Run(guide.id, guide.version, step, callers=to.callers), aside=aside if again else None)
        scene.note("guide_started", guide.id)
        scene.note("step", f"{guide.id}/{step}")
        return _ASK

    # Asking

    @override
    def show(self, scene: Scene) -> Move:
        kind, _, name = (scene.session.place or _ASK).ask.partition("/")
        if kind == "after":
            return self._after(scene, name)
        if kind == "unfinished":
            return self._unfinished(scene, int(name or 1))
        run = scene.session.run
        guide = self._pinned(scene, run) if run else None
        if run is None or guide is None or run.step not in guide.steps:
            return self._withdrawn(scene)
        match kind:
            case "back":
                return self._back(scene, run)
            case "trouble":
                return self._troubles(scene, guide, run)
            case "advice":
                return self._advice(scene, guide, name)
            case "screen":
                return self._other_screen(scene, guide, run)
            case "bring":
                return self._bring(scene, run)
            case "worked":
                text = scene.voice.say("guide.finished", title=scene.title(guide.id))
                return scene.ask(text, worked_choices(scene.voice), back=_back(scene))
            case "not_yet":
                choices = [("person", scene.voice.say("choice.person")), ("again", scene.voice.say("choice.again"))]
                return scene.ask(scene.voice.say("guide.not_yet"), choices)
            case "return":
                return self._ask_return(scene, run)
            case "resume":
                number, total = scene.step_number(run)
                text = scene.voice.say("guide.resume", n=number, total=total, title=scene.title(guide.id))
                choices = [("resume", scene.voice.say("choice.resume")), ("again", scene.voice.say("choice.again"))]
                return scene.ask(text, choices)
        return self._step(scene, guide, run)

    def _step(self, scene: Scene, guide: Guide, run: Run) -> Move:
        voice, says = scene.voice, guide.says(scene.session.lang)
        step, words = guide.steps[run.step], says.steps[run.step]
        number, total = scene.step_number(run)
        lines = [voice.render(words.text)]
        if not step.bare:
            if number:
                lines.insert(0, voice.say("guide.step", n=number, total=total))
            if not run.trail:
                lines.insert(0, voice.render(says.title))
        if words.calm:
            lines.append(voice.render(words.calm))
        if step.end == "done":
            lines += ["", voice.say("guide.worked")]
        drawn = scene.setting.gallery.of(guide, run.step, number, scene.session.lang, voice.render(words.alt))
        return self._ask_step(scene, guide, run, "\n".join(lines), drawn)

    def _ask_step(self, scene: Scene, guide: Guide, run: Run, text: str, drawn: Drawn | None = None) -> Move:
        """Ask with this text for one of the step's choices."""
        lang, voice = scene.session.lang, scene.voice
        choices = step_choices(voice, guide, run.step, lang, note_of(scene.world, guide, run.step, lang))
        back = _back(scene) if run.trail or run.callers else ""
        home = voice.say("talk.go_on") if scene.in_talk else ""
        return scene.ask(text, choices, back=back, home=home, picture=drawn, first=guide.steps[run.step].bare)

    def _troubles(self, scene: Scene, guide: Guide, run: Run) -> Move:
        voice = scene.voice
        troubles = {name: self._trouble(scene, guide, name) for name in guide.steps[run.step].trouble}
        choices = [(f"advice:{name}", voice.render(words.label)) for name, words in troubles.items() if words]
        choices += [("screen", voice.say("choice.screen"))] if guide.steps[run.step].picture else []
        choices.append(("person", voice.say("choice.person")))
        return scene.ask(voice.say("guide.trouble"), choices, back=_back(scene))

    def _advice(self, scene: Scene, guide: Guide, name: str) -> Move:
        words = self._trouble(scene, guide, name)
        if words is None:
            return Place("guide", "screen")
        return self._helped(scene, scene.voice.render(words.say), self._shown(scene, guide, words.go))

    def _shown(self, scene: Scene, guide: Guide, go: str) -> list[tuple[str, str]]:
        """The choice that leads to where a trouble is shown: another guide by its name, or a step of this one."""
        other, _ = other_guide(go)
        if not go or other == guide.id or (other and scene.setting.library.current(other) is None):
            return []
        return [("shown", scene.title(other) if other else scene.voice.say("choice.show_how"))]

    def _other_screen(self, scene: Scene, guide: Guide, run: Run) -> Move:
        picture, voice = guide.steps[run.step].picture, scene.voice
        look_for = picture and picture.tap and voice.say("guide.screen_look_for", tap=picture.tap)
        return self._helped(scene, look_for or voice.say("guide.screen"))

    def _bring(self, scene: Scene, run: Run) -> Move:
        """The list as a message of its own, without buttons, to be sent on; then the step again."""
        setting, lang, passed = scene.setting, scene.session.lang, (*run.trail, run.step)
        if guide := taken_with_things(setting.library, run):
            text = whole_list(scene.voice, guide, setting.ward, lang, passed, setting.public_url)
            scene.pass_on(text, page_of(guide, lang, passed))
        scene.notice("bring.forward" if guide else "bring.unknown")
        return _ASK

    def _helped(self, scene: Scene, text: str, shown: Sequence[tuple[str, str]] = ()) -> Move:
        voice = scene.voice
        choices = [("solved", voice.say("choice.solved")), *shown, ("unsolved", voice.say("choice.unsolved"))]
        return scene.ask(text, choices, back=_back(scene))

    def _after(self, scene: Scene, guide_id: str) -> Move:
        """The next useful guides, once this one is over."""
        guide = scene.setting.library.current(guide_id)
        known = [name for name in (guide.then if guide else ()) if scene.setting.library.current(name)]
        fresh = [name for name in known if name not in scene.session.done][:NEXT_GUIDES]
        if not fresh:
            return Place("menu")
        return scene.ask(scene.voice.say("guide.then"), [(f"guide:{name}", scene.title(name)) for name in fresh])

    def _ask_return(self, scene: Scene, run: Run) -> Move:
        """Offer the guides that led here, the nearest first; that one is taken again already."""
        names = [run.guide, *(each.guide for each in reversed(run.callers))]
        back = [(f"return:{name}", scene.voice.say("choice.return", title=scene.title(name))) for name in names]
        number, title = scene.step_number(run)[0], scene.title(run.guide)
        return scene.ask(scene.voice.say("guide.return", n=number, title=title), back)

    def _unfinished(self, scene: Scene, page: int) -> Move:
        """Which guide to go on with, by name; where there is one alone, that."""
        begun = unfinished(scene)
        if len(begun) < 2:
            scene.change(run=begun[0] if begun else None, aside=None, unfinished=())
            return Place("guide", "resume") if begun else Place("menu")
        choices = [(f"unfinished:{run.guide}", scene.title(run.guide)) for run in begun]
        return scene.ask(scene.voice.say("guide.unfinished"), choices_on(scene, choices, page), back=_back(scene))

    # Answering

    @override
    def answer(self, scene: Scene) -> Move | None:
        run, picked = scene.session.run, scene.picked
        if self._been_away(scene):
            return Place("guide", "unfinished") if not scene.wants_other_guide else None
        if picked is None:
            return self._not_chosen(scene)
        kind, _, name = picked.id.partition(":")
        if kind == "unfinished":
            return self._go_on_with(scene, name)
        asked, _, page = scene.session.place.ask.partition("/") if scene.session.place else ("", "", "")
        if kind == "more" and asked == "unfinished":
            return Place("guide", f"unfinished/{int(page or 1) + 1}")
        if kind == "guide":
            return Open(name)
        if kind == "return":
            while scene.session.run and scene.session.run.guide != name and self._returned(scene):
                pass
            return _ASK
        if run is None:
            return self._withdrawn(scene)
        guide = self._pinned(scene, run)
        if guide is None or run.step not in guide.steps:
            return self._withdrawn(scene)
        step = guide.steps[run.step]
        if scene.session.place == _ASK and kind in step.choices:
            return self._go(scene, run, step.choices[kind])
        if kind == "shown" and scene.session.place:
            words = self._trouble(scene, guide, scene.session.place.ask.removeprefix("advice/"))
            return self._go(scene, run, words.go) if words else _ASK
        return self._common(scene, run, step, kind, name)

    def _not_chosen(self, scene: Scene) -> Move | None:
        """Who says no more than that it is done, or is not, where there are several ways on: ask which, without the
        advice that they have read; the second time offer a person.
        """
        run = scene.session.run
        guide = self._pinned(scene, run) if run else None
        if run is None or guide is None or run.step not in guide.steps or not says_how_it_went(scene):
            return None
        if not guide.steps[run.step].choices or scene.session.said == _CHOOSE:
            return scene.offer_person()
        scene.change(said=_CHOOSE)
        *_, question = scene.voice.render(guide.says(scene.session.lang).steps[run.step].text).strip().split("\n")
        asked = scene.voice.say(_CHOOSE)
        return self._ask_step(scene, guide, run, f"{asked}\n{question}" if question.endswith("?") else asked)

    def _common(self, scene: Scene, run: Run, step: Step, kind: str, name: str) -> Move | None:
        """The answers that the bot itself offers."""
        match kind:
            case "next":
                return self._go(scene, run, step.next)
            case "stuck":
                scene.note("stuck", f"{run.guide}/{run.step}")
                return Place("guide", "trouble")
            case "advice":
                scene.change(run=replace(run, tried=(*run.tried, f"{run.step}/{name}")[-5:]))
                return Place("guide", f"advice/{name}")
            case "bring":
                return Place("guide", "bring")
            case "remind":
                return Place("followup")
            case "screen":
                scene.note("screen_differs", f"{run.guide}/{run.step}")
                return Place("guide", "screen")
            case "solved" | "resume":
                return _ASK
            case "again":
                return Open(run.guide)
            case "person" | "unsolved":
                return Place("person")
            case "yes":
                return self._finished(scene, run)
            case "no":
                scene.note("worked", f"{run.guide}/no")
                return Place("guide", "not_yet")
            case "understood" if step.bare:
                _leave_open(scene, run.guide, scene.session.aside, *run.callers)
                scene.change(run=replace(run, callers=()), aside=None)
                return self._over(scene, run, "advice", Place("safety", "over"))
            case "understood":
                scene.notice("guide.advised")
                return self._over(scene, run, "advice", Place("menu"))
        return None

    def _go_on_with(self, scene: Scene, guide: str) -> Move:
        run = next((each for each in unfinished(scene) if each.guide == guide), None)
        if run is None:
            return self._withdrawn(scene)
        if run != scene.session.run:
            _leave_open(scene, guide, scene.session.aside, scene.session.run)
            scene.change(run=run, aside=None)
        return _ASK

    def _go(self, scene: Scene, run: Run, target: str) -> Move:
        """Move on to a target: a step of the current version, or one of the ends."""
        guide = scene.setting.library.current(run.guide)
        if guide is None:
            return self._withdrawn(scene)
        if target in guide.steps:
            trail = _trail(run, target)
            scene.change(run=replace(run, version=guide.version, step=target, trail=trail))
            scene.note("step", f"{run.guide}/{target}")
            _alarm(scene, run.guide, target)
            return _ASK
        called, step = other_guide(target)
        if called:
            _alarm(scene, called, step)
            scene.change(run=None)  # it is none of those that are left, but who called
            return Open(called, step, callers=_callers(run, called))
        if target not in ENDS:
            scene.notice("guide.changed")
            return Open(run.guide)
        if target == "menu":
            return self._leave(scene, Place("menu"))
        return Place("person") if target == "person" else Place("guide", "worked")

    def _finished(self, scene: Scene, run: Run) -> Move:
        scene.note("worked", f"{run.guide}/yes")
        scene.notice("guide.well_done")
        scene.change(done=(*(name for name in scene.session.done if name != run.guide), run.guide)[-10:])
        return self._over(scene, run, "done", Place("guide", f"after/{run.guide}"))

    def _over(self, scene: Scene, run: Run, end: str, to: Place) -> Move:
        scene.note("guide_ended", f"{run.guide}/{end}")
        if scene.session.duty and scene.session.duty.beside:
            return Place("beside", "band/done")
        return self._leave(scene, to)

    def _leave(self, scene: Scene, to: Place) -> Move:
        """No step waits any more; who came from another guide is asked whether to go on with what they were doing."""
        if self._returned(scene):
            return Place("guide", "return")
        aside = scene.session.aside
        scene.change(run=aside, aside=None)
        if scene.in_talk:
            return Place("talk")
        return Place("guide", "resume") if aside else to

    def _returned(self, scene: Scene) -> bool:
        """Go back to the guide that led here, to the step it was left at; not where there is none any more."""
        callers = [
            run for run in (scene.session.run or Run("", 0, "")).callers if scene.setting.library.current(run.guide)
        ]
        if callers:
            *others, caller = callers
            _leave_open(scene, caller.guide)
            scene.change(run=replace(caller, callers=tuple(others)))
        return bool(callers)

    def _back(self, scene: Scene, run: Run) -> Move:
        guide = self._pinned(scene, run)
        trail = list(run.trail)
        while guide and trail:
            step = trail.pop()
            if step in guide.steps:
                scene.change(run=replace(run, step=step, trail=tuple(trail)))
                return _ASK
        return _ASK if self._returned(scene) else Place("menu")

    def _been_away(self, scene: Scene) -> bool:
        """A press says exactly what it means; words and digits after a long time may not."""
        sure = scene.incoming.kind == "press" or scene.session.run is None
        place = scene.session.place
        asked = place and place.flow == self.name and place.ask.partition("/")[0] in ("resume", "return", "unfinished")
        return scene.long_away and not sure and not asked

    def _pinned(self, scene: Scene, run: Run) -> Guide | None:
        return scene.setting.library.version(run.guide, run.version) or scene.setting.library.current(run.guide)

    def _withdrawn(self, scene: Scene) -> Move:
        scene.change(run=None)
        scene.notice("guide.withdrawn")
        return Place("menu")

    def _trouble(self, scene: Scene, guide: Guide, name: str) -> TroubleWords | None:
        own = guide.says(scene.session.lang).troubles
        return own.get(name) or scene.setting.troubles.get(name, {}).get(scene.session.lang)


def _leave_open(scene: Scene, taken: str, *left: Run | None) -> None:
    """Remember the runs left for the guide `taken`; where there is no room the oldest is forgotten, which is said."""
    others = [*scene.session.unfinished, *(run for run in left if run)]
    newest = {run.guide: run for run in others if run.guide != taken}
    kept = tuple(newest.values())
    for run in kept[:-UNFINISHED_KEPT]:
        if scene.setting.library.current(run.guide):
            scene.notice("guide.forgotten", count=UNFINISHED_KEPT, title=scene.title(run.guide))
    scene.change(unfinished=kept[-UNFINISHED_KEPT:])


def _trail(run: Run, step: str) -> tuple[str, ...]:
    """The steps before `step`, to which this run goes; to one of them again is a way back."""
    passed = (*run.trail, run.step)
    return passed[: passed.index(step)] if step in passed else passed[-TRAIL_KEPT:]


def _callers(run: Run, called: str) -> tuple[Run, ...]:
    """The guides to go on with once `called` is over, to which this run leads; of one among them, those before."""
    callers = (*run.callers, replace(run, callers=()))
    names = [each.guide for each in callers]
    return (callers[: names.index(called)] if called in names else callers)[-CALLERS_KEPT:]


def _alarm(scene: Scene, guide_id: str, step: str) -> None:
    """Whoever leads is told of who chose a step that says they are in danger."""
    guide = scene.setting.library.current(guide_id)
    if guide and step in guide.steps and guide.steps[step].alarm:
        alarm(scene, Run(guide.id, guide.version, step))


def _back(scene: Scene) -> str:
    return scene.voice.say("choice.back")
