"""Servers that somebody else runs and names in the environment."""

import asyncio
from dataclasses import dataclass
from typing import NoReturn

from deploy.local.errors import CannotProvide


@dataclass(frozen=True, slots=True)
class ExternalServer:
    """A server by its address only: starting and ending it is not our business."""

    url: str
    management_url: str = ""

    @property
    def pid(self) -> int:
        return self._refuse()

    async def start(self) -> None:
        self._refuse()

    async def ended(self) -> None:
        await asyncio.Event().wait()

    async def stop(self) -> None:
        self._refuse()

    async def kill(self) -> None:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise CannotProvide("a server named in the environment is not ours to start or to end")
