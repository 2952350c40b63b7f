"""The checks at the door: each mistake is reported on its line and in the editor's words."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.content.checks.guide import Known, check, claims
from bot.content.checks.style import LABEL_CHARACTERS
from bot.content.facts import Fact, Facts
from bot.content.guide import TroubleWords
from bot.content.loader import ROOT, check_path, read_content
from bot.content.schema import Parsed, parse
from bot.content.yaml import Finding
from bot.errors import ContentWrong
from tests.setting import content

TODAY = date(2026, 11, 24)
BAD = Path(__file__).with_name("guides_bad")
SCREENS = ROOT / "bot/content/screens"
SITE = re.compile(r"site: (\S+\.\S+)")
EXPECTED = re.compile(r"# finding: (.*?)(?=\s*# finding: |$)")

GOOD = """\
id: good
version: 1
title: Một việc dễ
topic: vneid
ask_like: [việc dễ]
checked: {by: demo, on: 2026-11-24}
review_by: 2027-02-24
start: first
steps:
  first:
    say: TEXT
    trouble: [mang_yeu]
    next: done
"""


def known(**changes: object) -> Known:
    facts = {
        "hotline": Fact(vi="1900 0368", mark="stated", source="P3", date=TODAY),
        "site": Fact(vi="vneid.gov.vn", mark="stated", source="P3", date=TODAY),
        "old_fee": Fact(vi="7.000 đồng", mark="stated", source="P3", date=TODAY, until=date(2026, 1, 1)),
        "unsure": Fact(vi="10 ngày", en="10 days", mark="check", source="P3", date=TODAY),
    }
    terms = {
        "OTP": {"vi": ("OTP (mã số qua tin nhắn)",), "en": ("OTP (the code by text message)",)},
        "NFC": {"vi": ("NFC (áp thẻ vào lưng máy)",), "en": ("NFC (hold the card to the phone)",)},
        "App Store": {"vi": ("App Store (kho ứng dụng)",), "en": ("App Store (where apps are)",)},
    }
    words = TroubleWords("Mạng yếu", "Lại gần Wi-Fi.")
    fields: dict[str, object] = {
        "facts": Facts(facts, ("6 số", "mức 2"), terms),
        "topics": ("vneid",),
        "troubles": {"mang_yeu": {"vi": words, "en": words}},
        "guides": {"vneid-cai-dat": ("start", "store"), "vneid-muc2": None, "good": ()},
        "screens": content().screens,
        "claims": {"cai vneid": "vneid-cai-dat", "tai vneid": "vneid-cai-dat"},
        "today": TODAY,
    }
    return Known(**{**fields, **changes})  # type: ignore[arg-type]


def read(name: str) -> Parsed:
    file = BAD / f"{name}.yaml"
    english = BAD / "locales/en/guides" / file.name
    translations = {"en": (f"en/{file.name}", english.read_text("utf-8"))} if english.exists() else {}
    return parse(file.name, file.read_text("utf-8"), translations)


def expected(file: Path, shown: str) -> list[str]:
    lines = enumerate(file.read_text("utf-8").splitlines(), start=1)
    return [f"{shown}:{number}: {message}" for number, line in lines for message in EXPECTED.findall(line)]


@pytest.mark.parametrize("name", ["ways", "words", "head"])
def test_every_mistake_is_found_on_its_line_and_nothing_else(name: str) -> None:
    found = [str(one) for one in check(read(name), known()) if "no words in en" not in one.message]
    assert sorted(found) == sorted(expected(BAD / f"{name}.yaml", f"{name}.yaml"))


def test_mistakes_of_a_translation_point_at_its_own_file() -> None:
    found = [str(one) for one in check(read("translated"), known())]
    english = BAD / "locales/en/guides/translated.yaml"
    assert sorted(found) == sorted(expected(english, "en/translated.yaml"))


def test_findings_come_in_the_order_of_the_file() -> None:
    lines = [one.line for one in check(read("words"), known())]
    assert lines == sorted(lines)


def said(text: str) -> list[str]:
    found = check(parse("good.yaml", GOOD.replace("TEXT", text), {}), known())
    return [one.message.removeprefix('step "first": ') for one in found if one.blocking]


@pytest.mark.parametrize(
    "text",
    [
        "Vào {{ fact.site }}, gọi {{ fact.hotline }} nhé {{ you }}.",
        "Ở TP.HCM cũng vậy, v.v. Xong.",
        "Bấm «ĐĂNG NHẬP NGAY» rồi «Gửi OTP».",
        "OTP (mã số qua tin nhắn) gồm 6 số, mức 2.",
        "Vào app store hay chợ ứng dụng đều được.",
        "Thường là {{ fact.unsure }}, hỏi lại cho chắc.",
        "{{ Me }} ở {{ ward.office }}, {{ ward.team }}.",
        "Cứ thong thả mà làm, không ai giục, sai thì làm lại, {{ you }} nhé.",
    ],
)
def test_good_words_pass(text: str) -> None:
    assert said(f'"{text}"') == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ you|upper }}",
        "{{ you.__class__ }}",
        "{{ fact.hotline.__class__.__mro__ }}",
        "{{ fact['hotline'] }}",
        "{{ ''.join(you) }}",
        "{{ range(9) }}",
        "{{ 7 * 7 }}",
        "{% for x in you %}{% endfor %}",
        "{# hidden #}",
        "{{ you",
        "{{ }}",
        "{{ you }} {{ cycler }}",
        "{{ ward.secret }}",
        "{{ self }}",
        "{{{ you }}}",
    ],
)
def test_hostile_templates_are_refused(text: str) -> None:
    found = check(
        parse("good.yaml", GOOD.replace("TEXT", f"'{text}'" if "'" not in text else f'"{text}"'), {}), known()
    )
    assert [one.line for one in found if one.blocking] == [11]


def test_what_is_only_to_be_looked_at_does_not_block() -> None:
    found = check(read("head"), known())
    assert [one.message[:5] for one in found if not one.blocking] == ["there", "stale"]


@pytest.mark.parametrize("tap", ["Gọi 1900 0368", "vneid.gov.vn", "Trả 7.000 đồng"])
def test_a_picture_shows_no_number_that_its_screen_has_not(tap: str) -> None:
    picture = f'say: Xin chào.\n    picture: {{app: VNeID, screen: login, tap: "{tap}", alt: Trang đăng nhập.}}'
    found = check(parse("good.yaml", GOOD.replace("say: TEXT", picture), {}), known())
    assert any("can change" in one.message for one in found if one.blocking)


@pytest.mark.parametrize(
    ("alt", "fine"),
    [
        ("Cuối trang, ngón tay bấm nút Đăng nhập.", True),
        ("Trang đăng nhập, khoanh tròn nút ở cuối trang.", True),
        ("Cuối trang, ngón tay bấm nút Quên mật khẩu.", False),
        ("Cuối trang, khoanh tròn «Mật khẩu».", False),
    ],
)
def test_who_cannot_see_a_picture_is_told_the_button_it_shows(alt: str, fine: bool) -> None:
    picture = f"say: Xin chào.\n    picture: {{app: VNeID, screen: login, tap: Đăng nhập, alt: '{alt}'}}"
    found = check(parse("good.yaml", GOOD.replace("say: TEXT", picture), {}), known())
    assert any('"alt" says' in one.message for one in found if one.blocking) != fine


@pytest.mark.parametrize(("title", "fine"), [("Giấy CT07", True), ("Giấy CT08", False), ("Gọi 1900 0368", False)])
def test_a_title_spells_out_a_form_and_nothing_else(title: str, fine: bool) -> None:
    facts = known().facts
    form = Fact(vi="CT07", mark="stated", source="L10", date=TODAY)
    there = known(facts=Facts({**facts.facts, "form": form}, facts.names, facts.terms))
    text = GOOD.replace("TEXT", "Xin chào.").replace("Một việc dễ", title)
    found = [one.message for one in check(parse("good.yaml", text, {}), there) if one.blocking]
    assert (found == []) == fine


def test_the_sites_on_pictures_are_facts() -> None:
    sites = {site for file in SCREENS.glob("*.yaml") for site in SITE.findall(file.read_text("utf-8"))}
    assert sites
    assert sites <= {fact.vi for fact in content().facts.facts.values()}


TWO_WAYS = """\
steps:
  first:
    say: Máy nào?
    choices:
      old: {label: Máy cũ, go: told}
      new: {label: Máy mới, go: use}
  told:
    say: OTP (mã số qua tin nhắn) gồm 6 số.
    trouble: [cho_lau]
    next: use
  use:
    say: Gõ OTP vào ô.
    trouble: [cho_lau]
    next: done
troubles:
  cho_lau: {label: Chờ lâu, say: "OTP chưa về thì chờ."}
"""


@pytest.mark.parametrize(
    ("go", "wrong"),
    [
        ("guide:vneid-cai-dat/store", ""),
        ("guide:vneid-muc2/nobody_can_read", ""),
        ("guide:vneid-cai-dat/stroe", 'goes to step "stroe" of guide "vneid-cai-dat", which is not there.'),
        ("guide:vneid-cai/store", 'goes to guide "vneid-cai", which is not there.'),
    ],
)
def test_a_way_into_the_middle_of_another_guide_leads_to_a_step_of_it(go: str, wrong: str) -> None:
    there = GOOD[: GOOD.index("steps:")] + TWO_WAYS.replace("go: told}", f'go: "{go}"}}')
    found = [one.message for one in check(parse("good.yaml", there, {}), known()) if "goes to" in one.message]
    assert bool(found) == bool(wrong)
    assert wrong in "".join(found)


def test_a_term_is_explained_on_every_way_to_it() -> None:
    two_ways = GOOD[: GOOD.index("steps:")] + TWO_WAYS
    found = [one.message for one in check(parse("good.yaml", two_ways, {}), known()) if one.blocking]
    assert [message.split(" is not")[0] for message in found] == ['step "use": "OTP"', 'trouble "cho_lau": "OTP"']
    there = two_ways.replace("Gõ OTP vào ô.", "Gõ OTP (mã số qua tin nhắn).")
    assert [one for one in check(parse("good.yaml", there, {}), known()) if one.blocking] == []


def test_a_missing_step_is_reported_once() -> None:
    found = [one for one in check(read("ways"), known()) if one.line == 14]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("say: TEXT", "sya: TEXT", 'good.yaml:11: "sya" is not known here. Did you mean "say"?'),
        ("say: TEXT", "say: 5", "good.yaml:11: Expected text, got a whole number (in steps → first → say)."),
        ("version: 1", "version: one", "good.yaml:2: Expected a whole number, got text (in version)."),
        ("topic: vneid\n", "", 'good.yaml:1: "topic" is missing.'),
        (
            "review_by: 2027-02-24",
            "review_by: 2027-02-30",
            'good.yaml:7: "2027-02-30" is not a date',
        ),
        ("title: Một việc dễ", "title: a\ntitle: b", 'good.yaml:4: "title" is written twice here; keep one of them.'),
        ("    next: done", "    next: done\n    do: Bấm.", 'good.yaml:10: step "first" needs either "say" or "do"'),
        ("TEXT", "*x", "good.yaml:11: this is not readable YAML"),
        ("title: Một", "title: &x Một", "good.yaml:3: write this out in full; & and * are not used here."),
        ("TEXT", "[" * 30 + "]" * 30, "good.yaml:11: this is nested too deeply."),
    ],
)
def test_an_unreadable_file_says_where_and_why(old: str, new: str, message: str) -> None:
    text = GOOD.replace(old, new) if "&x" not in new else GOOD.replace(old, new).replace("TEXT", "*x")
    with pytest.raises(ContentWrong) as wrong:
        parse("good.yaml", text, {})
    assert str(wrong.value).startswith(message)


def test_two_guides_may_not_ask_the_same() -> None:
    parsed = parse("good.yaml", GOOD, {})
    assert claims(parsed) == {"mot viec de", "viec de"}
    clash = check(parsed, known(claims={"viec de": "other"}))
    assert [one.line for one in clash if one.blocking] == [5]


def test_a_folder_is_checked_with_the_translations_beside_it() -> None:
    found = check_path(BAD, TODAY)
    assert {one.file for one in found if one.blocking} >= {"ways.yaml", "locales/en/guides/translated.yaml"}
    assert check_path(BAD / "ways.yaml", TODAY) == [one for one in found if one.file == "ways.yaml"]


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "broken.yaml").write_text("id: [", "utf-8")
    found = check_path(tmp_path, TODAY)
    assert [(one.file, one.blocking) for one in found] == [("broken.yaml", True), ("odd.yaml", True)]
    with pytest.raises(FileNotFoundError):
        check_path(tmp_path / "missing.yaml", TODAY)


def test_the_content_we_ship_is_fit_to_publish() -> None:
    content = read_content(ROOT, None, TODAY)
    assert [str(one) for one in content.findings if one.blocking] == []
    assert content.ward.demo
    assert len(content.guides) >= 8


def test_every_guide_stands_in_the_menu_once() -> None:
    content = read_content(ROOT, None, TODAY)
    shown = Counter(guide for topic in content.topics for guide in topic.guides)
    assert {parsed.guide.id: shown[parsed.guide.id] for parsed in content.guides} == {
        parsed.guide.id: 1 for parsed in content.guides
    }
    assert [topic.id for topic in content.topics if max(map(len, topic.titles.values())) > LABEL_CHARACTERS] == []


def test_a_broken_guide_is_left_out_and_the_rest_works(tmp_path: Path) -> None:
    folder = tmp_path / "bot/content"
    (folder / "guides").mkdir(parents=True)
    for name in ("facts", "facts.second", "topics", "troubles", "talk"):
        (folder / f"{name}.yaml").write_text((ROOT / f"bot/content/{name}.yaml").read_text("utf-8"), "utf-8")
    joints = (ROOT / "bot/content/guides.second.yaml").read_text("utf-8")
    joint = "{start: first, ways: {first: done}}"
    ours = f"guides: {{good: {joint}, bad: {joint}, odd: {joint}}}\n"
    (folder / "guides.second.yaml").write_text(ours + joints[joints.index("\ntroubles:") :], "utf-8")
    (folder / "guides/good.yaml").write_text(GOOD.replace("TEXT", "Xin chào."), "utf-8")
    (folder / "guides/bad.yaml").write_text(GOOD.replace("id: good", "id: bad").replace("done", "dome"), "utf-8")
    (folder / "guides/odd.yaml").write_text("- 1", "utf-8")
    content = read_content(tmp_path, None, TODAY)
    assert [parsed.guide.id for parsed in content.guides] == ["good"]
    files = {one.file for one in content.findings if one.blocking and one.file != "topics.yaml"}
    assert files == {"bad.yaml", "odd.yaml"}


def test_a_finding_reads_as_a_place_and_a_message() -> None:
    assert str(Finding("a.yaml", 3, "no.")) == "a.yaml:3: no."
