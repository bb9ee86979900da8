"""Logs carry identifiers: no other key, no exception's text, no library's message."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared import logs


@pytest.fixture(params=["json", "columns"])
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    logs.configure(service="test", form=request.param, level="INFO")
    yield request.param
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_only_allowed_keys_are_written(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("thing_happened", count=3, email="canary@example.org")

    written = capsys.readouterr().out
    assert "thing_happened" in written
    assert "canary" not in written
    if form == "json":
        record = json.loads(written)
        assert (record["count"], record["service"]) == (3, "test")


def test_an_exception_is_written_as_its_class_and_lines(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        int("canary")
    except ValueError:
        structlog.get_logger().exception("thing_failed")

    written = capsys.readouterr().out
    assert "ValueError" in written
    assert "test_logs.py" in written
    assert "canary" not in written
    assert form in {"json", "columns"}


def test_a_librarys_message_is_not_repeated(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("aiormq").warning("canary %s", "canary")

    written = capsys.readouterr().out
    assert "aiormq" in written
    assert "canary" not in written
    assert form in {"json", "columns"}
