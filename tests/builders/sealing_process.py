"""A process that seals what waits, as the service's job does, and may be told where to die.

`python -m builders.sealing_process DATABASE_URL KEY_FILE`, with CRASH_AT in the environment.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

from builders.documents import NOW, PUBLIC_URL, RECORD_KEY, institute
from clinical_records.document.jobs import sealing_jobs
from clinical_records.document.keys import KeyFile
from clinical_records.document.parts import PRESS, SEAL_WORKS
from clinical_records.document.press import open_press
from clinical_records.domain.encryption import Cipher
from clinical_records.parts import CIPHER
from shared import crash_points
from shared.database import open_database
from shared.service import DATABASE, PROFILE
from shared.web import CLOCK


async def main(database_url: str, key: Path) -> None:
    crash_points.arm("development")
    async with (
        open_database(database_url, name="sealing", size=4) as database,
        open_press(KeyFile(key), production=False, workers=1) as press,
    ):
        app = web.Application()
        app[DATABASE], app[PROFILE], app[PRESS] = database, institute(), press
        app[CIPHER], app[SEAL_WORKS], app[CLOCK] = Cipher(RECORD_KEY), [False], lambda: NOW
        await sealing_jobs(PUBLIC_URL)[0].run(app, NOW)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
