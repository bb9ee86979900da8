"""Clinical records' commands as an operator runs them: in a process, with settings from outside."""

import asyncio
import os
import sys
from dataclasses import dataclass

from builders.clinical import Clinic
from builders.clinical_api import INSTITUTES, RECORD_KEY


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    output: str


async def command(clinic: Clinic, *arguments: str) -> Ended:
    """Runs `python -m clinical_records ...` on the clinic's database."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "clinical_records",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            "PATH": os.environ["PATH"],
            "CLINICAL_RECORDS_ENVIRONMENT": "development",
            "CLINICAL_RECORDS_INSTITUTE": str(INSTITUTES / "issstecali"),
            "CLINICAL_RECORDS_DATABASE_URL": clinic.app_url,
            "CLINICAL_RECORDS_AMQP_URL": "amqp://clinical:none@127.0.0.1:9/",
            "CLINICAL_RECORDS_IDENTITY_URL": "http://127.0.0.1:9",
            "CLINICAL_RECORDS_CLIENT_SECRET": "of-tests",
            "CLINICAL_RECORDS_RECORD_KEY": RECORD_KEY,
        },
    )
    output, _ = await process.communicate()
    return Ended(process.returncode or 0, output.decode())
