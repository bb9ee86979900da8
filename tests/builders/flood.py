"""Bad log-ins from a process of its own, so that who measures beside it is not held up by it."""

import asyncio
import json
import sys
from collections import Counter
from ipaddress import IPv4Address
from pathlib import Path

import aiohttp

_NETWORK = IPv4Address("198.18.0.1")
"""Of a network set aside for measurements (RFC 2544); each log-in has an address of its own."""


async def flood(url: str, credential: str, count: int, *, wave: int) -> Counter[int]:
    """So many at once by the gateway's second listener; how often each status was the answer."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "builders.flood", url, credential, str(count), str(wave)),
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return Counter({int(status): times for status, times in json.loads(out).items()})


async def _all(url: str, credential: str, count: int, wave: int) -> Counter[int]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connector) as session:

        async def one(place: int) -> int:
            number = wave * count + place
            headers = {
                "Sisa-Client-Address": str(_NETWORK + number),
                "Sisa-Portal-Credential": credential,
            }
            body = {"username": f"8{number:07}", "password": "no es la contraseña"}
            async with session.post("/v1/sessions", json=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        return Counter(await asyncio.gather(*(one(place) for place in range(count))))


def main() -> None:
    url, credential, count, wave = sys.argv[1:]
    print(json.dumps(asyncio.run(_all(url, credential, int(count), int(wave)))))  # noqa: T201  # its answer


if __name__ == "__main__":
    main()
