"""Every telephone number that we say can be tapped, and nothing else can."""

import pytest

from bot.nlu.telephones import telephones
from tests.setting import content

LINES = ("_line", "_hotline")
GROUPS = ("bank_",)
OTHERS = ("wallet_momo", "wallet_zalopay", "wallet_viettel", "sim_viettel", "sim_vinaphone", "sim_mobifone")
NOT_CALLED = ("scam_sms_line",)


def _dialled(text: str) -> list[str]:
    return [number.dial for number in telephones(text)]


def test_every_line_among_the_facts_can_be_called() -> None:
    facts = content().facts.facts
    lines = [name for name in facts if name.endswith(LINES) or name.startswith(GROUPS) or name in OTHERS]
    assert len(lines) > 20
    for name in lines:
        if name not in NOT_CALLED:
            assert len(_dialled(f"Gọi {facts[name].vi}, đọc địa chỉ.")) == 1, name


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("Gọi 113 công an, 114 cứu hỏa.", ["113", "114"]),
        ("1900\u00a00368", ["19000368"]),
        ("0000 000 000 (số mẫu)", ["0000000000"]),
        ("+84 96 306 1414", ["+84963061414"]),
        ("số 113 đường Mẫu, 115 ngày, điều 112", []),
        ("15.000 đồng, ngày 31/12/2026, thẻ 001 059 012 345", []),
    ],
)
def test_amounts_dates_and_addresses_are_no_telephones(text: str, dialled: list[str]) -> None:
    assert _dialled(text) == dialled
