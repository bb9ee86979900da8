"""Tells on stderr how far the replay is: a bar on a terminal, a line now and then elsewhere."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_EVERY = 10.0


@dataclass(frozen=True, slots=True)
class Stages:
    """One stage after the other."""

    console: Console

    def say(self, line: str) -> None:
        self.console.print(line, highlight=False, soft_wrap=True)

    def shout(self, line: str) -> None:
        """What nobody should overlook."""
        self.console.print(f"!!! {line}", style="bold red", highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def stage(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        """Give the function that counts one more of `total`; at the end say how long it took."""
        began = time.monotonic()
        follow = self._bar if self.console.is_terminal else self._lines
        with follow(name, total) as step:
            yield step
        self.say(f"{name}: {total} in {time.monotonic() - began:.1f} s")

    @contextlib.contextmanager
    def _bar(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.console, transient=True) as bar:
            task = bar.add_task(name, total=total)
            yield lambda: bar.advance(task)

    @contextlib.contextmanager
    def _lines(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        done, told = 0, time.monotonic()

        def step() -> None:
            nonlocal done, told
            done += 1
            if time.monotonic() - told > _EVERY:
                told = time.monotonic()
                self.say(f"{name}: {done} of {total}")

        yield step
