"""`python -m notifications` serves; its other commands are listed by `--help`."""

from notifications.app import build
from notifications.cli import cli
from notifications.settings import Settings
from shared.command import main

main(cli, Settings, build)
