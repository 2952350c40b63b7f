"""A request for a person begins: in its team's line; one out of danger is told to those who lead the team at once."""

from collections.abc import Sequence

from bot.asks import Admitted
from bot.desk.line import at_their_step, now_of, stand_in_line
from bot.desk.room import may_open
from bot.desk.roster import Volunteer
from bot.model import Escalation, Run, replace
from bot.scene import EMERGENCY, Scene

UNKNOWN = "-"
"""The group of who was asked, and does not know."""


def open_request(scene: Scene) -> bool:
    """A new request of this resident's, with what they said and where they are; whether those who lead hear of it."""
    session, topic = scene.session, topic_of(scene)
    request = Escalation(
        code=scene.world.draw_code(),
        chat=scene.incoming.chat,
        opened_at=scene.world.now,
        topic=topic,
        lang=session.lang,
        you=session.you,
        lines=session.lines,
        group=session.group.removeprefix(UNKNOWN),
        team=team_of(scene),
        passed=(session.duty.id,) if session.duty else (),  # nobody helps themselves
    )
    request = at_their_step(scene, request)
    in_danger = request.guide == EMERGENCY
    stand_in_line(scene, replace(request, level="lead") if in_danger else request)
    scene.record("opened", request.code, about=request.team)
    scene.note("request_opened", topic)
    return in_danger and _call_leads(scene, request)


def alarm(scene: Scene, at: Run) -> None:
    """Whoever leads the team hears at once of who is in danger there, where they agreed that people may read what they
    write. They read whether anybody can hear of it, unless somebody is with them already.
    """
    session = scene.session
    if session.consent != "yes":
        return
    scene.change(run=at)
    lead = False
    if scene.request:
        lead = _raise_now(scene, scene.request)
    elif may_open(scene) and scene.fact(Admitted()):
        lead = open_request(scene)
    scene.change(run=session.run)
    if lead or not scene.in_talk:
        request = scene.request
        team = request is not None and _team_hears(scene, request)
        scene.notice("safety.told", lead=lead, team=team, code=scene.session.request)


def _raise_now(scene: Scene, request: Escalation) -> bool:
    """An open request whose resident is in danger now: those who lead its team hear of it at once, if any can."""
    raised = at_their_step(scene, request)
    if request.level == "team":
        raised = replace(raised, level="lead")
    scene.save_request(replace(raised, rev=request.rev + 1))
    lead = _call_leads(scene, request)
    if not lead and request.state == "waiting" and _team_hears(scene, request):
        scene.call(request.code, f"team:{request.team}", "offer")
    return lead


def _team_hears(scene: Scene, request: Escalation) -> bool:
    """Whether somebody of its team hears now of a request that waits."""
    now = now_of(scene)
    return scene.setting.roster.hears_at(f"team:{request.team}", now) == now


def team_of(scene: Scene) -> str:
    """Whose line a request of this resident's would stand in."""
    return scene.setting.roster.team_for(scene.session.group, topic_of(scene), scene.session.lang).id


def topic_of(scene: Scene) -> str:
    """What the guide that they are taking is about; empty where they take none."""
    run = scene.session.run
    guide = scene.setting.library.version(run.guide, run.version) if run else None
    return guide.topic if guide else ""


def _call_leads(scene: Scene, request: Escalation) -> bool:
    """Whoever leads the team; where none of them can be told, the admins. Whether anybody can; not whoever has it."""
    roster = scene.setting.roster
    heard = _hearing(scene, request, roster.leads(request.team)) or _hearing(scene, request, roster.admins())
    for person in heard:
        scene.call(request.code, f"volunteer:{person.id}", "up")
    scene.record("raised", request.code, about="lead")
    return bool(heard)


def _hearing(scene: Scene, request: Escalation, people: Sequence[Volunteer]) -> list[Volunteer]:
    """Who of them hears now of what is told them; nobody hears of what they do themselves, or ask for."""
    roster, now = scene.setting.roster, now_of(scene)
    others = (each for each in people if each.id != request.holder and request.chat not in each.chats)
    return [each for each in others if roster.hears_at(f"volunteer:{each.id}", now)]
