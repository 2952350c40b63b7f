"""Plays a conversation file against the engine, and writes it back with what the bot says now.

A file is readable by anyone:

    # Whose story it is.
    (a known resident, called bác)
    Resident: 1
    Resident presses: Xong, bước tiếp theo
    Resident presses an old: Xong, bước tiếp theo
    Resident sends: voice
    Resident sends: picture photo:1 with these words
    Resident sends in album 1: picture photo:2
    Resident 41 times at once: giúp
    Resident speaks: what a machine hears of it
    Resident is not heard: silent
    Resident in a group: /start
    Resident 2 days ago: gặp người
    (Hoa is a volunteer of mau-1)
    (Minh leads mau-1, not linked)
    (Mai is an admin)
    (Hoa leaves)
    (Minh dismisses A0001 at the desk: in_person)
    (mau-1 has a group)
    (Hoa has read dvc-dang-nhap/remember aloud)
    (a machine has read dvc-dang-nhap/remember aloud, in English)
    Volunteer Hoa: nhận
    Volunteer Hoa presses: Xong
    Volunteer Hoa sends: gone
    Volunteer Hoa quotes A0001: bác bấm nút xanh nhé
    Volunteer Hoa in the group: /start
    Volunteer Hoa presses in the group: Nhận
    (a neighbour, called cô)
    Neighbour: gặp người
    (2 hours pass)
    (it is 20:15 on Saturday)
    (it is 16:30 on 31/12/2026)
    Bot: What the bot says,
         over several lines if need be
         [1 Label] [2 Label]
    Bot to Hoa: What a volunteer reads
    >> request_opened vneid

Comments, stage directions and the resident's lines are kept; the bot's lines and the `>>` events are written anew.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import get_args

from msgspec import Struct

from bot.desk.roster import Role, Team, Volunteer
from bot.engine.environment import Setting
from bot.engine.texts import ADDRESSES
from bot.errors import ContentWrong
from bot.model import Deed, Kind, Session, Turn
from bot.model.hours import VIETNAM
from bot.nlu.normalise import fold
from bot.simulator.player import NEIGHBOUR, Player, known_resident, shown

QUIET_EVENTS = frozenset({"met", "step", "guide_started", "missed", "stuck"})
"""Events that every conversation is full of; files show the others."""

_KNOWN = re.compile(r"\((?P<who>a known resident|a neighbour)(?:, called (?P<you>[^,)]+))?(?P<english>, in English)?\)")
_JOINS = re.compile(
    r"\((?P<name>\w+) (?P<role>is an admin|(?:is a volunteer of|leads) (?P<team>[\w-]+))"
    r"(?:, called (?P<you>\w+))?(?P<unlinked>, not linked)?\)"
)
_DISMISSES = re.compile(r"\((?P<name>\w+) dismisses (?P<code>\w+) at the desk: (?P<reason>\w+)\)")
_LEAVES = re.compile(r"\((?P<name>\w+) leaves\)")
_GATHERS = re.compile(r"\((?P<team>[\w-]+) has a group(?P<unlinked>, not linked)?\)")
_READS = re.compile(
    r"\((?P<name>\w+|a machine) has read (?P<guide>[\w-]+)/(?P<step>\w+) aloud(?P<english>, in English)?\)"
)
_VOLUNTEER = re.compile(r"(?:Volunteer (?P<name>\w+)|Neighbour)(?P<act> .+)?")
_QUOTES = re.compile(r"Resident quotes (?P<code>\w+)")
_ALBUM = re.compile(r"Resident sends in album (?P<album>\w+)")
_TIMES = re.compile(r"Resident (?P<count>\d+) times at once")
_LATE = re.compile(r"Resident (?P<count>\d+) (?P<unit>minute|hour|day)s? ago")
_TIME = re.compile(r"\((?P<count>\d+) (?P<unit>minute|hour|day)s? pass(?:es)?\)")
_CLOCK = re.compile(r"\(it is (?P<time>\d\d:\d\d) on (?P<day>\w+|\d+/\d+/\d+)\)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_SPOKEN = {
    "bác": "bac", "cô": "co", "chú": "chu", "ông": "ong", "bà": "ba", "cụ": "cu",
    "anh": "anh", "chị": "chi", "bạn": "ban",
}  # fmt: skip
_INDENT = " " * 5


class Line(Struct, frozen=True):
    """A line that a file keeps: a comment, a stage direction, or what the resident does.

    `before` is the resident's session that it meets, `turns` what it leads to in the resident's conversation, and
    `happened` in anybody's: each turn with whose it is, empty for the resident.
    """

    text: str
    before: Session
    turns: tuple[Turn, ...] = ()
    happened: tuple[tuple[str, Turn], ...] = ()


def perform(name: str, text: str, setting: Setting) -> Iterator[Line]:
    """Play a file line by line. Raises ContentWrong (`name:line: …`) for a line that cannot be played."""
    player = Player(setting)
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(("Bot:", "Bot to ", ">>", _INDENT)):
            continue
        before = player.session
        if line.startswith("#"):
            yield Line(line.rstrip(), before)
        elif known := _KNOWN.fullmatch(line.strip()):
            begin = player.becomes if known["who"] == "a known resident" else player.moves_in
            begin(_known(known, f"{name}:{number}", player.now))
            yield Line(line.rstrip(), before)
        elif joins := _JOINS.fullmatch(line.strip()):
            player.joins(_volunteer(joins, f"{name}:{number}", setting), linked=not joins["unlinked"])
            yield Line(line.rstrip(), before)
        elif gathers := _GATHERS.fullmatch(line.strip()):
            player.gathers(_team(gathers["team"], f"{name}:{number}", setting), linked=not gathers["unlinked"])
            yield Line(line.rstrip(), before)
        elif reads := _READS.fullmatch(line.strip()):
            _read_aloud(player, reads, f"{name}:{number}", setting)
            yield Line(line.rstrip(), before)
        else:
            _act(player, line.strip(), f"{name}:{number}")
            happened = tuple(player.happened())
            yield Line(line.rstrip(), before, tuple(turn for who, turn in happened if not who), happened)


def play(name: str, text: str, setting: Setting) -> str:
    """The file as it would be written now. Raises ContentWrong (`name:line: …`) for a line that cannot be played."""
    out: list[str] = []
    for line in perform(name, text, setting):
        out.append(line.text)
        for who, turn in line.happened:
            out += _heard(who, turn)
    return "\n".join(_spaced(out)).strip() + "\n"


def _known(said: re.Match[str], where: str, now: int) -> Session:
    you = _SPOKEN.get(said["you"] or "bác", "")
    if you not in ADDRESSES:
        raise ContentWrong(f'{where}: "{said["you"]}" is no form of address.')
    return known_resident(you, "en" if said["english"] else "vi", now)


def _volunteer(said: re.Match[str], where: str, setting: Setting) -> Volunteer:
    teams = (_team(said["team"], where, setting).id,) if said["team"] else ()
    you = _SPOKEN.get(said["you"] or "bạn", "")
    if you not in ADDRESSES:
        raise ContentWrong(f'{where}: "{said["you"]}" is no form of address.')
    kind = said["role"].split()
    role: Role = "lead" if kind[0] == "leads" else "admin" if kind[-1] == "admin" else "volunteer"
    return Volunteer(fold(said["name"]), said["name"], you, role, teams)


def _team(name: str, where: str, setting: Setting) -> Team:
    found = next((team for team in setting.ward.teams if team.id == name), None)
    if found is None:
        raise ContentWrong(f'{where}: there is no team "{name}" in the ward.')
    return found


def _read_aloud(player: Player, said: re.Match[str], where: str, setting: Setting) -> None:
    reader = "" if said["name"] == "a machine" else fold(said["name"])
    guide = setting.library.current(said["guide"])
    if guide is None or said["step"] not in guide.steps or not player.knows(reader):
        raise ContentWrong(f"{where}: nobody could have read that.")
    player.reads_aloud(reader, guide, said["step"], "en" if said["english"] else "vi")


def _act(player: Player, line: str, where: str) -> None:
    if time := _TIME.fullmatch(line):
        deque(player.pass_time(int(time["count"]) * _SECONDS[time["unit"]]), 0)
        return
    if leaves := _LEAVES.fullmatch(line):
        if not player.knows(fold(leaves["name"])):
            raise ContentWrong(f"{where}: nobody said that {leaves['name']} is a volunteer.")
        player.leaves(fold(leaves["name"]))
        return
    if dismisses := _DISMISSES.fullmatch(line):
        deed = Deed("dismiss", dismisses["code"], fold(dismisses["name"]), to=dismisses["reason"])
        if (came := player.does(deed)) != "done":
            raise ContentWrong(f"{where}: nothing was done: {came}.")
        return
    if clock := _CLOCK.fullmatch(line):
        deque(player.pass_time(_seconds_until(clock, player.now, where)), 0)
        return
    said, _, words = line.partition(":")
    other = _VOLUNTEER.fullmatch(said)
    who = fold(other["name"] or NEIGHBOUR) if other else ""
    if not player.knows(who):
        raise ContentWrong(f"{where}: nobody said that {other and other['name']} is a volunteer.")
    act = _act_of(player, f"Resident{other['act'] or ''}" if other else said, who)
    if act is None:
        raise ContentWrong(f'{where}: "{line}" is neither the resident\'s nor a stage direction.')
    if act(words.strip()) is None:
        raise ContentWrong(f'{where}: there is no button "{words.strip()}" to press.')


def _seconds_until(clock: re.Match[str], now: int, where: str) -> int:
    """From `now` to that date, or to the next day of that name. Raises ContentWrong for a moment that never comes."""
    here = datetime.fromtimestamp(now, VIETNAM)
    try:
        time = datetime.strptime(clock["time"], "%H:%M").time()  # noqa: DTZ007 (combined with the time zone below)
        if clock["day"] in _DAYS:
            ahead = here + timedelta(days=(_DAYS.index(clock["day"]) - here.weekday()) % 7)
            moment = datetime.combine(ahead.date(), time, VIETNAM)
            moment += timedelta(days=7 * (moment < here))
        else:
            day = datetime.strptime(clock["day"], "%d/%m/%Y").date()  # noqa: DTZ007
            moment = datetime.combine(day, time, VIETNAM)
    except ValueError as error:
        raise ContentWrong(f'{where}: "{clock[0]}" is no time: {error}.') from error
    if moment < here:
        raise ContentWrong(f'{where}: "{clock[0]}" is over already.')
    return int((moment - here).total_seconds())


def _act_of(player: Player, said: str, who: str) -> Callable[[str], Turn | None] | None:
    album = _ALBUM.fullmatch(said)

    def send(words: str) -> Turn | None:
        kind, media, text = (*words.split(" ", 2), "", "")[:3]
        for known in get_args(Kind):
            if known == kind:
                return player.sends(known, media, who, text=text, album=album["album"] if album else "")
        return None

    if album:
        return send

    if quotes := _QUOTES.fullmatch(said):
        return lambda text: player.says(text, who, quoting=quotes["code"])
    if times := _TIMES.fullmatch(said):
        return lambda text: player.floods(text, who, int(times["count"]))
    if late := _LATE.fullmatch(said):
        seconds = int(late["count"]) * _SECONDS[late["unit"]]
        return lambda text: player.says(text, who, late=seconds)
    return {
        "Resident": lambda text: player.says(text, who),
        "Resident presses": lambda label: player.presses(label, who=who),
        "Resident presses an old": lambda label: player.presses(label, old=True, who=who),
        "Resident sends": send,
        "Resident speaks": lambda text: player.speaks(text, who),
        "Resident is not heard": lambda why: player.speaks("", who, why=why),
        "Resident in a group": player.says_in_group,
        "Resident in the group": lambda text: player.says_in_group(text, who),
        "Resident presses in the group": lambda label: player.presses(label, group=True, who=who),
    }.get(said)


def _heard(who: str, turn: Turn) -> Iterable[str]:
    for reply in turn.replies:
        first, *rest = shown(reply)
        yield f"Bot to {who}: {first}" if who else f"Bot: {first}"
        yield from (f"{_INDENT}{line}".rstrip() for line in rest)
    for event in turn.events:
        if event.name not in QUIET_EVENTS:
            yield f">> {event.name} {event.about}".rstrip()


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """An empty line before each thing the resident does, but not between it and its comment."""
    before = ""
    for line in lines:
        if before and line.startswith(("Resident", "Neighbour", "Volunteer", "(", "#")) and not before.startswith("#"):
            yield ""
        yield line
        before = line
