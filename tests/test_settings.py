"""Settings: what is read, what is refused, and in which words."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.errors import SettingWrong
from bot.settings import ROWS, Settings, default, environment, unknown

ROOT = Path(__file__).parent.parent
CODE = {
    file: file.read_text()
    for folder in ("bot", "api")
    for file in (ROOT / folder).rglob("*.py")
    if file.name != "settings.py"
}
TOKEN = "12345:AbC-d_e"
REDACTED = {
    "REDIS_URL": "redis://:pa55@db:6379",
    "TELEGRAM_TOKEN": TOKEN,
    "TELEGRAM_SECRET": "s3cr3t",
    "ZALO_BOT_TOKEN": "67890:xYz~",
    "ZALO_BOT_SECRET": "s3cr3t-t00",
    "ZALO_OA_APP_SECRET": "oaAppS3cret",
    "ZALO_OA_SECRET_KEY": "oaS3cretKey",
    "ZALO_OA_REFRESH_TOKEN": "oaR3fresh",
}


def test_nothing_set_runs_the_demo() -> None:
    settings = Settings.read({})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8000, Path("var"))


def test_all_of_it_is_read() -> None:
    settings = Settings.read(
        {
            **REDACTED,
            "PORT": "9000",
            "TOSO_PUBLIC_URL": "https://toso.example.vn/",
            "TOSO_WARD": "ward.yaml",
            "TOSO_LOG": "json",
            "TELEGRAM_API": "http://127.0.0.1:8081/",
            "TELEGRAM_CHAT_RATE": "0.5",
            "SOMETHING_ELSE": "is not ours",
        }
    )
    assert settings.port == 9000
    assert settings.public_url == "https://toso.example.vn"
    assert settings.ward == Path("ward.yaml")
    assert settings.log == "json"
    assert settings.telegram_api == "http://127.0.0.1:8081"
    assert settings.telegram_chat_rate == 0.5
    assert settings.redis_url == REDACTED["REDIS_URL"]


@pytest.mark.parametrize("name", [row.name for row in ROWS.values()])
def test_empty_means_unset(name: str) -> None:
    assert Settings.read({name: "  "}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "fix"),
    [
        ("PORT", "http", "write a whole number from 1 to 65535"),
        ("PORT", "0", "write a whole number from 1 to 65535"),
        ("PORT", "８０００", "write a whole number from 1 to 65535"),
        ("TOSO_RETENTION_DAYS", "-1", "write a whole number from 1 to 3650"),
        ("TELEGRAM_RATE", "fast", "write a number, for example 30 or 0.5; 0 means no limit"),
        ("TELEGRAM_RATE", "nan", "write a number, for example 30 or 0.5; 0 means no limit"),
        ("TOSO_LOG", "xml", "write text or json"),
        ("HOST", "http://here", "write a host name or an IP address, for example 127.0.0.1"),
        ("TELEGRAM_TOKEN", "AbC", "copy the whole token from @BotFather, it looks like 123456:ABC-DEF"),
        ("TELEGRAM_SECRET", "a b", "write 1–256 letters, digits, _ or -"),
        ("TELEGRAM_SECRET", "x" * 257, "write 1–256 letters, digits, _ or -"),
        ("TELEGRAM_API", "api.telegram.org", "write a whole address that begins with https:// or http://"),
        ("TOSO_PUBLIC_URL", "http://toso.example.vn", "begin it with https:// (http:// is for this machine only)"),
        ("TOSO_PUBLIC_URL", "https://toso.example.vn/chat", "write https:// and the host name, nothing after it"),
        ("ZALO_BOT_TOKEN", "1:a/b", "copy the whole token from Zalo Bot Creator, it looks like 123456:abc"),
        ("ZALO_BOT_SECRET", "short", "write 8–256 letters, digits, _ or -"),
        ("ZALO_BOT_QUOTA", "-1", "write a whole number from 0 to 999999999"),
        ("ZALO_BOT_GROUPS", "maybe", "write yes or no"),
        ("ZALO_OA_APP_ID", "my app", "copy the id from the app's settings page, it is a number"),
        ("ZALO_OA_MAY_COST", "1", "write yes or no"),
        (
            "REDIS_URL",
            "localhost:6379",
            "write a whole address that begins with redis:// or rediss:// or unix:// or redis+cluster:// "
            "or redis+sentinel://",
        ),
    ],
)
def test_a_wrong_one_is_refused_in_one_sentence_with_the_fix(name: str, text: str, fix: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        Settings.read({name: text})
    assert str(refused.value) == f"{name} is wrong: {fix}."


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8443", "https://toso.example.vn"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert Settings.read({"TOSO_PUBLIC_URL": url}).public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis://h",
        "rediss://:pw@h:6380/0",
        "unix:///run/valkey.sock",
        "redis+cluster://a:1,b:2",
        "redis+sentinel://a:1,b:2/ward/0",
    ],
)
def test_every_kind_of_store_address_is_taken(url: str) -> None:
    assert Settings.read({"REDIS_URL": url}).redis_url == url


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        (
            "TELEGRAM_TOKEN",
            "TELEGRAM_SECRET is missing: set it to 1–256 letters, digits, _ or -, because TELEGRAM_TOKEN is set.",
        ),
        (
            "ZALO_BOT_TOKEN",
            "ZALO_BOT_SECRET is missing: set it to 8–256 letters, digits, _ or -, because ZALO_BOT_TOKEN is set.",
        ),
    ],
)
def test_a_token_needs_its_secret(token: str, sentence: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        Settings.read({token: TOKEN})
    assert str(refused.value) == sentence


@pytest.mark.parametrize("missing", ["ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY"])
def test_an_official_account_needs_both_secrets(missing: str) -> None:
    given = {"ZALO_OA_APP_ID": "42", "ZALO_OA_APP_SECRET": "a", "ZALO_OA_SECRET_KEY": "b"}
    assert Settings.read(given).zalo_oa_rate == 3600
    with pytest.raises(SettingWrong, match=f"{missing} is missing"):
        Settings.read(given | {missing: ""})


def test_secrets_never_show() -> None:
    shown = repr(Settings.read(REDACTED))
    assert "port=8000" in shown
    assert not [secret for secret in REDACTED.values() if secret in shown]


def test_groups_of_zalo_are_switched_on_with_yes() -> None:
    assert [Settings.read({"ZALO_BOT_GROUPS": text}).zalo_bot_groups for text in ("yes", "no")] == [True, False]


def test_a_refusal_does_not_repeat_the_secret() -> None:
    with pytest.raises(SettingWrong) as refused:
        Settings.read({"TELEGRAM_TOKEN": "hush-hush"})
    assert "hush" not in str(refused.value)


def test_a_misspelt_name_is_pointed_out() -> None:
    assert unknown({"TELEGRAM_TOKN": "1", "TOSO_COLOUR": "red", "TOSO_LOG": "json", "PATH": "/bin"}) == [
        "TELEGRAM_TOKN is not a setting. Did you mean TELEGRAM_TOKEN?",
        "TOSO_COLOUR is not a setting.",
    ]


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# the ward's own\nPORT=9001\nTOSO_LOG=json\nTOSO_DATA_DIR='a$HOME'\nODD\n")
    monkeypatch.setenv("PORT", "9002")
    settings = Settings.read(environment(tmp_path))
    assert (settings.port, settings.log, settings.data_dir) == (9002, "json", Path("a$HOME"))


def test_without_a_file_only_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOSO_LOG", "json")
    assert environment(tmp_path)["TOSO_LOG"] == "json"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path, mark: str) -> None:
    (tmp_path / ".env").write_text(f"{mark}TELEGRAM_RATE=7\n", "utf-8")
    assert Settings.read(environment(tmp_path)).telegram_rate == 7


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9001\n", "utf-16")
    with pytest.raises(SettingWrong, match="save it again as UTF-8"):
        environment(tmp_path)


@pytest.mark.parametrize("field", ROWS)
def test_every_row_is_complete(field: str) -> None:
    row = ROWS[field]
    assert row.name.isupper()
    assert row.help
    assert default(field)
    given = getattr(Settings(), field)
    if given:
        assert row.read(default(field)) == given


@pytest.mark.parametrize("field", ROWS)
def test_every_setting_is_read_by_something(field: str) -> None:
    assert [file for file, text in CODE.items() if re.search(rf"settings\.{field}\b", text)]


def test_nothing_else_reads_the_environment() -> None:
    reads = re.compile(r"environ\.get\(|environ\[[^]]+\](?! = )|getenv")
    assert not [file for file, text in CODE.items() if reads.search(text)]


def test_the_log_forms_are_those_of_the_type() -> None:
    forms = get_args(Settings.__annotations__["log"].__origin__)
    assert [ROWS["log"].read(form) for form in forms] == list(forms)
