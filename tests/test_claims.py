"""What guides claim without a figure is held against its source, in whatever language it is changed."""

import pytest

from bot.content.checks.claims import CLAIMS
from bot.content.checks.second_copy import FILE, read_second
from bot.content.loader import ROOT, named_text
from tests.mutations import Checker

LIES = [
    ("vneid-muc2", "phải ra công an làm trực tiếp", "thì làm trực tiếp", "at a police office", "anywhere you like"),
    ("tam-tru", "Giấy đó không phải công chứng.", "Giấy đó phải công chứng.", "It need not be", "It has to be"),
    ("khai-tu", "thì không mất tiền", "thì mất tiền", "it is free", "it costs money"),
    ("lltp", "con thì không cần giấy ủy quyền", "con thì cần giấy ủy quyền", "need no power", "need a power"),
    ("ket-hon", "Không phải nộp giấy độc thân nữa", "Phải nộp giấy độc thân", "No proof of", "Proof of"),
    ("ct07", "Xin giấy này không mất phí.", "Xin giấy này mất phí.", "The paper is free.", "The paper has a fee."),
    ("tam-tru", "thường vẫn nộp được", "thường không nộp được", "you can usually file", "you cannot usually file"),
    ("an-toan", "cả {{ me }}, đều không cần mã đó", "cả {{ me }}, đều cần mã đó", "none of us", "all of us"),
]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


@pytest.mark.parametrize(("name", "true", "lie", "english", "also"), LIES)
def test_a_lie_told_in_both_languages_is_seen(
    checker: Checker, name: str, true: str, lie: str, english: str, also: str
) -> None:
    vi, en = checker.texts[name]
    assert true in vi
    told = [one.message for one in checker.findings(name, (vi.replace(true, lie), en.replace(english, also)))]
    assert [one for one in told if "claims.yaml" in one]


def test_a_claim_that_a_guide_makes_no_more_is_missed(checker: Checker) -> None:
    vi, en = checker.texts["thuong-tru"]
    told = checker.findings("thuong-tru", (vi.replace("cắt khẩu trước", "làm gì trước"), en))
    assert [one for one in told if "no line says" in one.message]


def test_each_claim_names_guides_and_a_source_that_spoke_then(checker: Checker) -> None:
    second = read_second(*named_text(ROOT / "bot/content" / FILE))
    assert {name for claim in CLAIMS for name in claim.of} <= set(checker.names)
    sources = {claim.source: claim.date for claim in CLAIMS}
    known = {name: second.sources["section" if name.startswith("section ") else name] for name in sources}
    assert [claim.claim for claim in CLAIMS if claim.date not in known[claim.source]] == []
