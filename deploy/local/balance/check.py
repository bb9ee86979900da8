"""Checks books that were closed: collects the facts, passes the verdict, reports it."""

from pathlib import Path

from rich.console import Console

from deploy.local.balance.books import Books
from deploy.local.balance.figures import as_json, figures
from deploy.local.balance.keep import collect
from deploy.local.balance.running import Running
from deploy.local.balance.table import show
from deploy.local.balance.verdict import violations

BALANCED, UNBALANCED, IMPOSSIBLE = 0, 1, 2


async def check(
    running: Running, books: Books, console: Console, *, out: Path | None = None
) -> int:
    """Print the balance and write it into the books, to `out` besides; return the exit status."""
    collected = await collect(running, books)
    found = violations(collected.facts)
    numbers = figures(collected)
    report = as_json(numbers, found)
    for path in (books.balance, out):
        if path is not None:
            path.write_text(report, encoding="utf-8")
    show(console, numbers, found)
    return UNBALANCED if found else BALANCED
