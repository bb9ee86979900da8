"""`python -m identity` serves; its other commands are listed by `--help`."""

from identity.app import build
from identity.cli import cli
from identity.settings import Settings
from shared.command import main

main(cli, Settings, build)
