"""`toso match`: what the bot makes of free text, and why, for people and for programs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main, toso
from bot.content.loader import ROOT

PHONE = "lam sao de dang nhap vneid dt moi"
TEXTS = {PHONE: "guide", "xin chào": "greeting", "giá vàng hôm nay": "none", "tôi vừa đọc mã otp cho nó rồi": "urgent"}


def said(*arguments: str) -> str:
    ended = CliRunner().invoke(toso, ["match", *arguments])
    assert ended.exit_code == 0, ended.output
    return ended.output


def of_texts(folder: Path) -> str:
    """A file with a text in the first column of every line; one line is empty."""
    (folder / "texts.tsv").write_text(
        "\n\n".join(f"{text}\t{decision}\tplain" for text, decision in TEXTS.items()), "utf-8"
    )
    return str(folder / "texts.tsv")


def test_a_person_reads_what_it_decides_and_how_likely_each_guide_is() -> None:
    first, *guides = said(PHONE).splitlines()
    assert first == "guide vneid-may-moi"
    assert re.fullmatch(r"  0\.\d\d vneid-may-moi", guides[0])


def test_explain_says_how_it_was_understood_and_which_words_led_there() -> None:
    understood, likeliest, *_ = said("--explain", PHONE).split("understood as: ")[1].splitlines()
    assert understood == "lam sao de dang nhap vneid dien thoai moi"
    reason = re.fullmatch(r"0\.\d\d vneid-may-moi: (.+)", likeliest)
    assert reason
    words = re.findall(r"([a-z ]+) ([+-]\d\.\d)(?:, |$)", reason[1])
    assert "vneid" in [word for word, _ in words]
    shares = [float(share) for _, share in words]
    assert shares == sorted(shares, reverse=True)


def test_a_program_gets_one_object() -> None:
    found = json.loads(said("--json", PHONE))
    assert {"text", "decision", "guide", "suggestions", "ms"} <= found.keys()
    assert (found["text"], found["decision"], found["guide"]) == (PHONE, "guide", "vneid-may-moi")
    assert 1 <= len(found["suggestions"]) <= 5
    assert all(one.keys() == {"guide", "score"} and 0 <= one["score"] <= 1 for one in found["suggestions"])
    assert json.loads(said("--json", "xin chào"))["guide"] is None


def test_a_file_gives_one_object_for_each_text(tmp_path: Path) -> None:
    found = [json.loads(line) for line in said("--file", of_texts(tmp_path)).splitlines()]
    assert {one["text"]: one["decision"] for one in found} == TEXTS


def test_it_is_the_same_in_every_process(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "bot.cli", "match", "--file", of_texts(tmp_path))
    answers = set()
    for order_of_sets in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": order_of_sets}
        ran = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        answers.add(re.sub(r', "ms": [\d.]+', "", ran.stdout))
    assert len(answers) == 1


@pytest.mark.parametrize("command", ["match", "play"])
def test_a_file_that_is_no_text_is_refused_in_one_sentence(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(SystemExit) as left:
        main([command, *(["--file"] if command == "match" else []), str(file)])
    assert left.value.code == 1
    assert capsys.readouterr() == ("", "Error: picture.txt:1: this is not text in UTF-8; save it again as UTF-8.\n")


def test_without_a_text_it_says_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["match"])
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("Error: Give a text, or --file.")
