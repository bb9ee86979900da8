"""The mailbox's own word on which mails it accepted, over the part of Mailpit's API it has."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import aiohttp
from pydantic import BaseModel

from deploy.local.balance.facts import Mail

_PAGE = 500
_HEX = "[0-9a-f]"
# The Message-ID is `<event.template@domain>`: a second copy of one mail is known by it.
_BOOKED = re.compile(
    rf"({_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}})[.]appointment_booked@.+"
)


class _Address(BaseModel):
    Address: str


class Summary(BaseModel):
    """What a list tells of a mail; the names are the API's."""

    ID: str
    MessageID: str
    Created: datetime
    To: list[_Address]


class _Page(BaseModel):
    messages: list[Summary]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`url` is where its pages are."""

    url: str

    async def newest(self) -> Summary | None:
        """The mail that came last."""
        async for summary in self._summaries(1):
            return summary
        return None

    async def since(self, mail_id: str | None, at: datetime | None) -> list[Summary]:
        """What came after the mail with this id and time, newest first; all for None."""
        found = []
        async for summary in self._summaries(_PAGE):
            if at is not None and summary.Created < at:
                break
            if mail_id != summary.ID:
                found.append(summary)
        return found

    async def _summaries(self, limit: int) -> AsyncIterator[Summary]:
        async with aiohttp.ClientSession(self.url, raise_for_status=True) as session:
            seen = 0
            while True:
                query = {"start": str(seen), "limit": str(limit)}
                async with session.get("/api/v1/messages", params=query) as answer:
                    page = _Page.model_validate_json(await answer.read())
                for summary in page.messages:
                    yield summary
                seen += len(page.messages)
                if len(page.messages) < limit:
                    return


def bookings(summaries: list[Summary]) -> Iterator[Mail]:
    """The mails that tell of a booking, by the event that caused each."""
    for summary in summaries:
        found = _BOOKED.fullmatch(summary.MessageID)
        if found:
            recipients = ", ".join(to.Address for to in summary.To)
            yield Mail(summary.ID, UUID(found[1]), recipients)
