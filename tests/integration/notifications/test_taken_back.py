"""A mark of attendance that is taken back leaves an appointment booked: no news to anybody."""

from builders.mail_facts import Family, booked
from builders.notifications import World

from shared.contracts.scheduling import AppointmentAttended


async def test_r_51_an_appointment_that_is_booked_again_is_not_mailed_again(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    attended = AppointmentAttended(**booking.model_dump() | {"state": "attended"})

    await world.arrives(attended, sequence=2)
    await world.arrives(booking, sequence=3)

    told = [
        (mail["template"], mail["sequence"])
        for mail in await world.mails()
        if mail["template"].startswith("appointment")
    ]
    assert told == [("appointment_booked", 1)]
