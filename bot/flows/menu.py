"""The menu by topic, at most five choices a level; and what is said when nothing else understood."""

from typing_extensions import override

from bot.flows.flow import Flow
from bot.model import Place
from bot.scene import Move, Next, Open, Scene

CHOICES_A_LEVEL = 5


class MenuFlow(Flow):
    """Its place asks ``, `<topic>`, or either with `/<page>`."""

    name = "menu"

    @override
    def take(self, scene: Scene) -> Move | None:
        """Nobody understood: first say how to answer, then offer a person, then come back here."""
        misses = scene.session.misses + 1
        scene.change(misses=misses)
        scene.note("missed", scene.session.place.flow if scene.session.place else "")
        offered_person = scene.session.place == Place("person", "offer")
        if misses == 1 and not offered_person:
            scene.notice("miss.first")
            return Next.HERE
        if misses == 1:
            scene.notice("miss.offer")
            return Next.HERE
        if not offered_person:
            scene.notice("miss.again")
            return scene.offer_person()
        scene.notice("miss.menu")
        return Place("menu")

    @override
    def show(self, scene: Scene) -> Move:
        if not scene.session.consent:
            return Place("welcome", "consent")
        topic, page = self._where(scene)
        guides = [guide for guide in self._topics(scene).get(topic, ()) if scene.setting.library.current(guide)]
        if topic and not guides:
            return Place("menu")
        voice = scene.voice
        if topic:
            if len(guides) == 1:
                return Open(guides[0])
            choices = [(f"guide:{guide}", scene.title(guide)) for guide in guides]
            return scene.ask(voice.say("menu.topic"), self._page(scene, choices, page), back=voice.say("choice.back"))
        choices = [
            (f"topic:{t.id}", t.title(scene.session.lang)) for t in scene.setting.topics if self._open(scene, t.id)
        ]
        choices.append(("person", voice.say("choice.person")))
        if scene.session.duty:
            choices.insert(0, ("duty", voice.say("duty.home")))
        run = scene.session.run
        back = voice.say("choice.resume_step", n=scene.step_number(run)[0]) if run else ""
        if page > 1:
            back = voice.say("choice.back")
        return scene.ask(voice.say("menu.text"), self._page(scene, choices, page), back=back, menu=page > 1)

    @override
    def answer(self, scene: Scene) -> Move | None:
        if scene.picked is None:
            return None
        kind, _, name = scene.picked.id.partition(":")
        topic, page = self._where(scene)
        match kind:
            case "topic":
                return Place("menu", name)
            case "guide":
                return Open(name)
            case "more":
                return Place("menu", f"{topic}/{page + 1}")
            case "person":
                return Place("person")
            case "duty":
                return Place("duty")
        return None

    def _where(self, scene: Scene) -> tuple[str, int]:
        topic, _, page = (scene.session.place.ask if scene.session.place else "").partition("/")
        return topic, int(page or 1)

    def _topics(self, scene: Scene) -> dict[str, tuple[str, ...]]:
        return {topic.id: topic.guides for topic in scene.setting.topics}

    def _open(self, scene: Scene, topic: str) -> bool:
        """A topic is shown when at least one of its guides can be taken."""
        return any(scene.setting.library.current(guide) for guide in self._topics(scene)[topic])

    def _page(self, scene: Scene, choices: list[tuple[str, str]], page: int) -> list[tuple[str, str]]:
        """Page `page` (from 1) of the choices, with a way to the next page where there is one."""
        rest = choices
        for _ in range(page - 1):
            rest = rest[CHOICES_A_LEVEL - 1 :]
        if len(rest) <= CHOICES_A_LEVEL:
            return rest
        return [*rest[: CHOICES_A_LEVEL - 1], ("more", scene.voice.say("choice.more"))]
