"""`python -m clinical_records` serves; its other commands are listed by `--help`."""

from clinical_records.app import build
from clinical_records.cli import cli
from clinical_records.settings import Settings
from shared.command import main

main(cli, Settings, build)
