"""Whom a volunteer can pass a request on to."""

from bot.desk.line import now_of
from bot.desk.roster import Volunteer
from bot.model import Escalation
from bot.scene import Scene

_TEAM = "team:"


def receivers(scene: Scene, me: Volunteer, request: Escalation) -> list[tuple[str, str]]:
    """Leads of the team, colleagues who are there, other teams: as (receiver, label); teams are `team:ID`."""
    roster, voice = scene.setting.roster, scene.voice
    may = [each.id for each in roster.members(request.team) if each != me and roster.may_give(me, each, request)]
    leads = [each for each in roster.leads(request.team) if each.id in may]
    there = [each for each in roster.on_duty(request.team, now_of(scene)) if each.id in may and each not in leads]
    found = [(each.id, voice.say("duty.to_lead", name=each.name)) for each in leads]
    found += [(each.id, each.name) for each in there]
    return found + [(f"{_TEAM}{each.id}", each.name) for each in roster.teams if each.id != request.team]


def call_of(to: str) -> str:
    """Whom a call about what this receiver got is for."""
    return to if to.startswith(_TEAM) else f"volunteer:{to}"


def receiver_name(scene: Scene, to: str) -> str:
    """What a receiver is called."""
    if to.startswith(_TEAM):
        return scene.setting.roster.team(to.removeprefix(_TEAM)).name
    person = scene.setting.roster.person(to)
    return person.name if person else to
