"""One pipeline for our logs and the libraries': allow-listed keys, no body, no secret, no name."""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog

from shared import trace

ALLOWED = frozenset(
    {
        "account_id", "active", "address_class", "agenda_id", "agendas", "appointment_id",
        "attempt", "attempts", "batch", "bytes", "cause", "channel", "check", "code", "component",
        "consumer", "contact_id", "count", "created", "delivery_id", "depth", "deleted", "digest",
        "doctor_id", "doctors",
        "environment", "error", "event", "event_id", "exchange", "families", "family_id", "file",
        "host", "institute", "interval", "key_id", "kid", "lane", "level", "limit", "line",
        "lines", "listener", "logger", "mail_id", "member_id", "members", "method", "migration",
        "milliseconds", "missing", "ok", "oldest", "operation", "pid", "port", "position",
        "published", "queue", "reason", "relayed", "replica", "role", "route", "routing_key",
        "rows", "sanction_id", "seconds", "sequence", "service", "session_id",
        "sick_leave_id", "signal", "slots", "slug", "source", "sqlstate", "state", "status",
        "task", "template", "timestamp", "trace_id", "tries", "unit", "version", "where",
        "withdrawal_id",
    }
)  # fmt: skip
"""Keys that may be written: identifiers, figures and static words. Anything else is dropped."""


def _allow(_logger: object, _name: str, record: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in record.items() if key in ALLOWED or key == "exception"}


def _where_it_failed(
    _logger: object, _name: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception becomes its class names and code lines: drivers' messages quote data."""
    given = record.pop("exc_info", None)
    if not given:
        return record
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if isinstance(given, tuple):
        error = given[1]
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        record["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        record["sqlstate"] = getattr(error, "sqlstate", None)
        record["exception"] = "\n".join(lines[-8:])
    return record


def _trace(
    _logger: object, _name: str, record: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if (current := trace.trace_id()) is not None:
        record.setdefault("trace_id", current)
    return record


class _Library(logging.Handler):
    """Library records enter the pipeline as their class and level: their texts quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno,
            "library_logged",
            logger=record.name,
            where=f"{record.module}:{record.lineno}",
            exc_info=record.exc_info,
        )


def configure(*, service: str, form: str, level: str) -> None:
    """Sets the pipeline for this process; `form` is `json` or `columns`."""
    renderer: Any = (
        structlog.processors.JSONRenderer(serializer=_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), pad_event_to=28)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            _where_it_failed,
            _allow,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers[:] = [_Library(level=logging.WARNING)]
    root.setLevel(logging.WARNING)


def _json(record: Mapping[str, Any], **_options: Any) -> str:
    return orjson.dumps(record, default=str).decode()
