"""What use cases return, as it is shown over HTTP."""

from identity.api import models
from identity.usecases.send_credentials import Credentials


def credentials(made: Credentials) -> models.Credentials:
    """Shown once (R-07)."""
    return models.Credentials(
        username=made.username,
        temporary_password=made.temporary_password,
        expires_at=made.expires_at,
    )
