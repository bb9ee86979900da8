"""Passwords and other values made once and kept in files that only their owner can read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 whole, by rename: it is never seen half written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def random_password() -> str:
    """Return 32 characters that need no quoting in a URL: 192 bits."""
    return secrets.token_urlsafe(24)


def remembered(path: Path, make: Callable[[], str] = random_password) -> str:
    """Return the value kept in the file, made by `make` and written when there is none yet."""
    if not path.exists():
        write_private(path, make())
    return path.read_text(encoding="utf-8")
