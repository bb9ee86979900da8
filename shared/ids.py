"""Identifiers: UUIDv7, so that keys grow with time and indexes stay dense."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUID version 7: 48 bits of milliseconds, then 74 random bits (RFC 9562, 5.7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
