"""The benches of understanding run, and their figures mean what they say."""

from pathlib import Path

import pytest

from tests.bench import dangers, understanding
from tests.setting import setting

QUESTIONS = """quên mật khẩu vneid\tvneid-quen-mat-khau\tguide\tplain
quen mat khau vneid\tho-chieu\tguide\tbare
giá vàng hôm nay\t-\tnone\tplain
tôi vừa đọc mã otp cho nó rồi\tlua-dao\turgent\tplain
"""


def test_rates_are_printed_by_style_and_a_wrong_guess_counts_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "few.tsv").write_text(QUESTIONS, "utf-8")
    understanding.run(setting().matcher, {}, {"few": tmp_path / "few.tsv"})
    rows = {line[:10].strip(): line[10:].split() for line in capsys.readouterr().out.splitlines()}
    names = ["n", *(rate.name for rate in understanding.RATES)]
    plain, bare = (dict(zip(names, rows[style], strict=True)) for style in ("plain", "bare"))
    assert plain["first"] == plain["opened"] == plain["urgent"] == "100.0"
    assert plain["wrong"] == plain["beyond"] == bare["first"] == bare["opened"] == "0.0"
    assert bare["wrong"] == "100.0"
    assert bare["urgent"] == "–"
    assert rows["no marks"][0] == "4"


@pytest.mark.parametrize("name", understanding.SETS)
def test_residents_are_understood_as_well_as_we_promise(name: str) -> None:
    """Where it fails on the held-out set, do not read that: what is wrong shows in the others."""
    assert understanding.misses(setting().matcher, understanding.read(understanding.SETS[name])) == []


def test_a_limit_that_is_missed_is_named(tmp_path: Path) -> None:
    (tmp_path / "few.tsv").write_text(QUESTIONS, "utf-8")
    assert understanding.misses(setting().matcher, understanding.read(tmp_path / "few.tsv")) == [
        "first 50.0",
        "three 50.0",
        "opened 50.0",
        "wrong 50.0",
    ]


def test_the_figures_of_dangers_mean_what_they_say() -> None:
    samples = [
        dangers.Sample("fire", "nhà tôi đang cháy cứu với"),
        dangers.Sample("fire", "ket hon can giay to gi"),
        dangers.Sample("everyday", "hộ chiếu hết hạn thì làm lại ở đâu"),
        dangers.Sample("outside", "giá vàng hôm nay"),
    ]
    told = dangers.figures(setting().matcher, samples)
    assert told == {"caught": 50.0, "asked": 50.0, "alarmed": 0.0, "in vain": 0.0, "opened": 0.0}


def test_every_writer_of_dangers_wrote_all_that_is_measured() -> None:
    for file in dangers.FOLDER.glob("*.tsv"):
        kinds = {each.kind for each in dangers.read(file)}
        assert dangers.FIRST_AID | {dangers.EVERYDAY, dangers.OUTSIDE} <= kinds <= dangers.KINDS, file.stem
