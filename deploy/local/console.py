"""The one terminal that all processes share: each line says whose it is."""

import os
from typing import TextIO

_WIDTH = 16
_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)


class Console:
    """Writes prefixed lines, coloured on a terminal unless NO_COLOR (no-color.org) is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and not os.environ.get("NO_COLOR")
        self._names: list[str] = []

    def write(self, name: str, lines: str) -> None:
        """Write whole lines in the name of a process."""
        prefix = self._prefix(name)
        self._stream.write("".join(f"{prefix} | {line}\n" for line in lines.splitlines()))
        self._stream.flush()

    def say(self, line: str) -> None:
        """Write a line that is nobody's but ours."""
        self._stream.write(f"{line}\n")
        self._stream.flush()

    def _prefix(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        padded = f"{name:>{_WIDTH}}"
        colour = _COLOURS[self._names.index(name) % len(_COLOURS)]
        return f"\x1b[{colour}m{padded}\x1b[0m" if self._coloured else padded
