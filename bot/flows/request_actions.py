"""What volunteers do with a resident's request, as turns of the resident's own conversation."""

from collections.abc import Callable, Mapping
from typing import get_args

from typing_extensions import override

from bot.desk.outgoing import and_then, why_held_back
from bot.desk.queue import answered, give_to, is_full, put_back, say_in_line
from bot.desk.roster import Roster, Volunteer, is_own
from bot.engine.context import Move, Next, Scene
from bot.flows.flow import Flow, back_to
from bot.model import Deed, Escalation, Place, Reason, Verdict, replace
from bot.nlu.awaited import Read, read
from bot.nlu.numbers import seen

LONGEST = 1000
"""Characters of one answer or note."""

_DONE = Verdict("done")
_ADDING = ("reply", "photo", "note", "step")
"""Deeds that can be done again and again, and add to the thread each time."""
_AIMED = ("assign", "transfer", "close", "dismiss")
"""Deeds that look at what `to` says: of any other it would be whatever a volunteer writes into the record."""


class DeskFlow(Flow):
    """Takes deeds. Every deed leaves a verdict; one that is not `done` changes nothing."""

    name = "desk"

    @override
    def take(self, scene: Scene) -> Move | None:
        deed = scene.incoming.deed
        if deed is None:
            return None
        deed = replace(deed, text=seen(deed.text))
        request, me = scene.request_of(deed.code), scene.setting.roster.person(deed.by)
        verdict, move = _judge(scene, deed, request, me)
        scene.verdict = replace(verdict, request=scene.request_of(deed.code) if verdict.name != "done" else None)
        if verdict.name == "done":
            scene.verdict = replace(verdict, request=scene.request)
            scene.record(deed.act, deed.code, by=deed.by, about=deed.to if deed.act in _AIMED else "")
            scene.note("desk", deed.act)
        return move


def not_open(roster: Roster, volunteer: str, request: Escalation | None) -> Verdict:
    """What comes of a deed with a request that is closed, or was never there: of another team's, only that it is."""
    if request is None:
        return Verdict("unknown")
    me = roster.person(volunteer)
    return Verdict("closed" if me and roster.may_know(me, request) else "not_allowed", request=request)


def unreachable(roster: Roster, volunteer: str, request: Escalation) -> Verdict:
    """What comes of a deed while the resident's channel is off: of another team's request, only that it is theirs."""
    me = roster.person(volunteer)
    return Verdict("unreachable" if me and roster.may_know(me, request) else "not_allowed", request=request)


def _judge(scene: Scene, deed: Deed, request: Escalation | None, me: Volunteer | None) -> tuple[Verdict, Move]:
    if request is None or me is None or not (me.active or deed.act == "leave"):
        return Verdict("unknown"), Next.SAID
    if deed.act == "leave":
        return _leave(scene, deed, request, me)
    if is_own(me, request):
        return Verdict("not_allowed", "own"), Next.SAID
    if not scene.setting.roster.may_know(me, request):
        return Verdict("not_allowed"), Next.SAID
    if request.state == "closed":
        return Verdict("closed"), Next.SAID
    if deed.act in _ADDING and is_full(scene):
        return Verdict("held_back", "full"), Next.SAID
    return _ACTS[deed.act](scene, deed, request, me)


def _take(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    roster = scene.setting.roster
    if request.state == "held":
        return (_DONE if request.holder == me.id else Verdict("taken", request.holder)), Next.SAID
    if not roster.may_take(me, request):
        return Verdict("not_allowed", "failed" if roster.is_for_others(me, request) else ""), Next.SAID
    if request.state == "offered" and request.holder != me.id and not roster.may_lead(me, request.team):
        return Verdict("taken", request.holder), Next.SAID
    return _DONE, _held_by(scene, request, me)


def _held_by(scene: Scene, request: Escalation, holder: Volunteer) -> Move:
    again = request.state == "held"
    give_to(scene, request, holder)
    scene.tell("talk.changed" if again else "talk.taken", name=holder.name)
    return Next.SAID


def _decline(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    if request.state != "offered" or request.holder != me.id:
        return Verdict("not_yours", request.holder), Next.SAID
    put_back(scene, request, "declined")
    return _DONE, Next.SAID


def _assign(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    roster = scene.setting.roster
    to = roster.person(deed.to)
    if to is None or not roster.may_give(me, to, request):
        return Verdict("unknown", deed.to), Next.SAID
    if not roster.may_lead(me, request.team):
        return Verdict("not_allowed"), Next.SAID
    if request.state == "held" and request.holder == to.id:
        return _DONE, Next.SAID
    scene.call(request.code, f"volunteer:{to.id}", "given")
    return _DONE, _held_by(scene, request, to)


def _reply(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    held_back = _not_theirs(request, me) or _unfit(scene, deed)
    if held_back:
        return held_back, Next.SAID
    text, told = deed.text.strip(), _read(scene, deed)
    if told.kinds:
        return Verdict("held_back", told.kinds[0]), Next.SAID
    scene.change(code=told.code, awaited=told.awaited)
    scene.write("volunteer", text, by=me.id, media=deed.media)
    scene.change(replied=and_then(scene.session.replied, text))
    answered(scene)
    lost = scene.voice.say("talk.picture_lost", name=me.name)
    return _DONE, scene.speak(text, scene.voice.say("talk.sender", name=me.name), deed.media, lost)


def _photo(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    if held_back := _not_theirs(request, me):
        return held_back, Next.SAID
    scene.write("bot", "photo_asked", by=me.id)
    answered(scene)
    scene.change(place=Place("talk", "photo"), offered=())
    return _DONE, scene.tell("talk.photo_asked", name=me.name)


def _note(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    if not scene.setting.roster.may_see(me, request):
        return Verdict("not_allowed"), Next.SAID
    if not deed.text.strip():
        return Verdict("empty"), Next.SAID
    _add_note(scene, _note_of(scene, deed), me)
    return _DONE, Next.SAID


def _step(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    """The resident reads their step again, without its buttons: the talk goes on."""
    if held_back := _not_theirs(request, me):
        return held_back, Next.SAID
    text = scene.step_text()
    if not text:
        return Verdict("empty"), Next.SAID
    scene.write("bot", "step_sent", by=me.id)
    answered(scene)
    return _DONE, scene.tell("talk.step", name=me.name, step=text)


def _release(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    if held_back := _not_theirs(request, me):
        return held_back, Next.SAID
    return _DONE, _back_in_line(scene, request, "released")


def _leave(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    """Nobody asks them: their chat is gone, or they left the team or the ward. A chat that is there still hears it."""
    if request.state == "offered" and request.holder == me.id:
        put_back(scene, request, "left")
        return _DONE, Next.SAID
    if held_back := _not_theirs(request, me):
        return held_back, Next.SAID
    scene.call(request.code, f"volunteer:{me.id}", "lost")
    return _DONE, _back_in_line(scene, request, "left")


def _back_in_line(scene: Scene, request: Escalation, why: str) -> Move:
    put_back(scene, request, why)
    say_in_line(scene, "talk.back_in_line")
    return back_to(scene)


def _transfer(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    roster = scene.setting.roster
    if not roster.may_lead(me, request.team) and (held_back := _not_theirs(request, me)):
        return held_back, Next.SAID
    note = _note_of(scene, deed)
    if team := next((each for each in roster.teams if deed.to == f"team:{each.id}"), None):
        _add_note(scene, note, me)
        if request.holder and request.holder != me.id:
            scene.call(request.code, f"volunteer:{request.holder}", "lost")
        put_back(scene, request, "transferred", team=team.id, by=me.id)
        say_in_line(scene, "talk.passed_on")
        return _DONE, back_to(scene)
    to = roster.person(deed.to)
    if to is None or to.id == request.holder or not roster.may_give(me, to, request):
        return Verdict("unknown", deed.to), Next.SAID
    _add_note(scene, note, me)
    scene.call(request.code, f"volunteer:{to.id}", "given")
    return _DONE, _held_by(scene, request, to)


def _read(scene: Scene, deed: Deed) -> Read:
    """A volunteer's words after all that was said in this conversation: secrets are told by turns as well."""
    session = scene.session
    return read(deed.text.strip(), session.code, session.awaited, scene.world.now, in_talk=True)


def _note_of(scene: Scene, deed: Deed) -> str:
    told = _read(scene, deed)
    scene.change(code=told.code, awaited=told.awaited)
    return told.text[:LONGEST]


def _add_note(scene: Scene, note: str, me: Volunteer) -> None:
    if note:
        scene.write("note", note, by=me.id)


def _close(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    if not scene.setting.roster.may_lead(me, request.team) and (held_back := _not_theirs(request, me)):
        return held_back, Next.SAID
    run = scene.session.run
    guide = scene.setting.library.version(run.guide, run.version) if run else None
    if deed.to and (run is None or guide is None or deed.to not in guide.steps):
        return Verdict("unknown", deed.to), Next.SAID
    if run and deed.to and deed.to != run.step:
        scene.change(run=replace(run, step=deed.to, trail=(*run.trail, run.step)))
    if request.holder and request.holder != me.id:
        scene.call(request.code, f"volunteer:{request.holder}", "over")
    scene.write("bot", "closed", by=me.id)
    scene.close_request(request)
    if request.holder == me.id:
        scene.notice("talk.closed", name=me.name)
    else:  # they never spoke with whoever leads the team
        scene.notice("talk.closed_by_team", team=scene.setting.roster.team(request.team).name, code=request.code)
    return _DONE, Place("talk", f"score/{request.code}")


def _dismiss(scene: Scene, deed: Deed, request: Escalation, me: Volunteer) -> tuple[Verdict, Move]:
    """The resident hears why. What they are doing goes on, unless that is to wait for the request."""
    if not scene.setting.roster.may_lead(me, request.team):
        return Verdict("not_allowed"), Next.SAID
    if request.state == "held":
        return Verdict("taken", request.holder), Next.SAID
    if deed.rev not in (0, request.rev):
        return Verdict("changed"), Next.SAID
    if deed.to not in get_args(Reason):
        return Verdict("unknown", deed.to), Next.SAID
    if request.holder and request.holder != me.id:
        scene.call(request.code, f"volunteer:{request.holder}", "over")
    scene.write("bot", f"dismissed_{deed.to}", by=me.id)
    scene.close_request(request)
    said, place = f"talk.dismissed_{deed.to}", scene.session.place
    if place and place.flow != "person":
        return _DONE, scene.tell(said, code=request.code)
    scene.notice(said, code=request.code)
    return _DONE, back_to(scene)


def _not_theirs(request: Escalation, me: Volunteer) -> Verdict | None:
    return None if request.state == "held" and request.holder == me.id else Verdict("not_yours", request.holder)


def _unfit(scene: Scene, deed: Deed) -> Verdict | None:
    """Why these words do not go to a resident."""
    text = deed.text
    if not text.strip() and not deed.media:
        return Verdict("empty")
    if len(text) > LONGEST:
        return Verdict("held_back", "long")
    reason = why_held_back(scene.setting, text, scene.session.replied)
    return Verdict("held_back", reason) if reason else None


_ACTS: Mapping[str, Callable[[Scene, Deed, Escalation, Volunteer], tuple[Verdict, Move]]] = {
    "take": _take,
    "decline": _decline,
    "assign": _assign,
    "reply": _reply,
    "photo": _photo,
    "note": _note,
    "step": _step,
    "release": _release,
    "leave": _leave,
    "transfer": _transfer,
    "close": _close,
    "dismiss": _dismiss,
}
