"""Forgets all data of `make run` (`make clean-run`); needs nothing but Python itself."""

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.accounts import remove_data
from deploy.local.docker import container_name, engine
from deploy.local.run_folder import ROOT, AlreadyRunning, RunFolder


def clean(folder: RunFolder) -> None:
    """Remove what we made there, by name: SISA_RUN_DIR may be a folder that holds other things.

    Raises `AlreadyRunning` while the system runs.
    """
    institutes = [path.name for path in (ROOT / "deploy" / "institutes").iterdir()]
    with folder.held():
        for owner in (*institutes, "servers"):
            for name in ("postgres", "rabbitmq"):
                _remove_volume(folder.path / owner / name)
                remove_data(folder.path / owner / name)
            shutil.rmtree(folder.path / owner, ignore_errors=True)
        shutil.rmtree(folder.logs, ignore_errors=True)
        for file in (folder.system, folder.local, folder.path / "servers.env", folder.lock):
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.path.rmdir()


def _remove_volume(data: Path) -> None:
    """Remove what a container kept in place of the folder."""
    docker, address = shutil.which("docker"), engine()
    if docker is None or address is None or not data.exists():
        return
    name = container_name(data)
    for words in (["rm", "--force", name], ["volume", "rm", "--force", name]):
        subprocess.run([docker, "-H", address, *words], check=False, capture_output=True)  # noqa: S603  # our own words


def main() -> int:
    """Clean, or say why not."""
    folder = RunFolder.of_environment()
    if not folder.path.exists():
        return 0
    try:
        clean(folder)
    except AlreadyRunning as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
