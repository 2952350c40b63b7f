"""What runs the app elsewhere: lock files, recipes, image and compose file hold what the docs promise."""

import re
import shutil
import subprocess
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.app import create_app
from api.chat.uploads import PICTURE_LIMIT, VOICE_LIMIT
from api.middleware import BODY_LIMIT
from api.studio.images import LARGEST
from api.webhooks import BODY_LIMIT as WEBHOOK_LIMIT
from bot.audio.recording_repository import UPLOAD_BYTES
from bot.engine.texts import read_catalogues
from bot.settings import Settings
from bot.store.memory import MemoryStore
from tests.contracts.test_people_pages import all_routes
from tests.setting import content, parts_of

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-hearing.lock")
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text()
PINNED = re.compile(r"[\w./]+:\d+\.\d+[\w.-]*")


def _packages(requirements: list[str | dict[str, str]]) -> set[str]:
    return {re.split(r"[>=\[; ]", each)[0].lower() for each in requirements if isinstance(each, str)}


def _locked(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.M))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entry = re.compile(r"[a-z0-9-]+==\S+.*(\n    --hash=sha256:[0-9a-f]{64}.*)+")
    assert not [lines for lines in re.split(r"\n(?=\S)", text.strip()) if not entry.fullmatch(lines)]
    assert not re.search(r"://|index-url|find-links", text)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    app, dev, hearing = (_locked(lock) for lock in LOCKS)
    assert _packages(project["project"]["dependencies"]) <= app
    assert _packages(project["dependency-groups"]["dev"]) <= dev
    assert _packages(project["dependency-groups"]["hearing"]) <= hearing
    assert app <= dev


def test_what_lies_on_top_of_the_app_replaces_none_of_its_packages() -> None:
    app, *above = (set(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS)
    names = {name for name, _ in app}
    for packages in above:
        assert {(name, version) for name, version in packages if name in names} <= app


def test_without_a_python_the_recipe_says_what_is_needed(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("make", "sh", "rm"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    ran = subprocess.run(
        ["make", "setup"], cwd=tmp_path, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "Tổ Số needs Python 3.11 or newer with venv" in ran.stderr


def test_make_lists_every_recipe() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^make (\S+)", shown, re.M) == sorted(
        phony[1].split(), key=lambda recipe: shown.index(f"make {recipe} ")
    )


def test_the_ci_script_is_sound() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=True)
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_image_is_pinned_and_runs_without_rights() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert images
    assert not [image for image in images if not PINNED.fullmatch(image)]
    final = DOCKERFILE.split("FROM ")[-1]
    user = re.search(r"^USER (\d+)$", final, re.M)
    assert user
    assert int(user[1]) > 0
    assert "/healthz" in final.partition("HEALTHCHECK ")[2].splitlines()[0]
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


def test_the_image_copies_what_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    sources = " ".join(copied).split()
    allowed = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.M)
    assert sorted(sources) == sorted(allowed)
    assert not [source for source in sources if not (ROOT / source).exists()]


def test_whoever_runs_the_app_can_read_it_whatever_the_clone_allows() -> None:
    final = DOCKERFILE.split("FROM ")[-1]
    copied, _, after = final.rpartition("COPY ")
    assert "WORKDIR /app" in copied
    assert "RUN chmod -R a+rX . " in after.partition("USER ")[0]


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_pinned_and_careful(name: str) -> None:
    service = COMPOSE["services"][name]
    # What is built here has no name that a pull would look for elsewhere.
    assert service.keys() & {"build", "image"} == ({"build"} if name == "app" else {"image"})
    assert "build" in service or PINNED.fullmatch(service["image"])
    assert service["logging"] == {"driver": "local"}
    assert service["read_only"] is True
    assert service["restart"] == "unless-stopped"
    assert "no-new-privileges:true" in service["security_opt"]


def test_only_the_front_door_can_be_reached() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert services["valkey"]["networks"] == ["store"]
    assert COMPOSE["networks"]["store"] == {"internal": True}
    assert "respond /metrics 404" in CADDYFILE


def test_the_front_door_tells_visitors_apart() -> None:
    assert {port.rpartition(":")[0].rpartition(":")[0] for port in COMPOSE["services"]["caddy"]["ports"]} == {"0.0.0.0"}
    front = COMPOSE["services"]["caddy"]["networks"]["front"]["ipv4_address"]
    assert COMPOSE["services"]["app"]["environment"]["TOSO_PROXY"] == front
    assert ip_address(front) in ip_network(COMPOSE["networks"]["front"]["ipam"]["config"][0]["subnet"])
    assert "FORWARDED_ALLOW_IPS" not in COMPOSE["services"]["app"]["environment"]


def test_a_stop_is_quick_and_a_restart_of_the_app_goes_unnoticed() -> None:
    assert COMPOSE["services"]["app"]["init"] is True
    grace = re.search(r"^\tgrace_period (\d+)s$", CADDYFILE, re.M)
    assert grace
    assert 0 < int(grace[1]) < 10  # Docker kills after ten seconds
    assert re.search(r"^\t\tlb_try_duration \d+s$", CADDYFILE, re.M)
    assert "depends_on" not in COMPOSE["services"]["caddy"]  # else it is made anew with the app


def test_the_store_keeps_what_it_is_told() -> None:
    valkey = COMPOSE["services"]["valkey"]
    assert "--appendonly yes --appendfsync always" in " ".join(valkey["command"])
    assert "--protected-mode no" in " ".join(valkey["command"])  # else some builds answer this machine alone
    assert valkey["volumes"] == ["valkey:/data"]
    assert COMPOSE["services"]["app"]["depends_on"]["valkey"]["condition"] == "service_healthy"


def test_the_front_door_leads_to_the_app() -> None:
    assert "{$TOSO_PUBLIC_URL} {" in CADDYFILE
    assert "reverse_proxy app:8000" in CADDYFILE
    assert '"--port", "8000"' in DOCKERFILE


def test_drawn_pictures_outlive_a_container() -> None:
    data = re.findall(r"TOSO_DATA_DIR=(\S+)", DOCKERFILE)[0]
    assert f"pictures:{data}" in COMPOSE["services"]["app"]["volumes"]
    assert "pictures" in COMPOSE["volumes"]
    assert f"--owner toso {data}" in DOCKERFILE


def test_no_container_takes_the_machine_down() -> None:
    for name, service in COMPOSE["services"].items():
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name
        assert service["pids_limit"] > 0, name
    command = " ".join(COMPOSE["services"]["valkey"]["command"])
    assert "--maxmemory 512mb --maxmemory-policy noeviction" in command
    assert COMPOSE["services"]["valkey"]["mem_limit"] == "1g"


def test_the_front_door_says_in_words_that_the_app_is_away() -> None:
    errors = CADDYFILE.partition("handle_errors {")[2]
    for catalogue in read_catalogues(ROOT / "locales").values():
        assert catalogue["web.error.internal"] in errors


def test_the_front_door_holds_nothing_of_a_stream_back_to_compress_it() -> None:
    app = create_app(parts_of(Settings(), MemoryStore("deploy"), content()))
    streams = [re.sub(r"{\w+}", "*", route.path) for route in all_routes(app.routes) if route.path.endswith("/events")]
    assert len(streams) == 2
    encoded = re.search(r"^\t@pages not path (.+)$", CADDYFILE, re.M)
    assert encoded
    assert sorted(encoded[1].split()) == sorted(streams)
    assert "encode @pages " in CADDYFILE


def test_the_front_door_lets_through_what_the_app_takes() -> None:
    limits = {
        name: int(size) * 10**6 for name, size in re.findall(r"request_body @(\w+) {\s+max_size (\d+)MB", CADDYFILE)
    }
    assert limits["files"] > max(LARGEST, UPLOAD_BYTES + BODY_LIMIT)
    assert limits["words"] > max(BODY_LIMIT, WEBHOOK_LIMIT, PICTURE_LIMIT, VOICE_LIMIT)
