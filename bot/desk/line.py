"""What happens to a request whoever moves it: it stands in line, is offered, is held, goes back to its place."""

from datetime import UTC, datetime

from bot.desk.meeting import clock
from bot.desk.roster import Roster, Volunteer
from bot.model import Escalation, Place, Timer, Undelivered, replace
from bot.model.hours import VIETNAM
from bot.scene import REQUEST_TIMERS, Scene
from bot.words import Voice

OFFER_SECONDS = 5 * 60
"""How long a request is kept for the one volunteer it was offered to."""
OPENING_SECONDS = 10 * 60
"""Within so long after a team comes on duty everything that waits was offered."""
LEAD_SECONDS = 10 * 60
"""After so much of a team's own hours without anybody taking a request, its lead is called."""
WARD_SECONDS = 30 * 60
"""The same, until the ward is called and the resident is told."""
NEED_SECONDS = 4 * 3600
"""After so much more of the team's hours a resident is asked whether they still need somebody, and so on."""
UNNEEDED_SECONDS = 48 * 3600
"""Who was asked, and says nothing at all for so long, has their request closed."""
REMIND_SECONDS = 5 * 60
"""How long a resident's line waits for an answer before its holder is reminded."""
REPLACE_SECONDS = 10 * 60
"""How much longer, before somebody else gets the request."""
TALK_SECONDS = 2 * 3600
"""A talk in which nobody said anything for so long is closed."""


def now_of(scene: Scene) -> datetime:
    """This moment, in Vietnamese time."""
    return datetime.fromtimestamp(scene.world.now, UTC).astimezone(VIETNAM)


def stand_in_line(scene: Scene, request: Escalation) -> None:
    """The request waits for its team, which is called now or as soon as it is on duty."""
    roster, now = scene.setting.roster, now_of(scene)
    waiting = replace(request, state="waiting", holder="", since=scene.world.now)
    _forget_timers(scene)
    seconds = WARD_SECONDS - LEAD_SECONDS if request.level == "lead" else LEAD_SECONDS
    if request.level != "ward":
        scene.timers.append(Timer("waiting", int(roster.when_open(request.team, now, seconds).timestamp())))
    if roster.is_open(request.team, now):
        _call_team(scene, waiting)
        return
    scene.save_request(waiting)
    if opens := roster.next_opening(request.team, now):
        # One a second, in the order of the line: who waits longest is offered first.
        scene.timers.append(Timer("opening", int(opens.timestamp()) + min(scene.line, OPENING_SECONDS) - 1))


def say_in_line(scene: Scene, name: str) -> None:
    """Notice `name`, with where the resident's request stands now, and when somebody of its team is there."""
    if request := scene.request:
        scene.notice(name, code=request.code, line=scene.line, when=when_there(scene, request.team))


def ask_need_later(scene: Scene, request: Escalation) -> None:
    """The resident is asked whether they still need somebody, unless the request is closed before that."""
    due = scene.setting.roster.when_open(request.team, now_of(scene), NEED_SECONDS)
    scene.timers += [Timer("need", int(due.timestamp())), Timer("unneeded", 0)]


def call_team(scene: Scene, request: Escalation) -> None:
    """Call those on duty for a request that waits: the next one by turn, or all of them."""
    _call_team(scene, replace(request, rev=request.rev + 1))


def give_to(scene: Scene, request: Escalation, to: Volunteer) -> None:
    """The request is held by this volunteer from now on; who had it hears that it is no longer theirs."""
    doer = scene.incoming.deed.by if scene.incoming.deed else ""
    if request.holder not in ("", to.id, doer):
        scene.call(request.code, f"volunteer:{request.holder}", "lost")
    _forget_timers(scene)
    here, had = at_their_step(scene, request), _had(request)
    scene.save_request(replace(here, state="held", holder=to.id, had=had, since=scene.world.now, rev=request.rev + 1))
    if scene.setting.roster.group_of(request.team):
        scene.call(request.code, f"team:{request.team}", "taken")
    scene.change(place=Place("talk"), offered=(), misses=0, said="", asked_at=scene.world.now)
    scene.timers += [
        Timer("hold", scene.world.now + REMIND_SECONDS),
        Timer("talk", scene.world.now + TALK_SECONDS),
    ]
    scene.write("bot", "taken", by=to.id)


def at_their_step(scene: Scene, request: Escalation) -> Escalation:
    """The request with the step its resident is at now; as it was, when they are in no guide."""
    run = scene.session.run
    if run is None:
        return request
    number, _ = scene.step_number(run)
    return replace(request, guide=run.guide, version=run.version, step=run.step, number=number, tried=run.tried)


def put_back(scene: Scene, request: Escalation, why: str, *, team: str = "", by: str = "") -> None:
    """Back to its original place in line, or to that place in another team's; not to the one who had it.

    `by` did it, where that is not who had it.
    """
    passed = including(request.passed, request.holder)
    moved = bool(team) and team != request.team
    back = replace(
        request,
        team=team or request.team,
        moved_from=including(request.moved_from, request.team) if moved else request.moved_from,
        passed=() if moved else passed,
        had=including(_had(request), by),
        level="team" if moved else request.level,
        rev=request.rev + 1,
    )
    scene.write("bot", why, by=by or request.holder)
    if scene.session.helper:
        scene.change(asked_at=0)
    stand_in_line(scene, back)


def answered(scene: Scene) -> None:
    """The holder said something: nothing of the resident's waits for an answer."""
    scene.change(asked_at=0)
    scene.timers += [Timer("hold", 0), Timer("talk", scene.world.now + TALK_SECONDS)]


def asked(scene: Scene) -> None:
    """The resident said something: the holder is reminded, and then replaced, when it stays without an answer."""
    scene.timers.append(Timer("talk", scene.world.now + TALK_SECONDS))
    if not scene.session.asked_at:
        scene.change(asked_at=scene.world.now)
        scene.timers.append(Timer("hold", scene.world.now + REMIND_SECONDS))


def request_state(scene: Scene, code: str) -> str:
    """How a request of this resident's stands, in one sentence; empty for one that is not theirs, or not kept."""
    request = scene.request_of(code)
    if request is None or request.chat != scene.incoming.chat:
        return ""
    voice, holder = scene.voice, scene.setting.roster.person(request.holder)
    match request.state:
        case "held":
            return voice.say("person.state_held", code=code, name=holder.name if holder else "")
        case "closed":
            at = datetime.fromtimestamp(request.since, UTC).astimezone(VIETNAM)
            return voice.say("person.state_closed", code=code, date=f"{at.day}/{at.month}")
    return voice.say("person.state_waiting", code=code, line=scene.line)


def when_there(scene: Scene, team: str) -> str:
    """When somebody of a team is there, as whoever speaks here reads it now."""
    return say_when_there(scene.voice, scene.setting.roster, team, now_of(scene))


def say_when_there(voice: Voice, roster: Roster, of: str, now: datetime) -> str:
    """When somebody of a team is there, honestly: now, or when they come.

    Of a team that nobody joined, or where nobody who is there can be told, only its hours are said.
    """
    team = roster.team(of)
    at = roster.next_opening(team.id, now)
    if roster.is_open(team.id, now):
        if roster.on_duty(team.id, now):
            name = "open_now" if roster.chats(f"team:{team.id}", now) else "open_hours"
        else:
            name = "open_nobody" if roster.members(team.id) else "open_hours"
        return voice.say(f"person.{name}", team=team.name)
    if at is None:
        return voice.say("person.open_nobody", team=team.name)
    ahead = (at.date() - now.date()).days
    day = voice.say(("day.today", "day.tomorrow")[ahead] if ahead < 2 else f"weekday.{at.weekday()}")
    return voice.say("person.open_from", team=team.name, time=clock(voice, at), day=day, date=f"{at.day}/{at.month}")


def not_delivered(scene: Scene, what: Undelivered = "undelivered") -> None:
    """The resident did not get what was written to them, or soon will not: who holds their request has to know."""
    if scene.in_talk:
        scene.write("bot", what)
        scene.call(scene.session.request, f"volunteer:{scene.session.helper}", "news")


def _call_team(scene: Scene, request: Escalation) -> None:
    roster = scene.setting.roster
    by_turn = roster.team(request.team).offer == "turn"
    chosen = roster.fewest(request.team, now_of(scene), scene.loads(request.team), request.passed) if by_turn else None
    if chosen:
        scene.save_request(replace(request, state="offered", holder=chosen.id, since=scene.world.now))
        scene.timers.append(Timer("offer", scene.world.now + OFFER_SECONDS))
        scene.call(request.code, f"volunteer:{chosen.id}", "offer")
        scene.record("offered", request.code, about=chosen.id)
        return
    scene.save_request(request)
    scene.call(request.code, f"team:{request.team}", "offer")


def _forget_timers(scene: Scene) -> None:
    scene.timers += [Timer(name, 0) for name in REQUEST_TIMERS]


def _had(request: Escalation) -> tuple[str, ...]:
    """Who had it, once it leaves whoever has it now."""
    return including(request.had, request.holder) if request.state == "held" else request.had


def including(volunteers: tuple[str, ...], another: str) -> tuple[str, ...]:
    """The volunteers with one more, where there is another and they are none of them already."""
    return volunteers if another in ("", *volunteers) else (*volunteers, another)
