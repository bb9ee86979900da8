"""Where a running system keeps what it needs: `.run` in the checkout, or SISA_RUN_DIR."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class AlreadyRunning(Exception):
    """Another `make run` holds the folder."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths below the folder; each institute's data stand apart, what runs now stands on top."""

    path: Path
    institute: str

    @classmethod
    def of_environment(cls) -> "RunFolder":
        path = Path(os.environ.get("SISA_RUN_DIR", ROOT / ".run"))
        return cls(path.absolute(), os.environ.get("INSTITUTE", "issstecali"))

    @property
    def own(self) -> Path:
        return self.path / self.institute

    @property
    def profile(self) -> Path:
        return ROOT / "deploy" / "institutes" / self.institute

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def system(self) -> Path:
        """What tests and scripts read; there only while everything is ready."""
        return self.path / "system.json"

    @property
    def local(self) -> Path:
        """What tools of this machine need besides, secrets among it."""
        return self.path / "local.json"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for the time of the block; the lock goes with the process.

        Raises `AlreadyRunning` when another process holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"The system already runs from {self.path}: end it first (Ctrl-C where it "
                    "was started), or name another folder with SISA_RUN_DIR."
                ) from None
            yield
