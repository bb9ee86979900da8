"""Refusals: the caller's business, each with a stable slug from the problem catalogue.

    DomainError
      +-- Malformed 400, Unauthenticated 401, Forbidden 403, NotFound 404, Conflict 409, Gone 410,
      |   Invalid 422, TooMany 429, Unavailable 503       base kinds; a service names its own below
      +-- Refused                                         a slug decided elsewhere (an SQL rule)

At both doors a DomainError is the caller's: a 4xx over HTTP, the dead letter at once on a queue.
Anything else is ours: a 500, or three tries.
"""

from typing import Any, ClassVar

from shared.contracts.problems import PROBLEMS, ProblemType


class DomainError(Exception):
    """A refusal; `detail` is a Spanish sentence without personal data, `members` extend the body.

    `retry_after` is in seconds and becomes the Retry-After header.
    """

    slug: ClassVar[str] = "internal-error"

    def __init__(
        self, detail: str | None = None, *, retry_after: int | None = None, **members: Any
    ) -> None:
        super().__init__(self.slug)
        self.detail = detail
        self.retry_after = retry_after
        self.members = members

    @property
    def problem(self) -> ProblemType:
        return PROBLEMS[self.slug]


class Malformed(DomainError):
    slug = "malformed-request"


class IdempotencyKeyMissing(Malformed):
    slug = "idempotency-key-missing"


class Unauthenticated(DomainError):
    slug = "session-required"


class Forbidden(DomainError):
    slug = "forbidden"


class NotFound(DomainError):
    slug = "not-found"


class Conflict(DomainError):
    """The state of things forbids it; each conflict has a slug of its own below."""


class StillRunning(Conflict):
    """The first request with this key has not ended yet (R-35)."""

    slug = "still-running"

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class Gone(DomainError):
    slug = "link-expired"


class Invalid(DomainError):
    """Well-formed, but a field is wrong; `errors` is `[{pointer, code, message}]`."""

    slug = "invalid-request"

    def __init__(
        self, detail: str | None = None, *, errors: list[dict[str, str]] | None = None
    ) -> None:
        if errors:
            super().__init__(detail, errors=errors)
        else:
            super().__init__(detail)


class IdempotencyKeyReused(DomainError):
    slug = "idempotency-key-reused"


class TooMany(DomainError):
    slug = "too-many-requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=max(1, retry_after))


class Unavailable(DomainError):
    """A dependency is away; nothing was decided, and the same request may be sent again."""

    slug = "unavailable"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(retry_after=retry_after)


class Refused(DomainError):
    """A refusal whose slug was decided elsewhere, by an SQL rule for one."""

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        self.slug = slug  # type: ignore[misc]  # one class for every slug of the catalogue
        super().__init__(detail, retry_after=retry_after, **members)
