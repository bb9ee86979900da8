"""The supervisor: processes start in order, are kept alive, end in reverse, and leave no orphan."""

import asyncio
import contextlib
import io
import os
import signal
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.console import Console
from deploy.local.errors import DiedEarly
from deploy.local.ports import free_port
from deploy.local.processes import Guard, spawn
from deploy.local.supervisor import Program, ProgramDied, supervised

# A well-behaved service in ten lines: ready after a moment, says when it ends.
SERVICE = """
import http.server, signal, sys, pathlib
name, port, journal = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
def note(word):
    with journal.open("a") as file:
        file.write(f"{name} {word}\\n")
def end(*_):
    note("ended")
    raise SystemExit(0)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
signal.signal(signal.SIGTERM, end)
note("started")
print(f"{name} is here", flush=True)
http.server.HTTPServer(("127.0.0.1", port), Ready).serve_forever()
"""


def service(name: str, journal: Path, code: str = SERVICE, deadline: float = 20) -> Program:
    port = free_port()
    argv = [sys.executable, "-c", code, name, str(port), str(journal)]
    return Program(name, argv, os.environ, f"http://127.0.0.1:{port}/health/ready", deadline)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(25):
        while not holds():  # noqa: ASYNC110  # another process has no event of ours
            await asyncio.sleep(0.05)


async def test_processes_end_in_reverse_order_and_their_logs_carry_their_names(
    tmp_path: Path, guard: Guard
) -> None:
    journal, terminal = tmp_path / "journal", io.StringIO()
    async with supervised(guard, tmp_path / "logs", Console(terminal)) as supervisor:
        await supervisor.start(service("one", journal))
        await supervisor.start(service("two", journal))
        pids = supervisor.pids
        assert list(pids) == ["one", "two"]

    assert journal.read_text().split("\n")[:-1] == [
        "one started",
        "two started",
        "two ended",
        "one ended",
    ]
    assert all(map(gone, pids.values()))
    assert "             one | one is here\n" in terminal.getvalue()
    assert "\x1b" not in terminal.getvalue()
    assert (tmp_path / "logs" / "two.log").read_text() == "two is here\n"


async def test_one_that_dies_is_started_again_and_told_when_it_is_back(
    tmp_path: Path, guard: Guard
) -> None:
    journal, changes = tmp_path / "journal", asyncio.Event()
    async with supervised(guard, tmp_path, Console(io.StringIO())) as supervisor:
        await supervisor.start(service("one", journal), service("two", journal))
        first = supervisor.pids
        watching = asyncio.create_task(supervisor.watch({}, changes.set))
        os.kill(first["two"], signal.SIGKILL)
        async with asyncio.timeout(20):
            await changes.wait()
        second = supervisor.pids
        watching.cancel()

    assert second["one"] == first["one"]
    assert second["two"] != first["two"]
    assert journal.read_text().count("two started") == 2
    assert all(map(gone, second.values()))


async def test_one_that_keeps_dying_is_named_and_the_others_are_ended(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.supervisor.FALLS", 1)
    journal = tmp_path / "journal"
    pids: dict[str, int] = {}
    with pytest.raises(ProgramDied, match="two ended 2 times"):  # noqa: PT012  # the whole life of the group
        async with supervised(guard, tmp_path, Console(io.StringIO())) as supervisor:
            await supervisor.start(service("one", journal), service("two", journal))
            pids = supervisor.pids

            def kill() -> None:
                os.kill(supervisor.pids["two"], signal.SIGKILL)

            kill()
            await supervisor.watch({}, kill)

    assert gone(pids["one"])
    assert "one ended" in journal.read_text()


@pytest.mark.parametrize(
    ("code", "deadline", "words"),
    [
        ("print('no such table'); raise SystemExit(3)", 20, "broken ended:\nno such table"),
        ("import time; time.sleep(60)", 0.5, "broken was not ready after 0 s"),
    ],
)
async def test_one_that_does_not_become_ready_stops_the_start_with_its_last_words(
    tmp_path: Path, guard: Guard, code: str, deadline: float, words: str
) -> None:
    with pytest.raises(DiedEarly, match=words):
        async with supervised(guard, tmp_path, Console(io.StringIO())) as supervisor:
            await supervisor.start(service("broken", tmp_path / "journal", code, deadline))


async def test_one_that_ignores_the_request_to_end_is_killed_with_its_children(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.supervisor.GRACE", 0.5)
    deaf = f"""
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
{textwrap.dedent(SERVICE).replace("signal.signal(signal.SIGTERM, end)", "")}
"""
    async with supervised(guard, tmp_path, Console(io.StringIO())) as supervisor:
        await supervisor.start(service("deaf", tmp_path / "journal", deaf))
        grandchild = int(supervisor.log("deaf").read_text().split()[0])
        assert not gone(grandchild)
    await eventually(lambda: gone(grandchild))


# A supervisor in a process of its own, with one service, so that it can be killed itself.
KEEPER = """
import asyncio, os, pathlib, sys
from deploy.local.console import Console
from deploy.local.processes import guarded
from deploy.local.supervisor import Program, supervised
async def main():
    url = f"http://127.0.0.1:{sys.argv[3]}/"
    program = Program("one", [sys.executable, "-c", *sys.argv[1:]], os.environ, url)
    async with (
        guarded() as guard,
        supervised(guard, pathlib.Path(sys.argv[5]), Console(sys.stdout)) as supervisor,
    ):
        await supervisor.start(program)
        print("pid", supervisor.pids["one"], flush=True)
        await supervisor.watch({}, lambda: None)
asyncio.run(main())
"""


async def test_no_orphan_stays_when_the_supervisor_itself_is_killed(
    tmp_path: Path, guard: Guard
) -> None:
    journal, log = tmp_path / "journal", tmp_path / "keeper.log"
    argv = [sys.executable, "-c", KEEPER, SERVICE, "one", str(free_port()), str(journal)]
    keeper = await spawn([*argv, str(tmp_path)], guard, log=log)
    await eventually(lambda: "pid " in log.read_text())
    pid = int(log.read_text().rpartition("pid ")[2].split()[0])
    assert not gone(pid)

    with contextlib.suppress(ProcessLookupError):
        os.kill(keeper.pid, signal.SIGKILL)
    await keeper.kill()

    await eventually(lambda: gone(pid))
    assert "one ended" in journal.read_text()


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Terminal()
    Console(coloured).write("gateway", "ready\n")
    assert coloured.getvalue() == "\x1b[36m         gateway\x1b[0m | ready\n"

    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    Console(plain).write("gateway", "ready\n")
    assert plain.getvalue() == "         gateway | ready\n"
