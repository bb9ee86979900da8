"""Looking for secrets in files of any kind and size, in the forms in which they may lie there."""

import asyncio
import base64
from collections.abc import Iterable
from pathlib import Path


def forms(secret: str) -> set[str]:
    """The text itself, its hex in both cases, and base64 wherever in a longer text it began."""
    plain = secret.encode()
    found = {secret, plain.hex(), plain.hex().upper()}
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain).decode()
        # Only letters whose six bits are all the secret's.
        first, last = -(-before * 8 // 6), (before + len(plain)) * 8 // 6
        found |= {whole[first:last], whole[first:last].translate(str.maketrans("+/", "-_"))}
    return found


async def search(secrets: Iterable[str], places: list[Path], folder: Path) -> list[str]:
    """`file: form` for each place in which a form of a secret lies; folders are searched whole."""
    patterns = folder / "patterns"
    wanted = set().union(*(forms(secret) for secret in secrets))
    patterns.write_text("\n".join(sorted(wanted)) + "\n", encoding="ascii")
    process = await asyncio.create_subprocess_exec(
        *("grep", "--recursive", "--text", "--only-matching", "--with-filename"),
        *("--fixed-strings", "--file", str(patterns), "--", *(str(place) for place in places)),
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    patterns.unlink()
    assert process.returncode in {0, 1}, err.decode()
    return sorted(set(out.decode().splitlines()))
