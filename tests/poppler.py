"""Poppler's programs, which know nothing of us: what an employer's computer says of a paper."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.tools import provide


@dataclass(frozen=True, slots=True)
class Poppler:
    """Runs poppler-utils' programs on files."""

    folder: Path

    async def holds(self, path: Path) -> bool:
        """Whether pdfsig finds exactly one signature, valid, over the whole file."""
        said = await self._run("pdfsig", "-nocert", str(path))
        return (
            said.count("Signature Validation:") == 1
            and "Signature Validation: Signature is Valid." in said
            and "Total document signed" in said
            and "Not total document signed" not in said
        )

    async def text(self, path: Path) -> str:
        """The page's text in reading order, lines joined."""
        return " ".join((await self._run("pdftotext", str(path), "-")).split())

    async def info(self, path: Path) -> str:
        return await self._run("pdfinfo", str(path))

    async def _run(self, program: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            self.folder / program,
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )
        out, _ = await process.communicate()
        return out.decode("utf-8", "replace")


@pytest.fixture(scope="session")
async def poppler() -> Poppler:
    """From the machine or, where apt may be used, from Debian's poppler-utils."""
    return Poppler((await provide("pdfsig", "poppler-utils")).parent)
