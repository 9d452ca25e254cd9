"""What an office installs to serve the schedule: units, task, container and prefect.yaml fit the program."""

import configparser
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel
from prefect.flows import load_flow_from_entrypoint

from flows.commands import build
from flows.schedule import FLOWS
from flows.schedule_settings import ScheduleSettings
from reconcile.vocab import Language

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMMANDS = set(build(Language.INDONESIAN).commands)
UNITS = ["padan-server.service", "padan-serve.service"]


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_calls_a_command_and_is_started_again(name: str) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / name, encoding="utf-8")
    service = unit["Service"]
    program, command = service["ExecStart"].split()
    assert (Path(program).name, command in COMMANDS) == ("padan", True)
    assert (service["Restart"], service["User"], service["NoNewPrivileges"]) == ("always", "padan", "yes")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_both_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("/opt/padan/.venv/bin/padan", "/bin/true"), encoding="utf-8"
        )
    paths = [tmp_path / name for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_windows_task_starts_the_schedule_and_never_ends_it() -> None:
    task = ET.parse(DEPLOY / "windows/padan-serve.xml")  # noqa: S314 - our own file
    found = {node.tag.rpartition("}")[2]: (node.text or "").strip() for node in task.iter()}
    assert (found["ExecutionTimeLimit"], found["MultipleInstancesPolicy"]) == ("PT0S", "IgnoreNew")
    called = found["Command"].removeprefix("C:\\padan\\").replace("\\", "/")
    script = (ROOT / called).read_bytes()
    assert script.count(b"\n") == script.count(b"\r\n")
    assert b"padan.exe serve" in script
    assert b"PYTHONUTF8=1" in script


def test_the_containers_show_nothing_outside_and_keep_the_results() -> None:
    compose = loaded(DEPLOY / "compose.yaml")
    services = compose["services"]
    assert {service["command"][1] for service in services.values()} == {"server", "serve"}
    assert all(service["command"][1] in COMMANDS for service in services.values())
    # one network for both, on which the server listens to 127.0.0.1 alone
    assert services["serve"]["network_mode"] == "service:server"
    for service in services.values():
        assert "ports" not in service
        assert service["read_only"]
        kept = [
            entry for entry in service["volumes"] if entry.startswith(f"{next(iter(compose['volumes']))}:")
        ]
        assert kept == ["hasil:/srv/padan/data/processed"]


def test_the_image_is_built_of_what_is_there_and_holds_no_data() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]}
    assert all((ROOT / name).exists() for name in copied)
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_prefect_yaml_declares_what_config_yaml_declares() -> None:
    declared = PrefectYamlModel.model_validate(loaded(ROOT / "prefect.yaml")).deployments
    shipped = ScheduleSettings.model_validate(loaded(ROOT / "config.yaml")["schedule"])
    for one, ours in zip(declared, shipped.deployments, strict=True):
        flow = load_flow_from_entrypoint(str(one.entrypoint))
        assert (one.name, flow.name) == (ours.name, FLOWS[ours.kind].name)
        (schedule,) = one.schedules or []
        assert (schedule.cron, schedule.timezone) == (ours.cron, shipped.timezone)
