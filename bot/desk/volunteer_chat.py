"""What a volunteer's own chat needs whatever is done in it: whose it is, and how a request is named and taken there."""

from msgspec import Struct

from bot.desk.roster import Volunteer
from bot.engine.context import DESK, Move, Scene
from bot.engine.steps import SeenStep, seen_step
from bot.model import Deed, Duty, Escalation, Place, Verdict, replace
from bot.nlu.patterns import compiled, composed

HOME = Place("duty")
HOME_WORDS = frozenset({"truc", "ban truc", "ve ban truc", "duty", "desk"})
"""Folded words that lead to the desk from anywhere."""

A_PAGE = 5

_CODE = r"[A-Z][0-9]{4,8}"
_BUTTON = compiled(rf"{DESK}:(?P<act>take|decline|assign|open):(?P<code>{_CODE})")
_NAMED = compiled(
    rf"\s*(?P<verb>nhận|nhan|take|trả lời|tra loi|reply)?\s*(?P<code>{_CODE})\b[\s:,.–-]*(?P<words>(?s:.*))",
    any_case=True,
)
_TALKS = ("case", "handover")
"""Flows that ask about one request, whose code begins what they ask."""
_TAKE = ("nhận", "nhan", "take")
_STEP_LENGTH = 120


class Named(Struct, frozen=True):
    """A text that begins with the code of a request: take it, or open it; or `words` for its resident."""

    code: str
    take: bool
    words: str


def named(text: str) -> Named | None:
    """What a volunteer says about a request by its code: "nhận A0001", "A0001", "trả lời A0001 …"."""
    found = _NAMED.fullmatch(composed(text))
    if found is None:
        return None
    take = (found["verb"] or "").lower() in _TAKE
    return Named(found["code"].upper(), take, "" if take else found["words"].strip())


def button(scene: Scene) -> tuple[str, str]:
    """What a pressed button of the desk does, and the request's code; empty where none was pressed.

    Anybody can send any press: what no button of ours carries is a press of nothing.
    """
    pressed = _BUTTON.fullmatch(scene.incoming.choice) if scene.incoming.choice else None
    return (pressed["act"], pressed["code"]) if pressed else ("", "")


# Whose chat it is


def volunteer(scene: Scene) -> Volunteer | None:
    """Who helps from this private chat: the roster decides, whatever the session remembers."""
    duty = scene.session.duty
    if duty is None or scene.incoming.group:
        return None
    if _linked(scene) is None:
        scene.refresh_roster()  # another worker may have linked it a moment ago
    return _linked(scene)


def by_account(scene: Scene) -> Volunteer | None:
    """Who helps and has linked a private chat with this account, also where the session does not know it any more."""
    return scene.setting.roster.by_account(scene.incoming.chat.channel, scene.incoming.chat.person)


def _linked(scene: Scene) -> Volunteer | None:
    duty, found = scene.session.duty, by_account(scene)
    return found if found and duty and found.id == duty.id else None


def on_duty_here(scene: Scene, me: Volunteer) -> None:
    """This chat is this volunteer's from now on."""
    duty = scene.session.duty
    if duty is None or duty.id != me.id:
        scene.change(duty=Duty(me.id), you=scene.session.you or me.you or "ban")


# What they hold


def read_upto(scene: Scene, code: str) -> int:
    """The number of the last entry of a request's thread that they got."""
    return scene.session.duty.read.get(code, 0) if scene.session.duty else 0


def holds(scene: Scene) -> tuple[str, ...]:
    """The codes of the requests that they talk in, as far as this chat knows."""
    return tuple(scene.session.duty.read) if scene.session.duty else ()


def note_read(scene: Scene, code: str, upto: int) -> None:
    if duty := scene.session.duty:
        scene.change(duty=replace(duty, read=duty.read | {code: max(upto, duty.read.get(code, 0))}))


def let_go(scene: Scene, code: str) -> None:
    """They do not hold this request any more."""
    if duty := scene.session.duty:
        scene.change(duty=replace(duty, read={each: upto for each, upto in duty.read.items() if each != code}))


def take(scene: Scene, me: Volunteer, code: str) -> Move:
    """Take a request: into the talk, or to a sentence about why not."""
    if code in holds(scene):
        return Place("case", code)
    verdict = scene.do(Deed("take", code, me.id))
    if verdict.name == "done":
        return Place("case", code)
    return refused(scene, verdict, code)


def decline(scene: Scene, me: Volunteer, code: str) -> Move:
    """Leave an offer to somebody else."""
    verdict = scene.do(Deed("decline", code, me.id))
    if verdict.name != "done":
        return refused(scene, verdict, code)
    scene.notice("duty.declined", code=code)
    return HOME if asked_by(scene, "duty") else scene.tell_notices()


def refused(scene: Scene, verdict: Verdict, code: str) -> Move:
    """Say why nothing was done; at the desk with what there is to do now, elsewhere without a further word."""
    text = refusal(scene, verdict, code)
    if not asked_by(scene, "duty"):
        return scene.hand(text)
    scene.notice_text(text)
    return HOME


def refusal(scene: Scene, verdict: Verdict, code: str) -> str:
    """Why nothing was done, in words."""
    voice, about = scene.voice, scene.setting.roster.person(verdict.about)
    request = verdict.request
    match verdict.name:
        case "taken":
            return voice.say("verdict.taken", code=code, name=about.name if about else verdict.about)
        case "not_yours" if about and request and request.state == "held":
            return voice.say("verdict.now_with", code=code, name=about.name)
        case "not_yours" if request and request.state != "closed":
            return voice.say("verdict.waits", code=code, team=scene.setting.roster.team(request.team).name)
        case "not_allowed" if verdict.about:
            return voice.say(f"verdict.{verdict.about}", code=code)
        case "held_back":
            return voice.say(f"verdict.held_back.{verdict.about}", code=code)
    return voice.say(f"verdict.{verdict.name}", code=code)


def asked_by(scene: Scene, flow: str) -> bool:
    """Whether the question that waits is this flow's."""
    return scene.session.place is not None and scene.session.place.flow == flow


def is_theirs(request: Escalation, me: Volunteer) -> bool:
    return request.state == "held" and request.holder == me.id


def why_not_theirs(scene: Scene, me: Volunteer, request: Escalation | None) -> Verdict:
    """Why somebody cannot talk in a request that they do not hold."""
    if request is None:
        return Verdict("unknown")
    if not scene.setting.roster.may_know(me, request):
        return Verdict("not_allowed")
    if request.state == "closed":
        return Verdict("closed")
    return Verdict("taken" if request.state == "held" else "not_yours", request.holder, request)


def not_done(scene: Scene, verdict: Verdict, code: str, *, sending: bool = False) -> Move:
    """Say why nothing came of a deed; where the request is not theirs any more, the talk in it is over.

    `sending`: it was something for the resident, who did not get it.
    """
    text, place = refusal(scene, verdict, code), scene.session.place
    if sending and verdict.name in ("closed", "not_yours"):
        text += " " + scene.voice.say("verdict.nothing_sent")
    if verdict.name in ("closed", "not_allowed", "not_yours", "taken", "unknown"):
        let_go(scene, code)
        if place and place.flow in _TALKS and place.ask.partition("/")[0] == code:
            scene.notice_text(text)
            return HOME
    return scene.hand(text)


# How a request reads


def address(scene: Scene, request: Escalation) -> str:
    """What the resident is called, in Vietnamese: that is what they hear."""
    if not request.you and request.lang != "vi":
        return scene.voice.say("duty.foreigner")
    return scene.setting.words.voice("vi", request.you).render("{{ you }}")


def head(scene: Scene, request: Escalation) -> str:
    """How every message about a request begins: its code, and who it is about."""
    return f"{request.code} · {address(scene, request)}"


def waited(scene: Scene, since: int) -> str:
    return scene.voice.say("duty.waited", minutes=max(0, scene.world.now - since) // 60)


def step_line(scene: Scene, request: Escalation, *, words: bool = True) -> str:
    """Where the resident is, in one line; without `words` only which step that is."""
    seen = seen_step(scene.setting, request)
    if seen is None:
        return scene.voice.say("duty.no_guide")
    text = " ".join(seen.text.split()) if words else ""
    if len(text) > _STEP_LENGTH:
        text = f"{text[:_STEP_LENGTH].rsplit(' ', 1)[0]}…"
    return f"{title_line(scene, seen)}: {text}" if text else title_line(scene, seen)


def title_line(scene: Scene, seen: SeenStep) -> str:
    """The guide's title with the number of the step."""
    if not seen.number:
        return seen.title
    return scene.voice.say("duty.at_step", title=seen.title, n=seen.number, total=seen.total)


def group_name(scene: Scene, request: Escalation) -> str:
    """The residential group in words; empty when it is not known."""
    return next((each.name for each in scene.setting.ward.groups if each.id == request.group), "")


def buttons(scene: Scene, code: str, *acts: str) -> list[tuple[str, str]]:
    """Buttons that are good at any time."""
    return [(f"{act}:{code}", scene.voice.say(f"duty.{act}")) for act in acts]


def page_of(scene: Scene, choices: list[tuple[str, str]], page: int) -> list[tuple[str, str]]:
    """Page `page` (from 1) of the choices, with a way to the next where there is one."""
    rest = choices[(page - 1) * A_PAGE :]
    return rest if len(rest) <= A_PAGE else [*rest[:A_PAGE], ("more", scene.voice.say("choice.more"))]
