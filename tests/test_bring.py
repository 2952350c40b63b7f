"""What to take along: a list in each language, offered where somebody is sent somewhere, checked like other texts."""

import pytest

from bot.content.checks import check
from bot.content.guide import LANGUAGES, Guide
from bot.content.parse import parse
from bot.steps import step_choices
from tests.setting import content, setting
from tests.test_checks import GOOD, known

WITH_LIST = [parsed.guide for parsed in content().guides if parsed.guide.says("vi").bring]
PROCEDURES = {
    *("can-cuoc", "chung-thuc", "dat-dai", "doi-gplx", "ho-chieu", "ho-kinh-doanh", "hon-nhan", "ket-hon", "khai-sinh"),
    *("khai-tu", "lltp", "tam-tru", "thuong-tru", "trich-luc", "tro-cap", "vneid-muc2"),
}


def _blocked(bring: str, english: str = "") -> list[str]:
    text = GOOD.replace("TEXT", "Xin chào.").replace("start: first", f"bring: {bring}\nstart: first")
    words = "title: Good\nsteps:\n  first: {say: Hello.}\n"
    found = check(parse("good.yaml", text, {"en": ("en/good.yaml", words + english)} if english else {}), known())
    return [one.message for one in found if one.blocking]


@pytest.mark.parametrize(
    ("bring", "message"),
    [
        ("[Thẻ căn cước, thẻ căn cước]", "stands here twice"),
        ("['']", "a thing to bring has no words."),
        (f"[{'a' * 81}]", "81 characters; at most 80."),
        ("[a, b, c, d, e, f, g, h]", "there are 8 things to bring; at most 7."),
        ("[Máy có NFC]", '"NFC" is not explained where it comes first'),
        ("[Nộp trong 15 ngày]", '"15 ngày" is a number that can change'),
        ("['Nộp trong {{ fact.unsure }}']", 'fact "fact.unsure" is not certain'),
        ("[Giấy của bác]", 'write "{{ you }}"'),
        ("[Tờ khai ở bit.ly]", '"bit.ly" is an address that can change'),
    ],
)
def test_the_list_is_checked_like_other_texts(bring: str, message: str) -> None:
    assert any(message in found for found in _blocked(bring))


def test_a_good_list_passes_and_a_translation_has_as_many_lines() -> None:
    assert _blocked("[Thẻ căn cước, 'Giấy cũ, nếu có']", "bring: [Your card, The old paper]\n") == []
    short = _blocked("[Thẻ căn cước, 'Giấy cũ, nếu có']", "bring: [Your card]\n")
    assert short == ['"bring" has 1 lines here and 2 in the Vietnamese text.']
    other = _blocked("['Thẻ', 'Hỏi trong {{ fact.unsure }}']", "bring: [Your card, Ask first]\n")
    assert other == ["{{ fact.unsure }} is only in the Vietnamese text."]
    swapped = _blocked(
        "['Hỏi {{ fact.unsure }}', 'Gọi {{ fact.hotline }}']",
        "bring: ['Ask {{ fact.hotline }}', 'Ask {{ fact.unsure }}']\n",
    )
    assert swapped == ["the facts stand in another order than in the Vietnamese text: fact.unsure, fact.hotline."]


def test_every_procedure_has_a_list() -> None:
    assert PROCEDURES - {guide.id for guide in WITH_LIST} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("guide", WITH_LIST, ids=[guide.id for guide in WITH_LIST])
def test_it_is_offered_where_somebody_is_sent_somewhere(guide: Guide, lang: str) -> None:
    voice = setting().words.voice(lang, "bac")
    offered = {step for step in guide.steps if "bring" in dict(step_choices(voice, guide, step, lang))}
    assert offered - {guide.start} == {step for step, shape in guide.steps.items() if shape.end == "advice"}
    assert offered, "nobody would find it"


def test_a_guide_without_a_list_offers_none() -> None:
    guide = parse("good.yaml", GOOD.replace("TEXT", "Xin chào."), {}).guide
    assert "bring" not in dict(step_choices(setting().words.voice("vi", "bac"), guide, "first", "vi"))
