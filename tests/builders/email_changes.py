"""Changing an account's address as a person does, and as the clock does (R-11)."""

from builders.identity import Answered, World
from builders.roll import NUMBER, SERIAL, Line, holders
from identity.parts import KEYRING
from identity.usecases.apply_email_change import apply_due_changes

NEW = "nueva@example.org"
CONFIRMATIONS = "/v1/accounts/email-confirmations"


async def ask(world: World, **changed: str) -> Answered:
    headers = {"Sisa-Client-Address": changed.pop("address", "192.0.2.1")}
    body = {"affiliation_number": NUMBER, "serial_number": SERIAL, "email": NEW} | changed
    return await world.call("POST", "/v1/accounts/reactivations", body, headers=headers)


async def confirm(world: World, bearer: str | None = None) -> Answered:
    token = await world.mailed_token("email_change")
    return await world.call("POST", CONFIRMATIONS, {"token": token}, bearer=bearer)


async def due(world: World) -> int:
    return await apply_due_changes(world.database, world.app[KEYRING], now=world.clock())


async def address(world: World) -> str:
    async with world.database.connection() as connection:
        found: str = await connection.fetchval("SELECT email FROM accounts ORDER BY registered_at")
    return found


async def another_family(world: World, email: str) -> Line:
    """An active account of another family."""
    (other,) = holders(1)
    await world.loader.lines([Line(), other], confirmed=True)
    await world.activated(
        affiliation_number=other.affiliation_number,
        serial_number=other.serial_number,
        email=email,
    )
    return other
