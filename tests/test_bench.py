"""The benches of understanding run, and their figures mean what they say."""

from pathlib import Path

import pytest

from tests.bench import understanding
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
