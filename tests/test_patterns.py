"""No text that anybody writes keeps a worker busy: patterns are matched in time that grows with the text alone."""

import ast
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import re2

from bot.engine.input import Heard
from bot.model import Chat, Incoming, Session
from bot.nlu.commands import command_in
from bot.nlu.normalise import fold
from bot.nlu.patterns import LONGEST_READ, compiled, composed, means
from bot.simulator.player import Player, known_resident
from tests.attacks import ROOT, SENT, modules_with_patterns
from tests.setting import setting

MINUTES_OF_CPU = 3

OURS = "what it reads, we or the ward wrote: guides, facts, settings"
WIRE = "what it reads is a token, a name or an answer of a system, of one form and short"
LISTED = {
    "api.auth.sessions": WIRE,
    "bot.channels.images": "bytes of a picture, one class at a time",
    "api.desk.queue": "one class at a time; the code is cut to its length before",
    "api.desk.attachments": WIRE,
    "api.guides.media": WIRE,
    "api.templating": "one class at a time",
    "api.health": OURS,
    "api.studio.image_form": WIRE,
    "bot.channels.decoding": "bytes, of one length at each backslash",
    "bot.channels.telegram.channel": WIRE,
    "bot.channels.zalo_bot.channel": WIRE,
    "bot.channels.zalo_bot.updates": "for the type alone",
    "bot.channels.zalo_oa.consent": WIRE,
    "bot.channels.zalo_oa.client": WIRE,
    "bot.content.checks.certainty": OURS,
    "bot.content.checks.advice": OURS,
    "bot.content.checks.guide": OURS,
    "bot.content.checks.claims": OURS,
    "bot.content.yaml": OURS,
    "bot.content.checks.style": OURS,
    "bot.content.checks.spelling": OURS,
    "bot.content.checks.labels": OURS,
    "bot.content.checks.papers": OURS,
    "bot.content.checks.translations": OURS,
    "bot.content.checks.freshness": OURS,
    "bot.content.checks.second_copy": OURS,
    "bot.content.schema": OURS,
    "bot.content.ward": OURS,
    "bot.content.ward_schema": OURS,
    "bot.desk.dismissal": WIRE,
    "bot.nlu.normalise": "one class repeated, which is read once",
    "bot.nlu.numbers": "one class, repeated or not, which is read once",
    "bot.nlu.passwords": "one class repeated, which is read once",
    "bot.nlu.patterns": "for the type alone",
    "bot.images.source": WIRE,
    "bot.settings": OURS,
    "bot.store.connection": "the setting REDIS_URL",
    "bot.store.persistence": OURS,
    "bot.store.redis_requests": WIRE,
    "bot.simulator.transcript": "conversation files",
    "bot.audio.recording_repository": WIRE,
}
"""Who may use patterns of `re`, and why no text of anybody's can hold them up."""


def uses_re(name: str) -> bool:
    """Whether a module imports `re`, in whatever way."""
    tree = ast.parse(Path(ROOT, *name.split(".")).with_suffix(".py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return "re" in names or any(node.module == "re" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))


def test_patterns_of_re_are_only_where_a_reason_is_given() -> None:
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts) for room in ("bot", "api")
               for file in (ROOT / room).rglob("*.py") if file.name != "__init__.py"]  # fmt: skip
    using = set(filter(uses_re, modules))
    assert using - set(LISTED) == set(), "use bot/nlu/patterns.py; or say here why no text can hold it up"
    assert set(LISTED) - using == set()


def tried(program: str, *arguments: str, seconds: int) -> subprocess.CompletedProcess[str]:
    """Run a program of a few lines that may use so many seconds of CPU."""
    return subprocess.run(
        (sys.executable, "-c", program, *arguments),
        cwd=ROOT,
        text=True,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ["patterns", "entries", "conversations"])
def test_no_attack_takes_long(what: str) -> None:
    done = tried("from tests.attacks import main; main()", what, json.dumps(LISTED), seconds=60 * MINUTES_OF_CPU)
    assert (done.stdout, done.returncode) == ("all tried\n", 0), done.stderr[-2000:]


def test_what_never_ends_is_found() -> None:
    """The same attacks find what `re` made of a command: they are able to fail."""
    pattern = r"(?:(?:toi |bac )?(?:muon|xin|can)(?: (?:toi|bac))? )*(?:gap|hoi) (?:nguoi|ai)"
    program = (
        "import re, sys; from tests.attacks import attacks, slow; known = re.compile(sys.argv[1]);"
        "print([found for unit in attacks(known.pattern) for found in slow(known.fullmatch, unit, sizes=(400, 800))])"
    )
    found = tried(program, pattern, seconds=3)
    assert found.returncode != 0 or found.stdout != "[]\n"


def test_every_module_with_patterns_is_tried() -> None:
    assert {"bot.nlu.commands", "bot.nlu.danger", "bot.flows.help_request"} <= set(modules_with_patterns())


def test_the_text_that_once_stopped_a_worker_is_no_command() -> None:
    text = "muon toi " * 25 + "x"
    assert command_in(text, fold(text)) is None


def test_a_match_with_a_group_in_it_says_something_else() -> None:
    lost = compiled(r"\bmat( khau)?\b")
    assert [means(lost, text) for text in ("mat the", "mat khau", "quen mat khau roi mat the", "")] == [1, 0, 1, 0]


def test_what_re2_does_not_know_is_refused_at_once() -> None:
    with pytest.raises(re2.error):
        compiled("(?!no)")


def test_letters_are_composed_and_towers_of_marks_cut() -> None:
    assert composed("mu\u0323c \ud83d") == "mục ?"
    assert len(composed("a" + "\u0301" * 100_000)) < 20


@pytest.mark.parametrize("length", [LONGEST_READ + 1, SENT])
def test_a_long_text_is_read_in_part_which_is_said_and_passed_on_whole(length: int) -> None:
    text = ("bác kể chuyện này dài lắm cháu ạ " * SENT)[:length]
    player = Player(setting(), known_resident("bac"))
    assert "chỉ đọc được phần đầu" in player.says(text).replies[0].text
    player.says("gặp người")
    turn = player.says(text)
    assert [said.text for said in turn.said] == [text]
    assert "chỉ đọc được phần đầu" not in turn.replies[0].text


def test_no_more_of_a_text_is_read_for_answers_than_is_read_at_all() -> None:
    assert len(Heard(Session(), Incoming("1", Chat("web", "1", "1"), "text", "số " * SENT)).plain) <= LONGEST_READ


def test_danger_is_heard_late_in_a_tale() -> None:
    tale = "Sáng nay bác đi chợ mua rau. " * 40 + "Bác vừa chuyển 50 triệu đồng cho nó rồi cháu ơi."
    assert 600 < len(tale) < LONGEST_READ
    turn = Player(setting(), known_resident("bac")).says(tale)
    assert "urgent" in {event.name for event in turn.events}
