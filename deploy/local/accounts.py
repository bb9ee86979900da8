"""Under which account a server runs, and where its data can stand so that this account reaches it.

PostgreSQL refuses to run as root, and RabbitMQ has no need to. Who starts the project as root gets
servers that run as the distribution's own account for them, or as `nobody`.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

_ROOTS_SHELF = Path("/var/lib/sisa-local")


@dataclass(frozen=True, slots=True)
class Account:
    """The account that owns a server's data; `switch` says that only root can become it."""

    uid: int
    gid: int
    switch: bool


def server_account(*names: str) -> Account:
    """Return the caller's own account, or for root the first of the named ones that exists."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise KeyError("this system has no account `nobody`")


def give(path: Path, account: Account) -> None:
    """Make the account the owner of a file or folder."""
    if account.switch:
        os.chown(path, account.uid, account.gid)


def _reachable(folder: Path) -> bool:
    """Whether every account may walk down to the folder."""
    return all(
        parent.stat().st_mode & stat.S_IXOTH
        for parent in folder.resolve().parents
        if parent.exists()
    )


def data_folder(wanted: Path, account: Account) -> Path:
    """Return the folder, made and owned by the account, mode 0700.

    Under root a checkout often lies where the account cannot walk (/root is closed). The data then
    stands in /var/lib/sisa-local, under a key made of the wanted path, and `wanted` becomes a
    symbolic link to it: so what `make clean-run` must remove is written down where it looks.
    """
    if not wanted.is_symlink() and account.switch and not _reachable(wanted):
        key = hashlib.sha256(str(wanted.absolute()).encode()).hexdigest()[:16]
        elsewhere = _ROOTS_SHELF / f"{wanted.name}-{key}"
        _ROOTS_SHELF.mkdir(mode=0o711, parents=True, exist_ok=True)
        elsewhere.mkdir(mode=0o700, exist_ok=True)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        wanted.symlink_to(elsewhere)
    folder = wanted.resolve() if wanted.is_symlink() else wanted.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    give(folder, account)
    return folder


def remove_data(wanted: Path) -> None:
    """Remove what `data_folder` made, wherever it stands."""
    if wanted.is_symlink():
        shutil.rmtree(wanted.resolve(), ignore_errors=True)
        wanted.unlink()
    elif wanted.exists():
        shutil.rmtree(wanted)
