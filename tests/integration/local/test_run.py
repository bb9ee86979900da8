"""`make run` before anything starts: who may start it, and what each process is told."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.clean import clean
from deploy.local.environments import base, environment
from deploy.local.own_names import OURS, collisions
from deploy.local.ports import free_port, free_ports, is_free
from deploy.local.remembered import remembered, write_private
from deploy.local.run_folder import ROOT, AlreadyRunning, RunFolder
from deploy.local.system import GATEWAY, IDENTITY, SCHEDULING, SERVICES, Surroundings


def folder_in(path: Path) -> RunFolder:
    return RunFolder(path / "run", "issstecali")


def surroundings(path: Path) -> Surroundings:
    names = [*(service.name for service in SERVICES), "second_listener", "smtp", "mailbox"]
    return Surroundings(
        profile=ROOT / "deploy" / "institutes" / "issstecali",
        postgres_url="postgresql://admin:secret@127.0.0.1:5432/postgres",
        amqp_url="amqp://admin:secret@127.0.0.1:5672/",
        ports={name: 9000 + number for number, name in enumerate(names)},
        kept=path,
    )


def run(module: str, **environment_of_test: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", module],
        env=os.environ | environment_of_test,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_start_from_the_same_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    with folder.held():
        second = run("deploy.local.run", SISA_RUN_DIR=str(folder.path))
    assert second.returncode == 1
    assert second.stderr.startswith("The system already runs from ")
    assert "Traceback" not in second.stderr


def test_an_institute_without_a_profile_is_named(tmp_path: Path) -> None:
    started = run("deploy.local.run", SISA_RUN_DIR=str(tmp_path), INSTITUTE="nowhere")
    assert started.returncode == 1
    assert "There is no institute `nowhere`" in started.stdout
    assert started.stderr == ""


def test_cleaning_forgets_what_we_made_and_nothing_else(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    with folder.held():
        remembered(folder.own / "kept" / "delivery_key")
        write_private(folder.system, "{}")
        write_private(folder.path / "notes of mine", "kept")
    clean(folder)
    assert [path.name for path in folder.path.iterdir()] == ["notes of mine"]


def test_cleaning_is_refused_while_the_system_runs(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    with folder.held(), pytest.raises(AlreadyRunning):
        clean(folder)


def test_a_value_once_made_is_kept_in_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "passwords" / "identity_app"
    first = remembered(path)
    assert remembered(path) == first
    assert len(first) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["identity_app"]


def test_no_secret_stands_in_an_environment(tmp_path: Path) -> None:
    around = surroundings(tmp_path)
    for service in SERVICES:
        given = environment(service, around)
        folder = Path(given[f"{service.prefix}SECRETS_DIR"])
        secrets = {path.name: path.read_text() for path in folder.iterdir()}
        assert secrets
        assert not set(secrets.values()) & set(given.values())
        assert all(name.startswith(service.prefix.lower()) for name in secrets)
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_services_share_the_secret_of_the_pair_and_no_login(tmp_path: Path) -> None:
    around = surroundings(tmp_path)
    secrets: dict[str, str] = {}
    for service in SERVICES:
        folder = Path(environment(service, around)[f"{service.prefix}SECRETS_DIR"])
        secrets |= {path.name: path.read_text() for path in folder.iterdir()}

    assert secrets["identity_client_secret_scheduling"] == secrets["scheduling_client_secret"]
    urls = [value for name, value in secrets.items() if name.endswith("_url")]
    assert len(set(urls)) == len(urls) == 12
    assert not any("admin" in url for url in urls)
    assert "postgresql://scheduling_app:" in secrets["scheduling_database_url"]
    assert secrets["clinical_records_amqp_url"].startswith("amqp://clinical:")


def test_only_the_table_speaks_to_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULING_POOL_SIZE", "1")
    assert "SCHEDULING_POOL_SIZE" not in base()
    assert "PATH" in base()


def test_every_service_but_identity_is_told_where_identity_is(tmp_path: Path) -> None:
    around = surroundings(tmp_path)
    assert "IDENTITY_IDENTITY_URL" not in environment(IDENTITY, around)
    for service in (SCHEDULING, GATEWAY):
        assert environment(service, around)[f"{service.prefix}IDENTITY_URL"] == around.url(IDENTITY)


def test_a_preferred_port_is_taken_when_it_is_free_and_left_when_it_is_not() -> None:
    first, second = free_ports(2)
    assert free_port(first) == first
    with socket.create_server(("127.0.0.1", second)):
        assert not is_free(second)
        assert free_port(second) != second


def test_no_installed_package_brings_a_name_of_ours() -> None:
    assert "shared" in OURS
    assert collisions() == {}


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(
        ["make"],  # noqa: S607  # whichever make there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    targets = {line.split()[1] for line in listed.stdout.splitlines()}
    assert {"run", "clean-run", "test", "check", "lock", "replay", "format"} <= targets
