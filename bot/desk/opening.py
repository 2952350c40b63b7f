"""A request for a person begins: in its team's line; one out of danger is told to those who lead the team at once."""

from bot.desk.line import at_their_step, stand_in_line
from bot.model import Escalation, replace
from bot.scene import EMERGENCY, Scene

UNKNOWN = "-"
"""The group of who was asked, and does not know."""


def open_request(scene: Scene) -> None:
    """A new request of this resident's, with what they said and where they are."""
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
    if in_danger:
        _call_leads(scene, request)


def raise_now(scene: Scene, request: Escalation) -> None:
    """An open request whose resident is in danger now: those who lead its team hear of it at once."""
    raised = at_their_step(scene, request)
    if request.level == "team":
        raised = replace(raised, level="lead")
    scene.save_request(replace(raised, rev=request.rev + 1))
    _call_leads(scene, request)


def team_of(scene: Scene) -> str:
    """Whose line a request of this resident's would stand in."""
    return scene.setting.roster.team_for(scene.session.group, topic_of(scene), scene.session.lang).id


def topic_of(scene: Scene) -> str:
    """What the guide that they are taking is about; empty where they take none."""
    run = scene.session.run
    guide = scene.setting.library.version(run.guide, run.version) if run else None
    return guide.topic if guide else ""


def _call_leads(scene: Scene, request: Escalation) -> None:
    """Whoever leads the team; where nobody does, the admins."""
    roster = scene.setting.roster
    for person in roster.leads(request.team) or roster.admins():
        scene.call(request.code, f"volunteer:{person.id}", "up")
    scene.record("raised", request.code, about="lead")
