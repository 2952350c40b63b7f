"""Texts that are made to keep a matcher busy, for every pattern there is, and what they cost.

As a program it tries them all and prints what took too long; the test gives it a limit of CPU time, so that what never
ends is found, too. CPU alone is counted: a busy machine changes nothing.
"""

import gc
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from types import ModuleType
from typing import Any

import msgspec
import re2

from api.desk.queue import tidy
from api.people.teams import read_days_off, read_shifts
from bot.channels.telegram import updates as telegram_updates
from bot.channels.zalo_bot import updates as zalo_bot_updates
from bot.desk.links import foreign_line, leads_elsewhere, official
from bot.desk.roster import GroupNames, Volunteer
from bot.desk.volunteer_chat import named
from bot.flows.request_actions import LONGEST
from bot.model import Missed
from bot.nlu.clustering import grouped
from bot.nlu.commands import command_in, says
from bot.nlu.danger import danger, suspicious, thing_lost
from bot.nlu.masking import mask, mask_numbers, only_secret
from bot.nlu.normalise import digit, fold, spell_out, without_greeting
from bot.nlu.small_talk import as_typed, names_papers, said_back, small_talk
from bot.simulator.player import Player, known_resident
from tests.setting import setting

ROOT = Path(__file__).parents[1]
SENT = 10_000
"""Characters that channels take in of one message."""
SIZES = (SENT // 2, SENT)
EACH = 50
"""Of what patterns repeat, one in so many is tried on all that reads: each pattern itself gets all."""
ANEW = 40
"""After so many texts a conversation begins anew."""
MOST_SECONDS = 0.5
"""CPU for the longer text. The slowest take a fifth."""
GROWTH = 3.5
"""How much more twice the text may cost; twice is linear, four times is not."""
TRIALS = 9
"""So often what is compared is done."""
COMPARED_SECONDS = 0.025
"""What is shorter is not compared: it holds nobody up, and the clock is too coarse."""
SAMPLES = 6
"""Ways of writing what a pattern repeats."""

GENERIC: Mapping[str, str] = {
    "command words": "muon toi ",
    "words of a wish": "cho xin hoi ",
    "greetings": "chao chau oi ",
    "one letter": "a",
    "one word": "aaaa ",
    "digits": "1234567890",
    "single digits": "1 ",
    "digits and dots": "1.",
    "digits, mixed": "1-2.3/4_5,6 7\n",
    "read out": "mot hai ba bon ",
    "code words": "mã otp là ",
    "passwords": "mật khẩu của tôi ",
    "cards": "4111 1111 1111 111",
    "codes of dossiers": "000.H26-251120-",
    "spaces": " ",
    "lines": "\n",
    "combining marks": "\u0301\u0323",
    "zero width": "\u200b",
    "digits with zero width": "1\u200b",
    "keycaps": "1\ufe0f\u20e3",
    "full width": "１２ ",
    "circled": "①",
    "ligatures": "ﷺ",
    "emoji": "👍🏽",
    "punctuation": "?!…,;:",
    "slashes": "/start ",
    "mentions": "@a ",
    "half characters": "\ud83d",
}
ENDS = ("", "!", " x", "\u0301")


def attacks(pattern: str) -> Iterator[str]:
    """Words of a pattern and what it repeats, to be written many times; a pattern of `re` or RE2."""
    known = pattern.replace(r"\pL", "a-zà").replace(r"\pN", "0-9").replace(r"\pM", "\u0301")
    tree = re._parser.parse(known)  # type: ignore[attr-defined]
    seen = dict.fromkeys(_repeated(tree))
    yield from filter(None, seen)


def _repeated(tree: Any) -> Iterator[str]:
    for name, argument in tree:
        match str(name):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                _, most, body = argument
                if most > 1:
                    yield from _samples(body)
                yield from _repeated(body)
            case "SUBPATTERN":
                yield from _repeated(argument[-1])
            case "BRANCH":
                for branch in argument[1]:
                    yield "".join(_sample(branch, Random(0))) + " "
                    yield from _repeated(branch)
            case "ASSERT" | "ASSERT_NOT":
                yield from _repeated(argument[1])


def _samples(tree: Any) -> Iterator[str]:
    for way in range(SAMPLES):
        yield "".join(_sample(tree, Random(way)))


def _sample(tree: Any, chance: Random) -> Iterator[str]:
    """A text that a pattern matches; chance chooses among its alternatives."""
    for name, argument in tree:
        match str(name):
            case "LITERAL":
                yield chr(argument)
            case "NOT_LITERAL" | "ANY" | "CATEGORY":
                yield "x"
            case "IN":
                yield from _sample([chance.choice(argument)], chance)
            case "RANGE":
                yield chr(argument[0])
            case "SUBPATTERN":
                yield from _sample(argument[-1], chance)
            case "BRANCH":
                yield from _sample(chance.choice(argument[1]), chance)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                for _ in range(chance.randint(argument[0], max(argument[0], min(argument[1], 2)))):
                    yield from _sample(argument[2], chance)


def modules_with_patterns() -> list[str]:
    """The names of our modules that use patterns of either kind."""
    files = sorted(file for room in ("bot", "api") for file in (ROOT / room).rglob("*.py"))
    uses = re.compile(r"\b(?:compiled\(|re\.|re2\.)")
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files if uses.search(file.read_text())]
    return [name.removesuffix(".__init__") for name in names]


def patterns_of(module: ModuleType) -> dict[str, Any]:
    """The compiled patterns a module holds, by name, also within what it holds."""

    def within(name: str, value: object) -> Iterator[tuple[str, Any]]:
        if isinstance(value, re.Pattern | re2._Regexp):
            if isinstance(value.pattern, str):
                yield name, value
        elif isinstance(value, Mapping):
            for key, one in value.items():
                yield from within(f"{name}[{key}]", one)
        elif isinstance(value, tuple | list):
            for at, one in enumerate(value):
                yield from within(f"{name}[{at}]", one)

    return {name: found for key, value in vars(module).items() for name, found in within(key, value)}


def cpu(work: Callable[[str], object], text: str) -> float:
    """Seconds of CPU, without those of the garbage collector: it looks at all that other code keeps."""
    gc.disable()
    began = process_time()
    work(text)
    took = process_time() - began
    gc.enable()
    return took


def _growth(work: Callable[[str], object], short: str, long: str) -> float:
    """How many times more the longer text costs: each trial takes both, since the processor's speed itself changes.

    0 where it costs little when it comes again.
    """
    trials = [(cpu(work, long), cpu(work, short)) for _ in range(TRIALS)]
    enough = median(took for took, _ in trials) > COMPARED_SECONDS
    return median(took / max(half, COMPARED_SECONDS / 100) for took, half in trials) if enough else 0.0


def slow(
    work: Callable[[str], object], unit: str, ends: Sequence[str] = ENDS, sizes: tuple[int, int] = SIZES
) -> list[str]:
    """What is wrong with the time this takes for a unit written many times, with each of the ends."""
    found = []
    for end in ends:
        short, long = ((unit * (size // len(unit) + 1))[:size] + end for size in sizes)
        took = cpu(work, long)
        if took > MOST_SECONDS:
            found.append(f"{unit!r} and {end!r}: {took:.3f} s")
        elif took > COMPARED_SECONDS:
            grown = _growth(work, short, long)
            found += [f"{unit!r} and {end!r}: {took:.3f} s, {grown:.1f} times half as long"] if grown > GROWTH else []
    return found


def try_patterns(listed: Mapping[str, str]) -> Iterator[str]:
    """Every pattern, but those of `re` in modules that are listed, against its own attacks."""
    for name in modules_with_patterns():
        for key, pattern in patterns_of(importlib.import_module(name)).items():
            if isinstance(pattern, re.Pattern) and name in listed:
                continue
            units = [*attacks(pattern.pattern), *(unit for unit in GENERIC.values() if "\ud83d" not in unit)]
            for unit, way in product(units, (pattern.search, pattern.fullmatch)):
                yield from (f"{name}.{key} {found}" for found in slow(way, unit))


def units_of_all_patterns() -> list[str]:
    """What any pattern repeats, once each."""
    found: dict[str, None] = {}
    for name in modules_with_patterns():
        for pattern in patterns_of(importlib.import_module(name)).values():
            found |= dict.fromkeys(attacks(pattern.pattern))
    return list(found)


def entries() -> Mapping[str, Callable[[str], object]]:
    """What reads what people write, by name."""
    matcher = setting().matcher
    labels = ["Samsung, Oppo, máy khác", "iPhone", "Bác không nhớ"]
    groups, folded = GroupNames(setting().ward.groups), cache(fold)
    known = official(frozenset({"dichvucong.gov.vn 1022"}))
    telegram, zalo = telegram_updates.Reader(1, "ToSoBot"), zalo_bot_updates.Reader(bool, groups=True, name="Tổ Số")

    def whole(text: str) -> str:
        """Half a character is no JSON, and no form."""
        return text.replace("\ud83d", "")

    def in_group(text: str) -> object:
        chat, person = {"id": -1, "type": "group"}, {"id": 2, "is_bot": False, "first_name": "a"}
        message = {"message_id": 1, "date": 0, "chat": chat, "from": person, "text": whole(text)}
        return telegram.read(msgspec.json.encode({"update_id": 1, "message": message}))

    def in_zalo_group(text: str) -> object:
        message = {
            "message_id": "1",
            "chat": {"id": "g", "chat_type": "GROUP"},
            "from": {"id": "2"},
            "text": whole(text),
        }
        return zalo.read(msgspec.json.encode({"event_name": "message.text.received", "message": message}))

    return {
        "fold": fold,
        "digit": digit,
        "command": lambda text: command_in(text, folded(text)),
        "says": lambda text: says("next", folded(text), text),
        "small talk": small_talk,
        "spell out": lambda text: without_greeting(spell_out(folded(text))),
        "in danger": lambda text: danger(folded(text)),
        "suspicious": lambda text: suspicious(folded(text)),
        "thing lost": lambda text: thing_lost(folded(text)),
        "mask": mask,
        "mask numbers": mask_numbers,
        "only a secret": lambda text: only_secret(mask(text)[0]),
        "papers": lambda text: names_papers(folded(text)),
        "as typed": as_typed,
        "said back": said_back,
        "match": matcher.match,
        "asked with": lambda text: matcher.match(text[:600]),
        "why": matcher.why,
        "chosen": lambda text: matcher.chosen(text, labels),
        "screen": lambda text: setting().screen.held(text[:LONGEST]),
        "leads elsewhere": lambda text: leads_elsewhere(text[:LONGEST], known),
        "foreign line": lambda text: foreign_line(text[:LONGEST], known),
        "named": named,
        "group": groups.find,
        "not understood": lambda text: grouped({"a": Missed(text, ""), "b": Missed(text[1:], "")}),
        "command in a group": in_group,
        "mention in a Zalo group": in_zalo_group,
        "shifts": lambda text: read_shifts({"mon": whole(text)}),
        "days off": lambda text: read_days_off(whole(text)),
        "code of a request": tidy,
    }


def try_entries() -> Iterator[str]:
    """Every entry against what is generic, and what patterns repeat."""
    units = units_of_all_patterns()[::EACH]
    for name, work in entries().items():
        for unit in GENERIC.values():
            yield from (f"{name} {found}" for found in slow(work, unit, "!"))
        for unit in units:
            if (seconds := cpu(work, (unit * SENT)[:SENT] + "!")) > MOST_SECONDS:
                yield f"{name} {unit!r}: {seconds:.3f} s"


def conversations() -> Mapping[str, tuple[Callable[[], Player], str]]:
    """Where a text may come: who is there, and who says it."""

    def in_a_step() -> Player:
        player = Player(setting(), known_resident("bac"))
        player.says("/start vneid-may-moi")
        return player

    def in_a_talk() -> Player:
        player = Player(setting(), known_resident("bac"))
        hoa = Volunteer("hoa", "Hoa", teams=("to-mau-a", "to-mau-b"))
        player.joins(hoa, linked=True)
        player.says("gặp người")
        player.says("nhận A0001", "hoa")
        assert player.session.helper == "hoa"
        return player

    return {
        "somebody new": (lambda: Player(setting()), ""),
        "at the menu": (lambda: Player(setting(), known_resident("bac")), ""),
        "in a step": (in_a_step, ""),
        "in a talk": (in_a_talk, ""),
        "who helps": (in_a_talk, "hoa"),
    }


def try_conversations() -> Iterator[str]:
    """The whole engine: as long as channels let a text be, and with what any pattern repeats."""
    units = [*GENERIC.values(), *units_of_all_patterns()[::EACH]]
    for name, (begin, who) in conversations().items():
        player = begin()
        for at, unit in enumerate(units):
            if not at % ANEW:
                player = begin()
            for end in ("", "!"):
                text = (unit * SENT)[:SENT] + end
                began = process_time()
                turn = player.says(text, who)
                seconds = process_time() - began
                if seconds > MOST_SECONDS:
                    yield f"{name} {unit!r} and {end!r}: {seconds:.3f} s"
                if any(event.name == "failed" for event in turn.events):
                    yield f"{name} {unit!r} and {end!r}: failed"


def main() -> None:
    tries = {"patterns": lambda: try_patterns(json.loads(sys.argv[2])), "entries": try_entries}
    tries["conversations"] = try_conversations
    for found in tries[sys.argv[1]]():
        sys.stdout.write(f"{found}\n")
    sys.stdout.write("all tried\n")


if __name__ == "__main__":
    main()
