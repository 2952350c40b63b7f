"""Spoken words wait until a machine has heard them; what cannot be heard gets a kind word. It asks nothing."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.model import Spoken, Timer, replace
from bot.nlu.small_talk import as_typed
from bot.scene import Move, Next, Scene

AGAIN_SECONDS = 45
"""After so long what was not heard is heard again: whoever was to hear it may be gone."""
TRIES = 2
WAITING = 3
"""So many may wait in one conversation."""
_TIMER = "hear"


class HearingFlow(Flow):
    """In a talk a recording is held back until it was heard: one with a secret in it does not go to whoever helps."""

    name = "hearing"

    @override
    def take(self, scene: Scene) -> Move | None:
        match scene.incoming.kind:
            case "voice" if scene.setting.hears and scene.incoming.media:
                return self._have_it_heard(scene)
            case "voice" if scene.session.place is None:
                scene.notice("cannot.voice")  # then they are greeted
            case "timer":
                return self._again(scene) if scene.incoming.text == _TIMER else Next.SAID
            case "heard" | "unheard":
                return self._came_back(scene)
        return None

    def _have_it_heard(self, scene: Scene) -> Move | None:
        """A newcomer is greeted meanwhile."""
        waiting = scene.session.spoken
        if len(waiting) < WAITING:
            spoken = Spoken(scene.incoming.id, scene.incoming.media)
            self._wait(scene, (*waiting, spoken), (spoken,))
            return Next.SAID if scene.session.place else None
        return None if scene.in_talk else scene.cannot("hearing.busy")

    def _again(self, scene: Scene) -> Move | None:
        """What was tried often enough is given up: all of it at once, or in a talk one recording after the other."""
        waiting = tuple(replace(each, tries=each.tries + 1) for each in scene.session.spoken)
        lost = tuple(each for each in waiting if each.tries >= TRIES)
        lost = lost[:1] if scene.in_talk else lost
        left = tuple(each for each in waiting if each not in lost)
        self._wait(scene, left, left)
        return self._unheard(scene, lost[0], "lost") if lost else Next.SAID

    def _came_back(self, scene: Scene) -> Move | None:
        """Only once, and only to somebody who still waits for it."""
        waiting = scene.session.spoken
        spoken = next((each for each in waiting if each.heard_as == scene.incoming.id), None)
        if spoken is None:
            return Next.SAID
        self._wait(scene, tuple(each for each in waiting if each != spoken), ())
        if scene.incoming.kind == "unheard":
            return self._unheard(scene, spoken, scene.text)
        scene.recording = spoken.recording
        scene.reread(as_typed(scene.text))
        return None

    def _unheard(self, scene: Scene, spoken: Spoken, why: str) -> Move | None:
        """Whoever helps gets the recording alone, where there is one for them."""
        if not scene.in_talk:
            return scene.cannot(f"hearing.{why}")
        if not spoken.recording:
            return scene.tell(f"hearing.{why}")
        scene.recording = spoken.recording
        scene.reread("")
        return None

    def _wait(self, scene: Scene, waiting: tuple[Spoken, ...], hear: tuple[Spoken, ...]) -> None:
        if waiting or scene.session.spoken:
            scene.timers.append(Timer(_TIMER, scene.world.now + AGAIN_SECONDS if waiting else 0))
        scene.change(spoken=waiting)
        scene.hear = hear
