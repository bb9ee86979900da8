"""The process that composes and seals, one paper after another; it alone opens the sealing key.

It is spawned, speaks over a pipe, and ends when its parent does: the pipe's other end is closed.
"""

import os
import resource
import signal
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from pyhanko.sign.signers import Signer

from clinical_records.document.compose import compose
from clinical_records.document.keys import KeySource, KeyUnusable, open_signer
from clinical_records.document.paper import Paper
from clinical_records.document.sealing import (
    Certificate,
    assert_fit,
    certificate_of,
    seal,
)
from shared import clock

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space of one worker; past it, the worker dies and the paper is tried again."""
_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document as it will be stored and printed, and what it was sealed with."""

    content: bytes
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no document: a static word, and whether the key is what failed."""

    reason: str
    key: bool


Reply = Sealed | Failed | Certificate


def serve(pipe: Connection, source: KeySource, production: bool) -> None:  # noqa: FBT001  # arguments of a process go by position
    """Answers each Paper with Sealed, each None with the Certificate; Failed where it can't."""
    # Ctrl-C reaches the whole group; the parent decides when this process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    os.environ["RAYON_NUM_THREADS"] = "1"
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signer: Signer | None = None
    while True:
        try:
            asked: Paper | None = pipe.recv()
        except EOFError:
            return
        try:
            signer = signer or open_signer(source)
            reply: Reply = _answer(asked, signer, production=production)
        except KeyUnusable as error:
            signer, reply = None, Failed(str(error), key=True)
        except Exception as error:  # noqa: BLE001  # the reason goes to the parent, which tells it
            # A device that was unplugged fails at signing: the next paper opens the key anew.
            signer, reply = None, Failed(_place(error), key=False)
        pipe.send(reply)


def _place(error: Exception) -> str:
    """`ValueError compose.py:32`: a kind and a line of code, never the text, which quotes data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"


def _answer(asked: Paper | None, signer: Signer, *, production: bool) -> Reply:
    certificate = certificate_of(signer)
    assert_fit(certificate, clock.now(), production=production)
    if asked is None:
        return certificate
    page = compose(asked, certificate.owner, certificate.fingerprint.hex())
    return Sealed(seal(page, signer, asked.folio), certificate)
