"""`python -m gateway` serves both listeners until SIGTERM."""

import sys

from gateway.app import build
from gateway.settings import Settings
from shared import logs
from shared.profile import ProfileInvalid
from shared.server import run
from shared.settings import SettingsInvalid, load

KEEPALIVE_SECONDS = 8.0
"""How long a public connection may stay idle."""


def main() -> None:
    """Exits with 2 and one line when the settings or the profile are not valid."""
    try:
        settings = load(Settings)
        logs.configure(service="gateway", form=settings.log_format, level=settings.log_level)
        public, portal = build(settings)
    except (SettingsInvalid, ProfileInvalid) as fault:
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
        sys.exit(2)
    run(
        [(public, settings.host, settings.port), (portal, settings.host, settings.portal_port)],
        keepalive_seconds=KEEPALIVE_SECONDS,
    )


main()
