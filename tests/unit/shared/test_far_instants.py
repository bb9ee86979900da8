"""Instants at the ends of the calendar, which fit no other zone, are refused at the edge."""

import base64

import pytest
from pydantic import BaseModel, ValidationError

from shared import cursors
from shared.errors import Malformed
from shared.ids import uuid7
from shared.text import RequestInstant

FAR = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]


class Query(BaseModel):
    since: RequestInstant


@pytest.mark.parametrize("instant", FAR)
def test_an_instant_that_has_no_utc_is_not_valid(instant: str) -> None:
    with pytest.raises(ValidationError, match="out of range"):
        Query.model_validate({"since": instant})


@pytest.mark.parametrize("instant", FAR)
def test_a_cursor_of_such_an_instant_is_malformed(instant: str) -> None:
    made = base64.urlsafe_b64encode(f"{instant} {uuid7()}".encode()).decode().rstrip("=")
    with pytest.raises(Malformed):
        cursors.read(made)
