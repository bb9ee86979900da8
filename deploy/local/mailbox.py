"""The development mail catcher: takes every mail, sends none on, and shows them on a page."""

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local import mail_api, mail_pages
from deploy.local.mail_store import MailStore
from shared import clock

_LARGEST = 32 * 1024 * 1024


class _Catcher:
    """What the SMTP server calls: every recipient is good, every mail is kept."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(  # noqa: N802  # the name that aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        mail_id = self._store.add(raw, [str(to) for to in envelope.rcpt_tos], clock.now())
        return f"250 2.0.0 Ok: queued as {mail_id}"


def application(store: MailStore) -> web.Application:
    """Return the pages and the API over a store."""
    app = web.Application()
    app[mail_api.STORE] = store
    mail_pages.prepare(app)
    app.add_routes([*mail_api.routes, *mail_pages.routes, web.get("/health/ready", _ready)])
    return app


async def _ready(_: web.Request) -> web.Response:
    return web.json_response({"status": "ready"})


@contextlib.asynccontextmanager
async def mailbox(folder: Path, smtp_port: int, http_port: int) -> AsyncIterator[None]:
    """Catch mail on 127.0.0.1 for the time of the block; the mails stay in the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240  # once, at the start
    store = MailStore(folder / "mails.sqlite")
    runner = web.AppRunner(application(store), access_log=None)
    try:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", http_port).start()
        smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(
                _Catcher(store),
                hostname="localhost",
                ident="SISA development mailbox",
                data_size_limit=_LARGEST,
                enable_SMTPUTF8=True,
            ),
            "127.0.0.1",
            smtp_port,
        )
        async with smtp:
            yield
    finally:
        await runner.cleanup()
        store.close()


async def serve(folder: Path, smtp_port: int, http_port: int) -> None:
    """Catch mail until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with mailbox(folder, smtp_port, http_port):
        sys.stdout.write(f"SMTP on 127.0.0.1:{smtp_port}, pages on http://localhost:{http_port}\n")
        sys.stdout.flush()
        await stopped.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, help="where mails are kept; else until it ends")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="sisa-mailbox-"))
        )
        asyncio.run(serve(folder.absolute(), options.smtp_port, options.http_port))


if __name__ == "__main__":
    main()
