"""Clinical records' commands for operators."""

from pathlib import Path

from clinical_records.settings import Settings
from shared.command import commands

cli = commands("clinical_records", Settings, Path(__file__).parent / "migrations")
