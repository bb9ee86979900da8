"""What accepting the institute's documents means: which version, by which text (R-02)."""

import hashlib

from identity.domain.accounts import Consent
from shared.profile import Profile


def consents(profile: Profile) -> list[Consent]:
    """Accepting everything, today: each document in its version, with the SHA-256 of its text."""
    return [
        Consent(document.name, document.version, hashlib.sha256(document.text.encode()).digest())
        for document in profile.documents
    ]
