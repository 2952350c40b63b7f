"""What to take along: a list in each language, offered where somebody is sent somewhere, checked like other texts."""

import pytest
from msgspec.structs import replace

from bot.content.checks.guide import check
from bot.content.guide import LANGUAGES, Guide
from bot.content.schema import parse
from bot.engine.steps import page_of, step_choices, things, whole_list
from tests.setting import content, setting
from tests.test_checks import GOOD, known

WITH_LIST = [parsed.guide for parsed in content().guides if parsed.guide.says("vi").bring]
PROCEDURES = {
    *("an-sinh", "bhxh", "can-cuoc", "chu-ky-so", "chung-thuc", "ct07", "dat-dai", "doi-gplx", "dvc-nhan-ket-qua"),
    *("ho-chieu", "ho-kinh-doanh", "ho-tro", "hon-nhan", "ket-hon", "khai-sinh", "khai-tu", "lltp", "sim", "tam-tru"),
    *("tam-vang", "thuong-tru", "trich-luc", "tro-cap", "vneid-bhyt", "vneid-doi-sdt", "vneid-luu-tru", "vneid-muc1"),
    "vneid-muc2",
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
    assert _blocked("[Tiền mặt, 'Giấy cũ, nếu có']", "bring: [Cash, The old paper]\n") == []
    short = _blocked("[Tiền mặt, 'Giấy cũ, nếu có']", "bring: [Cash]\n")
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


def test_where_to_bring_it_needs_something_to_bring() -> None:
    text = GOOD.replace("TEXT", "Xin chào.").replace("start: first", "bring_to: office\nstart: first")
    assert [one.message for one in check(parse("good.yaml", text, {}), known()) if one.blocking] == [
        '"bring_to" says where to bring things, and "bring" lists none.'
    ]


def notary() -> Guide:
    guide = setting().library.current("chung-thuc")
    assert guide
    return guide


def test_answers_shorten_the_list_and_stand_in_its_address() -> None:
    guide = notary()
    everything = guide.says("vi").bring
    assert things(guide, "vi", ["wish"]) == everything
    assert things(guide, "vi", ["wish", "sign"]) == (everything[2],)
    assert page_of(guide, "vi", ["wish"]) == "/b/chung-thuc"
    assert page_of(guide, "en", ["wish", "copy", "counter"]) == "/b/chung-thuc?at=copy,counter&lang=en"
    assert things(guide, "vi", ["no-such-step"]) == everything


@pytest.mark.parametrize("guide", WITH_LIST, ids=[guide.id for guide in WITH_LIST])
def test_nobody_gets_an_empty_list(guide: Guide) -> None:
    for lang in LANGUAGES:
        for step in guide.steps:
            assert things(guide, lang, [step]), step


def test_the_list_says_where_and_when_and_where_to_tick_it_off() -> None:
    voice, ward = setting().words.voice("vi", "bac"), setting().ward
    said = whole_list(voice, notary(), ward, "vi", ["sign"], "https://phuong.example")
    assert f"Nơi gần đây: {ward.office.says}." in said
    assert f"Giờ làm việc: {ward.office.hours}." in said
    assert said.endswith("https://phuong.example/b/chung-thuc?at=sign")
    closed = replace(ward, office=replace(ward.office, hours=""))
    assert "Giờ làm việc" not in whole_list(voice, notary(), closed, "vi", [], "")


def test_the_list_is_one_message_on_every_channel() -> None:
    """In Zalo's and Telegram's limits, so that one long press passes all of it on."""
    words, ward = setting().words, setting().ward
    for guide in WITH_LIST:
        for lang in LANGUAGES:
            said = whole_list(words.voice(lang, "bac"), guide, ward, lang, [], "https://phuong-viet-hung.example")
            assert len(said) < 1000, guide.id


def test_a_guide_without_a_list_offers_none() -> None:
    guide = parse("good.yaml", GOOD.replace("TEXT", "Xin chào."), {}).guide
    assert "bring" not in dict(step_choices(setting().words.voice("vi", "bac"), guide, "first", "vi"))
