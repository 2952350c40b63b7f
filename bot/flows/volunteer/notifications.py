"""What happens to requests, told in a volunteer's own chat and in their team's group: it asks nothing by itself."""

from collections.abc import Sequence
from typing import get_args

from typing_extensions import override

from bot.desk.queue import REPLACE_SECONDS
from bot.desk.request_summary import entry_line, marked, media_word, offer
from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import (
    HOME,
    address,
    asked_by,
    buttons,
    by_account,
    group_name,
    head,
    is_theirs,
    let_go,
    note_read,
    on_duty_here,
    read_upto,
    step_line,
    waited,
)
from bot.engine.context import EMERGENCY, Move, Next, Scene
from bot.flows.flow import Flow
from bot.model import Call, Escalation, Place, Said, Undelivered

_TOLD = (*get_args(Undelivered), "overflowed")
"""What the bot adds to a thread that its holder hears of."""


class CalledFlow(Flow):
    """Takes calls. One that means nothing any more is silent: the request is looked at as it stands now."""

    name = "called"

    @override
    def take(self, scene: Scene) -> Move | None:
        call = scene.incoming.call
        if call is None:
            return None
        request = scene.request_of(call.code)
        if scene.incoming.group:
            return self._in_group(scene, call, request)
        me = by_account(scene)
        if me is None:
            return Next.SAID
        on_duty_here(scene, me)
        return self._told(scene, me, call, request)

    def _told(self, scene: Scene, me: Volunteer, call: Call, request: Escalation | None) -> Move:
        match call.what:
            case "offer" | "up":
                return self._offered(scene, me, call, request)
            case "given" | "news" | "remind" if request and is_theirs(request, me):
                told = {"given": self._given, "news": self._news, "remind": self._reminded}[call.what]
                return told(scene, me, request)
            case "unsolved" if request and scene.setting.roster.may_know(me, request):
                return scene.hand(scene.voice.say("duty.unsolved", code=request.code, open=request.state != "closed"))
            case "lost" | "over" if not (request and is_theirs(request, me)):
                return self._gone(scene, call, request)
        return Next.SAID

    def _in_group(self, scene: Scene, call: Call, request: Escalation | None) -> Move:
        """In the group nobody's words are repeated: which step, how long, and who has it."""
        if request is None:
            return Next.SAID
        if call.what == "offer" and request.state == "waiting":
            needed = scene.voice.say("duty.offer", head=head(scene, request), waited=waited(scene, request.opened_at))
            lines = [needed, step_line(scene, request, words=False)]
            lines += [name for name in (group_name(scene, request),) if name]
            lines.append(scene.voice.say("duty.offer_how_in_group", code=request.code))
            return scene.hand("\n".join(lines), buttons(scene, request.code, "take"))
        holder = scene.setting.roster.person(request.holder)
        if call.what == "taken" and request.state == "held" and holder:
            return scene.hand(scene.voice.say("duty.group_taken", code=request.code, name=holder.name))
        return Next.SAID

    # What is offered

    def _offered(self, scene: Scene, me: Volunteer, call: Call, request: Escalation | None) -> Move:
        roster = scene.setting.roster
        if request is None or request.chat == scene.incoming.chat or not roster.may_hold(me, request):
            return Next.SAID  # nobody helps themselves
        if request.state not in ("waiting", "offered"):
            return self._in_danger(scene, me, call, request)
        theirs = request.state == "offered" and request.holder == me.id
        others = request.state == "offered" or me.id in request.passed
        if call.what == "offer" and others and not theirs:
            return Next.SAID
        up = self._up(scene, request) if call.what == "up" else ""
        if self._is_free(scene, request.code):
            if up:
                scene.notice_text(up)
            return Place("duty", f"offer/{request.code}")
        takes, leads = roster.may_take(me, request), roster.may_lead(me, request.team)
        acts = [*(["take"] if takes else []), *(["decline"] if theirs else []), *(["assign"] if leads else [])]
        how = scene.voice.say("duty.offer_how", code=request.code) if takes else ""
        text = "\n".join(line for line in (up, offer(scene, request, me), how) if line)
        return scene.hand(text, buttons(scene, request.code, *acts))

    def _in_danger(self, scene: Scene, me: Volunteer, call: Call, request: Escalation) -> Move:
        """Whoever leads hears that somebody is in danger, also while another volunteer is there."""
        holder = scene.setting.roster.person(request.holder)
        led = scene.setting.roster.may_lead(me, request.team) and request.guide == EMERGENCY
        if call.what != "up" or request.state != "held" or not led or holder is None:
            return Next.SAID
        danger = scene.voice.say("duty.danger_held", code=request.code, name=holder.name)
        return scene.hand(f"{danger}\n{step_line(scene, request)}", buttons(scene, request.code, "assign"))

    def _up(self, scene: Scene, request: Escalation) -> str:
        if request.guide == EMERGENCY:
            return scene.voice.say("duty.danger", code=request.code)
        return scene.voice.say("duty.up", code=request.code, level=request.level)

    def _is_free(self, scene: Scene, offered: str = "") -> bool:
        """Whether no question waits that a digit could answer: nothing but the desk, the same offer, or one that is
        none any more.
        """
        place = scene.session.place
        if place is None or place in (HOME, Place("duty", f"offer/{offered}")):
            return True
        if not asked_by(scene, "duty") or not place.ask.startswith("offer/"):
            return False
        before = scene.request_of(place.ask.removeprefix("offer/"))
        return before is None or before.state in ("held", "closed")

    def _given(self, scene: Scene, me: Volunteer, request: Escalation) -> Move:
        if self._is_free(scene):
            scene.notice("duty.given", head=head(scene, request))
            return Place("case", request.code)
        if scene.session.place == Place("case", request.code):
            return Next.SAID
        note_read(scene, request.code, 0)
        text = scene.voice.say("duty.given", head=head(scene, request))
        how = scene.voice.say("duty.open_how", code=request.code)
        return scene.hand(f"{text}\n{step_line(scene, request)}\n{how}", buttons(scene, request.code, "open"))

    # What the resident says

    def _news(self, scene: Scene, me: Volunteer, request: Escalation) -> Move:
        """Every new line in order; pictures one by one, words in between together."""
        code, after = request.code, read_upto(scene, request.code)
        thread = scene.thread(code, after)
        fresh = _since_taken(thread, me) if after == 0 else [entry for _, entry in thread]
        fresh = [entry for entry in fresh if entry.by != me.id]
        note_read(scene, code, thread[-1][0] if thread else after)
        words: list[str] = []
        for entry in fresh:
            if entry.media and request.chat.channel == scene.incoming.chat.channel:
                self._say(scene, request, words)
                text = f"{head(scene, request)}: {marked(scene, entry) or media_word(scene, entry)}"
                scene.hand(text, media=entry.media, instead=scene.voice.say("duty.picture_on_web"))
            elif line := self._line(scene, request, entry):
                words.append(line)
        self._say(scene, request, words)
        return self._into_talk(scene, request) if fresh else Next.SAID

    def _line(self, scene: Scene, request: Escalation, entry: Said) -> str:
        """One entry in words; empty for what needs no telling."""
        if entry.who == "bot":
            told = f"duty.{entry.text}" if entry.text in _TOLD else ""
            return scene.voice.say(told, address=address(scene, request)) if told else ""
        if entry.who == "resident":
            elsewhere = scene.voice.say("duty.picture_on_web") if entry.media else ""
            return " ".join(each for each in (elsewhere, marked(scene, entry)) if each)
        return entry_line(scene, request, entry)

    def _say(self, scene: Scene, request: Escalation, words: list[str]) -> None:
        if words:
            scene.hand(f"{head(scene, request)}: " + "\n".join(words))
            words.clear()

    def _into_talk(self, scene: Scene, request: Escalation) -> Move:
        """At the desk, news of a request leads into its talk; elsewhere the question that waits stays."""
        return Place("case", f"{request.code}/on") if self._is_free(scene) else Next.SAID

    def _reminded(self, scene: Scene, me: Volunteer, request: Escalation) -> Move:
        thread = [entry for _, entry in scene.thread(request.code) if entry.who in ("resident", "volunteer")]
        if thread and thread[-1].who == "volunteer":
            return Next.SAID
        line = next((entry_line(scene, request, each) for each in reversed(thread) if each.who == "resident"), "")
        minutes = REPLACE_SECONDS // 60
        text = scene.voice.say("duty.remind", head=head(scene, request), line=line, code=request.code, minutes=minutes)
        return scene.hand(text, buttons(scene, request.code, "open"))

    # What is over

    def _gone(self, scene: Scene, call: Call, request: Escalation | None) -> Move:
        let_go(scene, call.code)
        place = scene.session.place
        asks_about_it = place is not None and call.code in place.ask.split("/")
        if request is None:
            text = scene.voice.say("duty.over", head=call.code, why="")
        elif request.state == "closed":
            text = scene.voice.say("duty.over", head=head(scene, request), why=_why(scene, request))
        else:
            holder = scene.setting.roster.person(request.holder)
            name = holder.name if holder and request.state == "held" else ""
            text = scene.voice.say("duty.lost", head=head(scene, request), name=name)
        if place is None or asks_about_it:
            scene.notice_text(text)
            return HOME
        return scene.hand(text)


def _since_taken(thread: Sequence[tuple[int, Said]], me: Volunteer) -> list[Said]:
    """What was said since they took it: where this chat has read nothing of it, because they took it elsewhere."""
    said = [entry for _, entry in thread]
    taken = [at for at, entry in enumerate(said) if entry.who == "bot" and entry.text == "taken" and entry.by == me.id]
    return said[taken[-1] + 1 :] if taken else said


def _why(scene: Scene, request: Escalation) -> str:
    """The last thing that the bot noted: how it came to an end; `dismissed`, whatever the reason was."""
    noted = next((each.text for _, each in reversed(scene.thread(request.code)) if each.who == "bot"), "")
    return "dismissed" if noted.startswith("dismissed_") else noted
