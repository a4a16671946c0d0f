"""The files around the container: no built-in secrets, settings that exist, one list of ports."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from donfra_live.livekit_server.config import VERSION
from donfra_live.recorder.fonts import FONTS, folders
from donfra_live.settings import Settings
from tests.bun import BUN

INFRA = Path(__file__).parents[2] / "infra"
COMPOSE = (INFRA / "compose.yml").read_text()
DOCKERFILE = (INFRA / "Dockerfile").read_text()


def app_environment() -> dict[str, str]:
    app = COMPOSE.split("\n  livekit:\n")[0].split("environment:\n")[1].split("    volumes:")[0]
    return dict(re.findall(r"^      ([A-Z_]+): (.+)$", app, re.MULTILINE))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """compose.yml, read by the front end's tool, which knows YAML."""
    read = "console.log(JSON.stringify(Bun.YAML.parse(await Bun.file(process.env.FILE).text())))"
    done = subprocess.run(
        [BUN, "-e", read],
        env={**os.environ, "FILE": str(INFRA / "compose.yml")},
        capture_output=True,
        check=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_part_is_there_and_waits_for_parts_that_are(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"app", "livekit", "postgres", "redis", "caddy", "jaeger"}
    for name, service in services.items():
        waits = service.get("depends_on", {})
        for other in waits:
            assert other in services, name
            if isinstance(waits, dict) and waits[other]["condition"] == "service_healthy":
                assert "healthcheck" in services[other], other


def test_what_is_mounted_exists(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            there = (INFRA / source).is_file() if source.startswith(".") else source in compose["volumes"]
            assert there, f"{name}: {mount}"
    build = compose["services"]["app"]["build"]
    assert (INFRA / build["context"] / build["dockerfile"]).is_file()


def test_the_parts_find_each_other_by_name(compose: dict[str, Any]) -> None:
    services = compose["services"]
    addresses = [
        *services["app"]["environment"].values(),
        services["livekit"]["environment"]["REDIS_HOST"],
        (INFRA / "livekit/livekit.yaml").read_text().split("urls:")[1].split("]")[0],
        *re.findall(r"_UPSTREAM:([a-z]+:[0-9]+)\}", (INFRA / "Caddyfile").read_text()),
    ]
    named = {host for one in addresses for host in re.findall(r"(?:^|//|@)([a-z]+):[0-9]{4}", one)}
    assert named == {"app", "livekit", "postgres", "redis", "jaeger"}


def test_nothing_starts_without_its_secrets() -> None:
    for name in ("LIVEKIT_API_SECRET", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", COMPOSE)
        assert uses
        assert all(":?" in use for use in uses), f"{name} may not have a value of ours"


def test_what_must_be_given_stands_in_the_example_without_a_value() -> None:
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    example = re.findall(r"^([A-Z_]+)=(.*)$", (INFRA / "env.example").read_text(), re.MULTILINE)
    assert {name for name, _ in example} == needed
    assert not [value for _, value in example if value]


def test_the_app_is_given_settings_that_exist() -> None:
    known = {name.upper() for name in Settings.model_fields} | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert app_environment().keys() <= known


def test_any_other_setting_reaches_the_app_from_the_same_file(compose: dict[str, Any]) -> None:
    """E-mail, OpenID, limits, retention: nobody has to change compose.yml for them."""
    assert compose["services"]["app"]["env_file"] == ".env"
    optional = re.findall(r"^# ([A-Z_]+)=", (INFRA / "env.example").read_text(), re.MULTILINE)
    assert {"SMTP_URL", "MAIL_FROM"} < set(optional) <= {name.upper() for name in Settings.model_fields}


def test_what_the_app_does_not_use_yet_is_not_started(compose: dict[str, Any]) -> None:
    started = {name for name, service in compose["services"].items() if not service.get("profiles")}
    assert started == {"app", "livekit", "postgres", "redis", "caddy"}


def test_the_media_server_is_the_version_the_app_is_tested_with() -> None:
    assert f"livekit/livekit-server:v{VERSION}" in COMPOSE


def test_the_webhook_is_signed_with_the_key_the_app_knows() -> None:
    config = (INFRA / "livekit/livekit.yaml").read_text()
    assert f"api_key: {app_environment()['LIVEKIT_API_KEY']}\n" in config
    assert '"donfra: ${LIVEKIT_API_SECRET' in COMPOSE


@pytest.mark.parametrize(
    "words", ["USER donfra", "VOLUME /data", "HEALTHCHECK", "EXPOSE 8080 7880 7881 7882/udp"]
)
def test_the_container_keeps_its_promises(words: str) -> None:
    assert words in DOCKERFILE


def test_every_step_of_the_container_is_a_script_that_exists() -> None:
    steps = re.findall(r"^RUN ((?:infra|scripts)/\S+)", DOCKERFILE, re.MULTILINE)
    assert len(steps) == 5
    assert all((INFRA.parent / step).is_file() for step in steps)


def test_the_service_without_a_container_starts_a_script_that_exists() -> None:
    unit = dict(re.findall(r"^(\w+)=(.+)$", (INFRA / "donfra-live.service").read_text(), re.MULTILINE))
    script = Path(unit["ExecStart"]).relative_to(unit["WorkingDirectory"])
    assert os.access(INFRA.parent / script, os.X_OK)
    guide = (INFRA.parent / "docs/running.md").read_text()
    assert f"git clone ADDRESS-OF-THE-REPOSITORY {unit['WorkingDirectory']}\n" in guide
    assert f"--home-dir /var/lib/donfra {unit['User']}\n" in guide


def test_the_guide_names_parts_that_exist(compose: dict[str, Any]) -> None:
    guide = (INFRA.parent / "docs/running.md").read_text()
    named = re.findall(
        r"compose\.yml (?:exec -T|stop|logs -f|up -d --wait|run --rm --no-deps -T) (\w+)", guide
    )
    assert set(named) == {"app", "postgres"}
    assert set(named) <= set(compose["services"])


def test_the_font_of_the_container_is_where_the_recorder_looks() -> None:
    (made,) = re.findall(r"^RUN infra/steps/font.sh (\S+)", DOCKERFILE, re.MULTILINE)
    (there,) = re.findall(rf"^COPY --from=build {made} (\S+)", DOCKERFILE, re.MULTILINE)
    assert any(Path(there).is_relative_to(folder) for folder in folders("linux"))
    assert "DejaVuSans.ttf" in FONTS


def test_the_timer_of_backups_runs_a_script_that_exists_as_the_service_does() -> None:
    guide = (INFRA.parent / "docs/running.md").read_text()
    names = re.findall(r"/opt/donfra-live/infra/(donfra-backup\.\w+)", guide)
    assert sorted(names) == ["donfra-backup.service", "donfra-backup.timer"]
    assert all((INFRA / name).is_file() for name in names)
    app, backup = (
        dict(re.findall(r"^(\w+)=(.+)$", (INFRA / name).read_text(), re.MULTILINE))
        for name in ("donfra-live.service", "donfra-backup.service")
    )
    for same in ("User", "WorkingDirectory"):
        assert backup[same] == app[same]
    assert os.access(INFRA.parent / Path(backup["ExecStart"]).relative_to(app["WorkingDirectory"]), os.X_OK)
    assert f"{app['WorkingDirectory']}/data/backups " in backup["ExecStartPost"]
