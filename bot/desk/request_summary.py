"""A request as a volunteer reads it in their own chat: where its resident is, what they see, what was said. Pure.

What volunteers write often, ready to send: names in the catalogues, for every request or for one topic. Pure.
"""

from collections.abc import Mapping, Sequence

from bot.desk.queue import OFFER_SECONDS
from bot.desk.roster import Volunteer
from bot.desk.volunteer_chat import address, group_name, head, step_line, title_line, waited
from bot.engine.context import Scene
from bot.engine.steps import seen_step
from bot.engine.texts import Voice
from bot.model import Escalation, Said

LAST_SAID = 8
"""So much of what was said before is read by who takes a request."""


def brief(scene: Scene, request: Escalation, thread: Sequence[tuple[int, Said]]) -> str:
    """All that a volunteer needs to help without asking again."""
    voice = scene.voice
    lines = [head(scene, request)]
    lines += [text for text in (group_name(scene, request), _how_to_speak(scene, request)) if text]
    lines += ["", *_step(scene, request)]
    if request.lines:
        lines += ["", voice.say("duty.said_before"), *(f"– {line}" for line in request.lines)]
    said = [line for _, entry in thread if (line := entry_line(scene, request, entry))]
    if said:
        lines += ["", *said[-LAST_SAID:]]
    return "\n".join([*lines, "", voice.say("duty.how")])


def entry_line(scene: Scene, request: Escalation, said: Said) -> str:
    """One entry of a thread; empty for what only the bot noted."""
    voice = scene.voice
    by = scene.setting.roster.person(said.by)
    name = by.name if by else said.by
    text = words_of(scene, said)
    match said.who:
        case "resident":
            return f"{address(scene, request)}: {text}"
        case "volunteer":
            return f"{name}: {text}"
        case "note":
            return voice.say("duty.note_of", name=name, text=text)
    return ""


def words_of(scene: Scene, said: Said) -> str:
    """All that an entry holds, in words."""
    return " ".join(each for each in (media_word(scene, said), marked(scene, said)) if each)


def marked(scene: Scene, said: Said) -> str:
    """The text of an entry; what a machine heard is marked as such."""
    return f"{scene.voice.say('duty.heard')} {said.text}" if said.heard else said.text


def media_word(scene: Scene, said: Said) -> str:
    """That there is a picture, or spoken words; empty where there is neither."""
    if not said.media:
        return ""
    return scene.voice.say("duty.spoken" if said.media.startswith("voice:") else "duty.picture")


def _how_to_speak(scene: Scene, request: Escalation) -> str:
    if request.lang != "vi":
        return scene.voice.say("duty.speaks", lang=request.lang)
    if not request.you:
        return scene.voice.say("duty.address_unknown")
    spoken = scene.setting.words.voice("vi", request.you)
    return scene.voice.say("duty.address", you=spoken.render("{{ you }}"), me=spoken.render("{{ me }}"))


def _step(scene: Scene, request: Escalation) -> list[str]:
    voice, seen = scene.voice, seen_step(scene.setting, request)
    if seen is None:
        return [voice.say("duty.no_guide")]
    lines = [title_line(scene, seen)]
    if seen.text:
        lines += [voice.say("duty.sees", address=address(scene, request)), f"«{seen.text}»"]
        lines += [f"– {choice}" for choice in seen.choices]
    if seen.tried:
        lines.append(voice.say("duty.tried", tried=", ".join(seen.tried)))
    return lines


def offer(scene: Scene, request: Escalation, me: Volunteer) -> str:
    """A request that somebody can take, as they read it in their private chat."""
    voice = scene.voice
    lines = [voice.say("duty.offer", head=head(scene, request), waited=waited(scene, request.opened_at))]
    lines += [text for text in (step_line(scene, request), group_name(scene, request)) if text]
    lines += [f"– {line}" for line in request.lines[-1:]]
    if helped := scene.setting.roster.names(request.failed):
        lines.append(voice.say("duty.again", names=", ".join(helped)))
    if request.state == "offered" and request.holder == me.id:
        lines.append(voice.say("duty.kept_for_you", minutes=OFFER_SECONDS // 60))
    return "\n".join(lines)


ALWAYS = ("hello", "wait", "look", "slowly", "photo", "no_secrets", "hotline", "office", "thanks")
BY_TOPIC: Mapping[str, Sequence[str]] = {
    "vneid": ("vneid_hotline", "muc2_days"),
    "dvc": ("dvc_site", "dvc_hotline"),
    "ihanoi": ("ihanoi_intake",),
    "lua-dao": ("scam_bank", "scam_police"),
}


def canned(topic: str, voice: Voice) -> Sequence[tuple[str, str]]:
    """The replies for a request about this topic, as (name, text) in the voice of its resident; its own first."""
    return [(name, voice.say(f"canned.{name}")) for name in (*BY_TOPIC.get(topic, ()), *ALWAYS)]
