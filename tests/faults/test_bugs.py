"""Content and code at fault: whoever can mend it is told, and the resident is never met with silence."""

import shutil
from pathlib import Path

from bot.content.loader import CONTENT, GUIDES, ROOT
from tests.faults.rig import Rig, read, until_read
from tests.faults.talk import sequential

SAID = "máy tôi nổ mất rồi 0912345678"


async def test_a_broken_guide_is_left_out_and_the_rest_works(rig: Rig, tmp_path: Path) -> None:
    shutil.copytree(ROOT / CONTENT, tmp_path / CONTENT)
    shutil.copytree(ROOT / "locales", tmp_path / "locales")
    guide = tmp_path / GUIDES / "ihanoi.yaml"
    guide.write_text(guide.read_text("utf-8").replace("next: ", "next: nowhere_", 1), "utf-8")
    app = await rig.faulty("other_content", CONTENT_ROOT=str(tmp_path))
    assert "ERROR toso.app ihanoi.yaml:" in app.log
    assert "nowhere_" in app.log
    assert await app.status(rig.session, "/g/ihanoi") == 404
    assert await app.status(rig.session, "/g/vneid-may-moi") == 200
    person = rig.telegram.person()
    for count, text in enumerate(["chào", "1", "bác", "/start vneid-may-moi"], start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    assert read(person) == sequential(["chào", "1", "bác", "/start vneid-may-moi"])


async def test_a_bug_in_a_flow_is_answered_and_reported(rig: Rig) -> None:
    app, person = await rig.faulty("with_bug"), rig.telegram.person()
    talk = ["chào", "1", "bác", SAID, "0"]
    for count, text in enumerate(talk, start=1):
        await rig.say(app, person, text)
        await until_read(person, count)
    apology, after = person.sees[-2:]
    assert "xin lỗi" in apology.text
    assert apology.labels == ("1. Gặp người giúp", "0. Menu")
    assert after.text == sequential(["chào", "1", "bác", "menu"])[-1]
    failures = [line for line in app.log.splitlines() if " ERROR " in line]
    assert len(failures) == 1
    assert "failed: KeyError match:" in failures[0]
    dumps = [rig.server.ask("DUMP", key) for key in rig.server.ask("KEYS", "*telegram*")]
    kept = [value for value in dumps if value]  # what was on its way out is gone by now
    assert kept
    for secret in ("nổ", "0912345678"):
        assert secret not in app.log
        assert not any(secret.encode() in value for value in kept)
