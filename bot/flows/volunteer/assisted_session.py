"""A volunteer takes a guide with a resident beside them; afterwards it is counted, without a name."""

from typing_extensions import override

from bot.desk.volunteer_chat import HOME, HOME_WORDS, asked_by, volunteer
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow
from bot.model import (
    BANDS,
    HELPED_BESIDE,
    OUTCOMES,
    Beside,
    Place,
    Timer,
    band_named,
    outcome_named,
    replace,
)
from bot.nlu.patterns import compiled

ASK_SECONDS = 3600
"""Who does not say how it went is asked after so long."""
STILL_SECONDS = 15 * 60
"""Who wrote so lately still helps."""
GIVE_UP_SECONDS = 12 * 3600
"""Who does not answer either is counted as far as it is known, after so much longer."""

_TIMER = "beside"
_AGE = compiled(r"[1-9][0-9]{1,2}")
_BUSY = ("case", "handover", "lesson")


class BesideFlow(Flow):
    """Its place asks `` (it begins), `band/<outcome>` (how old are they?) or `outcome/<band>` (how far is it?)."""

    name = "beside"

    @override
    def take(self, scene: Scene) -> Move | None:
        if scene.incoming.kind == "timer":
            return self._in_time(scene) if scene.incoming.text == _TIMER else None
        if scene.incoming.group or scene.incoming.kind not in ("text", "press"):
            return None
        busy = any(asked_by(scene, flow) for flow in _BUSY)
        if scene.command == "beside" and not busy:
            return self._begin(scene)
        leaves = scene.command in ("menu", "stop") or scene.plain in HOME_WORDS
        taking = asked_by(scene, "guide") and scene.session.run is not None
        return Place("beside", "band/") if leaves and taking and _beside(scene) else None

    def _begin(self, scene: Scene) -> Move:
        me = volunteer(scene)
        if me is None:
            scene.notice("beside.resident")
            return Place("menu")
        team = me.teams[0] if me.teams else ""
        _keep(scene, Beside(team=team, channel=scene.incoming.chat.channel, begun_at=scene.world.now))
        scene.change(run=None)
        scene.timers.append(Timer(_TIMER, scene.world.now + ASK_SECONDS))
        scene.notice("beside.begin")
        return Place("menu")

    @override
    def show(self, scene: Scene) -> Move:
        kind = (scene.session.place or HOME).ask.partition("/")[0]
        if not kind:
            return self._begin(scene)
        beside = _beside(scene)
        if beside is None:
            return HOME
        if run := scene.session.run:
            _keep(scene, replace(beside, guide=run.guide))
            scene.change(run=None)
        voice, names = scene.voice, BANDS if kind == "band" else OUTCOMES
        choices = [(f"{kind}:{name}", voice.say(f"beside.{kind}.{name}")) for name in names]
        choices += [(f"{kind}:", voice.say("beside.unknown"))] if kind == "band" else []
        return scene.ask(voice.say(f"beside.{kind}"), choices, menu=False)

    @override
    def answer(self, scene: Scene) -> Move | None:
        asked, _, known = (scene.session.place or HOME).ask.partition("/")
        kind, _, name = scene.picked.id.partition(":") if scene.picked else (asked, "", scene.plain)
        beside = _beside(scene)
        if beside is None or not (scene.picked or (asked == "band" and _AGE.fullmatch(name))):
            return None
        if kind == "band":
            beside, name = replace(beside, band=band_named(name)), known
            _keep(scene, beside)
            if not name:
                return Place("beside", "outcome")
        self._count(scene, replace(beside, outcome=outcome_named(name)))
        scene.notice("beside.thanks")
        return HOME

    def _in_time(self, scene: Scene) -> Move:
        """Ask how it went; later count what is known. Who talks with somebody else now is asked afterwards."""
        beside, run = _beside(scene), scene.session.run
        if beside is None:
            return Next.SAID
        if not beside.guide and run is None:
            _keep(scene, None)
            return Next.SAID
        if beside.asked:
            here = asked_by(scene, self.name)
            self._count(scene, replace(beside, guide=beside.guide or (run.guide if run else "")))
            if here:
                scene.change(place=HOME, offered=())
            return Next.SAID
        if any(asked_by(scene, flow) for flow in _BUSY) or scene.seconds_away < STILL_SECONDS:
            scene.timers.append(Timer(_TIMER, scene.world.now + ASK_SECONDS))
            return Next.SAID
        _keep(scene, replace(beside, asked=True))
        scene.timers.append(Timer(_TIMER, scene.world.now + GIVE_UP_SECONDS))
        scene.notice("beside.later")
        return scene.session.place if asked_by(scene, self.name) and scene.session.place else Place("beside", "band/")

    def _count(self, scene: Scene, beside: Beside) -> None:
        duty = scene.session.duty
        scene.record(HELPED_BESIDE, by=duty.id if duty else "", about=beside.about)
        scene.note(HELPED_BESIDE, beside.guide)
        _keep(scene, None)
        scene.timers.append(Timer(_TIMER, 0))


def _beside(scene: Scene) -> Beside | None:
    return scene.session.duty.beside if scene.session.duty else None


def _keep(scene: Scene, beside: Beside | None) -> None:
    if duty := scene.session.duty:
        scene.change(duty=replace(duty, beside=beside))
