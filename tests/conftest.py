"""The fixtures that every test may ask for; each kind stands in a module of its own beside this."""

import logging

import structlog

pytest_plugins = [
    "servers",
    "databases",
    "vhosts",
    "poppler",
    "sealing_desk",
    "systems",
    "figures",
    "spread",
]


def pytest_configure() -> None:
    """Logs below ERROR would only hide what a failing test has to say."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
