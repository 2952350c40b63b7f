"""Evidence: counted, learnt, packed and kept."""

import os
import subprocess
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from bot.content.loader import ROOT
from bot.model import replace
from bot.nlu.intent import prepared
from bot.nlu.linear_model import Document, Evidence, Seen, counted
from bot.nlu.normalise import without_keys
from bot.nlu.spelling import Spelling
from bot.training.model_store import KEPT, Memory, cached, packed, unpacked
from tests.setting import setting

LINES = {
    "card": ["làm thẻ mới", "mất thẻ", "đổi thẻ cũ", "thẻ hết hạn"],
    "road": ["hỏi đường đi chợ", "đường đi bến xe", "đi chợ đường nào"],
    "rain": ["trời mưa to", "mưa bao giờ tạnh", "hôm nay mưa không"],
}


def documents(lines: dict[str, list[str]] | None = None) -> list[Document]:
    return [Document(subject, line.split()) for subject, each in (lines or LINES).items() for line in each]


def likeliest(evidence: Evidence, words: Sequence[str]) -> str:
    weights = evidence.weigh(words)
    return evidence.subjects[weights.index(max(weights))]


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    memory = Memory(tmp_path_factory.mktemp("learnt"))
    memory.taught(documents())
    return memory


def test_what_is_learnt_anew_leaves_nothing_of_before(memory: Memory) -> None:
    evidence = memory.weigh(documents())
    learnt = memory.recall(documents())
    assert learnt
    assert evidence.weigh(["mưa"]) == learnt.weigh(["mưa"]) != counted(documents()).weigh(["mưa"])
    assert likeliest(evidence, ["mưa"]) == "rain"
    before = weakref.ref(evidence)
    del evidence
    assert before() is None, "its megabytes wait for nobody who collects garbage"


@pytest.mark.parametrize(("text", "subject"), [("thẻ mất", "card"), ("đường bến", "road"), ("mưa to", "rain")])
def test_words_speak_for_what_they_were_said_of(text: str, subject: str, memory: Memory) -> None:
    learnt = memory.recall(documents())
    assert learnt
    assert likeliest(counted(documents()), text.split()) == subject
    assert likeliest(learnt, text.split()) == subject


def test_a_list_that_is_long_does_not_win_by_its_length() -> None:
    many = [Document("card", line.split(), 1 / 40) for line in LINES["card"] * 10]
    few = [document for document in documents() if document.subject != "card"]
    assert likeliest(counted([*many, *few]), ["mưa"]) == "rain"


def test_parts_add_up_to_the_weight() -> None:
    evidence = counted(documents())
    words = ["làm", "thẻ", "mới"]
    total = sum(value for _, value in evidence.parts(words, "card"))
    assert total == pytest.approx(evidence.weigh(words)[evidence.subjects.index("card")], rel=1e-5)


def test_nothing_said_is_no_evidence() -> None:
    assert counted(documents()).weigh([]) == [0.0, 0.0, 0.0]


def test_what_is_packed_weighs_the_same_unpacked(memory: Memory) -> None:
    learnt = memory.recall(documents())
    assert learnt
    again = unpacked(packed(learnt))
    for words in (["thẻ", "mới"], ["mưa", "to", "lắm"], []):
        assert again.weigh(words) == learnt.weigh(words)


def test_other_documents_are_not_recalled(memory: Memory) -> None:
    assert memory.recall(documents()) is not None
    assert memory.recall(documents({**LINES, "rain": ["mưa rào"]})) is None


@pytest.mark.parametrize("broken", [b"", b"\x93junk", b"\xc1" * 100])
def test_a_broken_file_is_as_none(broken: bytes, tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.keep(documents(), counted(documents()))
    (file,) = [file for file in tmp_path.iterdir() if not file.name.startswith(".")]
    assert memory.recall(documents())
    file.write_bytes(broken)
    assert memory.recall(documents()) is None
    assert likeliest(memory.weigh(documents()), ["mưa"]) == "rain"


def test_old_files_go(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    for number in range(KEPT + 2):
        lines = documents({**LINES, "rain": [f"mưa {number}"]})
        memory.keep(lines, counted(lines))
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)):
            os.utime(file, (1_000_000 - age, 1_000_000 - age))
    assert len(list(tmp_path.iterdir())) == KEPT


async def test_learning_that_fails_says_so_and_counting_goes_on(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder")
    memory = Memory(tmp_path / "taken")
    assert not await memory.learn_beside(documents())
    assert likeliest(memory.weigh(documents()), ["mưa"]) == "rain"


def test_learning_ends_quietly_when_the_worker_dies_while_it_says_what_from(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot.training.learning", str(tmp_path / "learnt"), "0.3"]
    cut_off = msgspec.msgpack.encode(documents())[:-5]
    learner = subprocess.run(command, input=cut_off, capture_output=True, cwd=ROOT, check=False)
    assert (learner.returncode, learner.stdout, learner.stderr) == (1, b"", b"")
    assert not (tmp_path / "learnt").exists()


def test_a_worker_never_loads_what_learns() -> None:
    code = "import sys, api.app; sys.exit(bool({'sklearn', 'numpy', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("maatj", "mat"), ("mat65", "mat"), ("khaaur", "khau"), ("ddawng", "dang"), ("d9ang8", "dang"), ("dangd", "dang"),
     ("phu7o7ng2", "phuong"), ("nguwowif", "nguoi"), ("vneid", "vneid"), ("ct07", "ct07"), ("download", "download")],
)  # fmt: skip
def test_keys_of_a_keyboard_that_was_off_give_the_syllable(typed: str, meant: str) -> None:
    assert without_keys(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quen mta khau", "quen mat khau"),
        ("quen mat khauu vneid", "quen mat khau vneid"),
        ("quenmat khau", "quen mat khau"),
        ("quene maatj khaaur", "quen mat khau"),
        ("mua xoai", "mua xoai"),
        ("123456 mat khau", "123456 mat khau"),
    ],
)
def test_a_slip_is_mended_where_it_can_be_told(typed: str, meant: str) -> None:
    known = ["quen mat khau vneid", "lay lai mat khau", "mat dien thoai"]
    assert " ".join(Spelling(Seen.among([Document("", line.split()) for line in known])).mend(typed.split())) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("khai xinh", "khai sinh"),
        ("nam khai sinh", "lam khai sinh"),
        ("nam nay khai sinh", "nam nay khai sinh"),
        ("tai khoang cua toi", "tai khoan cua toi"),
        ("khoang mot tram", "khoang mot tram"),
        ("bi mat cap roi", "bi mat cap roi"),
        ("xoai", "xoai"),
    ],
)
def test_what_is_written_by_ear_is_mended_where_its_neighbours_tell(typed: str, meant: str) -> None:
    known = 3 * ["lam khai sinh", "mo tai khoan cua toi"] + ["nam nay", "khoang mot tram", "roi", *3 * ["cap doi"]]
    assert " ".join(Spelling(Seen.among([Document("", line.split()) for line in known])).mend(typed.split())) == meant


def test_what_was_worked_out_is_not_worked_out_again_for_the_same_content(tmp_path: Path) -> None:
    first, second, made = tmp_path / "first", tmp_path / "second", list[str]()

    def worked_out(content: str, *folders: Path) -> list[str]:
        def make() -> list[str]:
            made.append(content)
            return content.split()

        return cached(folders, "words", content, make, list[str])

    assert [worked_out("một hai", first), worked_out("một hai", first), worked_out("ba", first)] == [
        ["một", "hai"], ["một", "hai"], ["ba"],
    ]  # fmt: skip
    assert made == ["một hai", "ba"]
    assert worked_out("ba", first, second) == ["ba"]
    assert not second.exists(), "it was there"
    for file in first.iterdir():
        whole = file.read_bytes()
        for broken in (b"", whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b"junk" * 40):
            file.write_bytes(broken)
            assert [worked_out("một hai", first), worked_out("ba", first)] == [["một", "hai"], ["ba"]]
    (tmp_path / "taken").write_text("no folder")
    assert worked_out("ba", tmp_path / "taken") == ["ba"]
    for number in range(KEPT + 2):
        worked_out(f"số {number}", first)
    assert len(list(first.iterdir())) == KEPT


def test_what_guides_say_is_the_same_worked_out_and_kept(tmp_path: Path) -> None:
    memory, guides, talk = Memory(tmp_path), setting().library.all(), setting().matcher.talk
    added = {guides[0].id: ["cái quạt trần kêu"]}
    plain = prepared(guides, talk, {})
    assert (memory.prepared(guides, talk, {}), memory.prepared(guides, talk, {})) == (plain, plain)
    assert memory.prepared(guides, talk, added) == prepared(guides, talk, added) != plain
    assert memory.prepared(guides[1:], talk, {}) == prepared(guides[1:], talk, {})
    assert memory.prepared(guides, replace(talk, synonyms={}), {}) == prepared(guides, replace(talk, synonyms={}), {})
