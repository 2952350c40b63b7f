"""What happens to a request whoever moves it: it stands in line, is offered, is held, goes back to its place.

How much a request may hold, and how many one resident may open: what was taken in is never thrown out again.

A request for a person begins: in its team's line; one out of danger is told to those who lead the team at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.desk.appointment_texts import clock
from bot.desk.roster import Roster, Volunteer
from bot.engine.context import EMERGENCY, REQUEST_TIMERS, Scene
from bot.engine.queries import Admitted
from bot.engine.texts import Voice
from bot.model import Escalation, Place, Run, Timer, Undelivered, replace
from bot.model.hours import VIETNAM

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


RESIDENT_ROOM = 60_000
"""Up to which size (`Session.written`) the resident may add to their request."""
VOLUNTEER_ROOM = 80_000
"""The same for whoever helps: what the resident wrote last can still be answered."""
REQUESTS_A_DAY = 10


def takes_in(scene: Scene, text: str) -> bool:
    """Whether a line of the resident's still fits into their request."""
    return scene.session.written + len(text) <= RESIDENT_ROOM


def is_full(scene: Scene) -> bool:
    """Whether volunteers can add nothing more either."""
    return scene.session.written > VOLUNTEER_ROOM


def overflow(scene: Scene, *, again: bool = True) -> bool:
    """A line of a talk finds no room: say so, and let who helps know that there was more; whether it was said.

    `again`: say it also where it was just said.
    """
    just_said = scene.session.said.startswith("talk.full")
    if just_said and not again:
        return False
    helper = scene.setting.roster.person(scene.session.helper)
    say_full(scene, "talk.full", name=helper.name if helper else "")
    if not just_said and not is_full(scene):
        scene.write("bot", "overflowed")
        scene.call(scene.session.request, f"volunteer:{scene.session.helper}", "news")
    return True


def pass_on(scene: Scene, text: str, media: str = "") -> bool:
    """Let who helps have a line of the resident's; whether it found room."""
    if not takes_in(scene, text):
        overflow(scene)
        return False
    scene.write("resident", text, media=media, heard=scene.incoming.kind == "heard")
    asked(scene)
    scene.call(scene.session.request, f"volunteer:{scene.session.helper}", "news")
    return True


def add_picture(scene: Scene, media: str) -> None:
    """One more picture for whoever helps, or will help: nothing is said about it."""
    helper = scene.session.helper
    if not takes_in(scene, ""):
        overflow(scene, again=False)
        return
    scene.write("resident", "", media=media)
    if helper:
        asked(scene)
        scene.call(scene.session.request, f"volunteer:{helper}", "news")


def all_passed(scene: Scene) -> tuple[str, ...]:
    """The picture just answered is passed on, and so are all that were sent with it: those that came so far."""
    album = scene.session.album
    if album is None:
        return ()
    scene.change(album=replace(album, passed=True, others=()))
    return album.others


def say_full(scene: Scene, name: str, /, **values: object) -> None:
    """Say that a line was not taken in; in other words when that was just said."""
    said = f"{name}_again" if scene.session.said == name else name
    scene.notice(said, **values)
    scene.change(said=said)


def may_open(scene: Scene) -> bool:
    """Whether this resident may ask for a person once more today; then that is counted, and their request is empty."""
    today = now_of(scene).toordinal()
    day, before = scene.session.opened
    count = before + 1 if day == today else 1
    if count > REQUESTS_A_DAY:
        return False
    scene.change(opened=(today, count), written=0)
    return True


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
