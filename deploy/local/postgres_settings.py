"""How every PostgreSQL of ours is set, in development and in tests as in production."""

ADMINISTRATOR = "sisa_admin"

# Services refuse to run without the first three.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}


def arguments(settings: dict[str, str]) -> list[str]:
    """Return the settings as words of the server's command line."""
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
