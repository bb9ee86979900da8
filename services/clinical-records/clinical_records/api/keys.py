"""Idempotency keys of clinical bodies: what stands in the table tells nothing of them (R-35)."""

from dataclasses import replace

from clinical_records.parts import CIPHER
from shared.idempotency import IdempotencyKey
from shared.operations import Call


def guarded_key(call: Call) -> IdempotencyKey:
    """The call's key; the digest of its body is keyed, for a diagnosis is quickly guessed."""
    key = call.idempotency_key
    return replace(key, digest=call.app[CIPHER].fingerprint(key.digest))
