"""How often a proof does what it proves: a little in `make test`, in full in `make prove`."""

import os

FULL = os.environ.get("PROOF") == "full"


def size(small: int, full: int) -> int:
    """`full` when the environment says PROOF=full, else `small`."""
    return full if FULL else small
