"""A real Postfix on loopback as the institute's relay: it takes mails and delivers into a folder.

Debian's, unpacked into a folder of the tests': nothing is installed, and whatever mail server the
machine has stays as it is. Nothing leaves the machine: every other destination is an error.
Postfix's master needs root, and so do we; `unavailable` says what is missing.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from deploy.local.errors import CannotProvide, DiedEarly
from deploy.local.ports import free_ports
from deploy.local.probes import listens
from deploy.local.processes import Guard, run, spawn, tail

_OWNER, _GROUP, _DELIVERS_AS = "mail", "daemon", "nobody"
"""Accounts that every Debian has: none is made for us."""
_START_SECONDS = 30.0

_MAIN = """\
compatibility_level = 3.6
myhostname = relay.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
mydestination =
alias_maps =
local_transport = error:5.1.1 nobody lives here
default_transport = error:5.1.2 nothing leaves this machine
relay_transport = error:5.1.2 nothing leaves this machine
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_process_limit = 20
mail_owner = {owner}
setgid_group = {group}
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {libraries}/sbin
shlib_directory = {libraries}
meta_directory = {meta}
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
import_environment = LD_LIBRARY_PATH MAIL_CONFIG TZ LANG=C
export_environment = LD_LIBRARY_PATH TZ LANG=C
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail in the folder: for whom, and under which name."""

    recipient: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running relay on a port of loopback."""

    folder: Path
    port: int
    version: str

    def delivered(self) -> list[Delivered]:
        """Every mail that was delivered, read from the folder."""
        found = []
        parser = BytesHeaderParser()
        for path in (self.folder / "mail" / "all" / "new").glob("*"):
            with path.open("rb") as file:
                headers = parser.parse(file)
            found.append(Delivered(headers["X-Original-To"], headers["Message-ID"]))
        return found

    def count(self) -> int:
        """How many mails were delivered so far."""
        return sum(1 for _ in os.scandir(self.folder / "mail" / "all" / "new"))

    def queued(self) -> Counter[str]:
        """How many mails wait in each of the queues."""
        names = ("incoming", "active", "deferred", "hold", "corrupt")
        queues = {name: self.folder / "queue" / name for name in names}
        return Counter(
            {
                name: sum(len(files) for _, _, files in os.walk(path))
                for name, path in queues.items()
            }
        )


def unavailable() -> str | None:
    """What is missing for a Postfix of the tests' own; None when it can be had."""
    if os.geteuid() != 0:
        return "Postfix's master process needs root: run the proofs as root, in a container for one"
    if not _is_installed() and shutil.which("apt-get") is None:
        return "there is no Postfix and no apt-get to download Debian's: install postfix"
    return None


def _is_installed() -> bool:
    return Path("/usr/lib/postfix/sbin/master").exists()


@contextlib.asynccontextmanager
async def postfix(folder: Path, guard: Guard, domains: tuple[str, ...]) -> AsyncIterator[Postfix]:
    """Postfix for the time of the block, for mail to these domains; raises CannotProvide."""
    root = Path("/") if _is_installed() else await _unpacked(folder)
    (port,) = free_ports(1)
    _write(folder, root, port, domains)
    libraries = root / "usr/lib/postfix"
    environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(libraries), "LANG": "C"}
    status, output = await run(
        [root / "usr/sbin/postfix", "-c", folder / "conf", "check"], env=environment
    )
    if status != 0:
        raise CannotProvide(f"Postfix doesn't like its configuration:\n{output[-1000:]}")
    # The master itself, attached: as the leader of our process group it can't be left behind.
    argv: list[str | Path] = [libraries / "sbin/master", "-c", folder / "conf", "-d"]
    child = await spawn(argv, guard, log=folder / "console.log", env=environment)
    try:
        await _started(port, child.process, folder)
        _, version = await run(
            [root / "usr/sbin/postconf", "-c", folder / "conf", "-h", "mail_version"],
            env=environment,
        )
        yield Postfix(folder, port, version.strip())
    finally:
        await child.end()


async def _unpacked(folder: Path) -> Path:
    """Debian's package, downloaded and unpacked; its libraries are on every Debian that has ICU."""
    root = folder / "unpacked"
    root.mkdir()
    status, output = await run(["apt-get", "download", "-qq", "postfix"], cwd=folder)
    packages = list(folder.glob("postfix_*.deb"))  # noqa: ASYNC240  # one look
    if status != 0 or len(packages) != 1:
        raise CannotProvide(f"apt-get download postfix failed:\n{output[-1000:]}")
    status, output = await run(["dpkg-deb", "-x", packages[0], root])
    if status != 0:
        raise CannotProvide(f"dpkg-deb failed:\n{output[-1000:]}")
    return root


def _write(folder: Path, root: Path, port: int, domains: tuple[str, ...]) -> None:
    """Configuration and folders, with the owners that Postfix insists on."""
    owner, delivers = pwd.getpwnam(_OWNER), pwd.getpwnam(_DELIVERS_AS)
    for name in ("conf", "queue", "data", "mail/all/new", "mail/all/cur", "mail/all/tmp"):
        (folder / name).mkdir(parents=True)
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    for path in (folder / "mail").rglob("*"):
        os.chown(path, delivers.pw_uid, delivers.pw_gid)
    values = {
        "domains": ", ".join(domains), "folder": folder, "uid": delivers.pw_uid,
        "gid": delivers.pw_gid, "owner": _OWNER, "group": _GROUP, "commands": root / "usr/sbin",
        "libraries": root / "usr/lib/postfix", "meta": root / "etc/postfix",
    }  # fmt: skip
    (folder / "conf/main.cf").write_text(_MAIN.format(**values))
    (folder / "conf/master.cf").write_text(_MASTER.format(port=port))


async def _started(port: int, process: asyncio.subprocess.Process, folder: Path) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while not await listens(port):
            if process.returncode is not None:
                log = tail(folder / "console.log") + tail(folder / "postfix.log")
                raise DiedEarly(f"Postfix did not start:\n{log}")
            await asyncio.sleep(0.1)
