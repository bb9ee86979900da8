"""`python -m scheduling` serves; its other commands are listed by `--help`."""

from scheduling.app import build
from scheduling.cli import cli
from scheduling.settings import Settings
from shared.command import main

main(cli, Settings, build)
