"""The described topology on a real broker: applied, compared, and its rights probed."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aio_pika import Message
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPChannelError, PublishError
from builders.messaging import PASSWORDS, Bus

from shared import topology_check
from shared.contracts.catalogue import FACTS
from shared.ids import uuid7
from shared.ops.management import management
from shared.ops.topology import CannotApply, apply, diff, read_passwords
from shared.topology import WORK

_ROOT = Path(__file__).resolve().parent.parent.parent


async def test_applying_twice_is_harmless_and_leaves_no_difference(bus: Bus) -> None:
    async with management(bus.management_url, bus.vhost) as api:
        assert await apply(api, PASSWORDS) == []
        assert await diff(api) == []


async def test_a_lost_binding_a_stranger_and_a_changed_policy_are_found(bus: Bus) -> None:
    async with management(bus.management_url, bus.vhost) as api:
        async with bus.channel() as channel:
            mail = await channel.get_queue("notifications.mail")
            await mail.unbind("sisa.events", "scheduling.appointment.booked")
            stranger = await channel.declare_queue("stranger", durable=True)
            await stranger.bind("sisa.private", "#")
        await api.put("policies", bus.vhost, "history", pattern="x", definition={"max-age": "1D"})
        lost = "sisa.events -> notifications.mail (scheduling.appointment.booked)"
        assert [(one.how, one.name) for one in await diff(api)] == [
            ("missing", lost),
            ("extra", "sisa.private -> stranger (#)"),
            ("different", "history"),
            ("extra", "stranger"),
        ]
        assert {one.how for one in await apply(api, PASSWORDS)} == {"extra"}
        await api.delete("queues", bus.vhost, "stranger")
        assert await diff(api) == []


async def test_services_are_told_what_is_missing(bus: Bus) -> None:
    assert await topology_check.missing(bus.url("scheduling")) == []
    async with bus.channel() as channel:
        await channel.queue_delete("scheduling.referrals")
        await channel.exchange_delete("sisa.replay")
    assert await topology_check.missing(bus.url("scheduling")) == [
        "exchange sisa.replay",
        "queue scheduling.referrals",
    ]
    async with management(bus.management_url, bus.vhost) as api:
        await apply(api, PASSWORDS)


def test_every_private_fact_has_a_queue_to_go_to() -> None:
    """Public facts always reach the history; a private one without a reader would stay behind."""
    keys = {key for queue in WORK for exchange, key in queue.keys if exchange == "sisa.private"}
    for fact in FACTS:
        if fact.private:
            wildcard = f"{fact.routing_key.rpartition('.')[0]}.*"
            assert {fact.routing_key, wildcard} & keys, fact.routing_key


def test_a_login_without_a_password_file_is_named(tmp_path: Path) -> None:
    for name in ("identity", "scheduling", "clinical", "ops"):
        (tmp_path / name).write_text("a password\n")
    with pytest.raises(CannotApply, match="for: notifications"):
        read_passwords(tmp_path)


async def test_the_command_exits_with_one_when_something_differs(bus: Bus, tmp_path: Path) -> None:
    for name, password in PASSWORDS.items():
        (tmp_path / name).write_text(password)
    assert await _ops(bus, tmp_path, "apply") == (0, "The topology is applied.\n")
    assert await _ops(bus, tmp_path, "diff") == (0, "The broker is as described.\n")
    async with bus.channel() as channel:
        await channel.queue_delete("clinical.members.dead")
    status, printed = await _ops(bus, tmp_path, "diff")
    assert status == 1
    assert "missing   queue        clinical.members.dead" in printed
    assert await _ops(bus, tmp_path, "apply") == (0, "The topology is applied.\n")


async def test_watching_tells_of_a_lost_binding_at_its_next_look(bus: Bus, tmp_path: Path) -> None:
    watching = await _started(bus, tmp_path, "watch", "--seconds", "1")
    try:
        assert watching.stdout is not None
        first = (await asyncio.wait_for(watching.stdout.readline(), 20)).decode()
        async with bus.channel() as channel:
            queue = await channel.get_queue("notifications.mail", ensure=False)
            await queue.unbind("sisa.events", "scheduling.appointment.booked")
        lines: list[str] = []
        async with asyncio.timeout(20):
            while not lines or "topology_differs" not in lines[-1]:
                lines.append((await watching.stdout.readline()).decode())
    finally:
        watching.terminate()
        await watching.communicate()

    assert '"count":0' in first
    assert "scheduling.appointment.booked" in lines[-1]


async def _ops(bus: Bus, passwords: Path, command: str) -> tuple[int | None, str]:
    process = await _started(bus, passwords, command)
    printed, _ = await process.communicate()
    return process.returncode, printed.decode()


async def _started(bus: Bus, passwords: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "shared.ops", "topology", *words),
        cwd=_ROOT,
        env={
            **os.environ,
            "SISA_OPS_MANAGEMENT_URL": bus.management_url,
            "SISA_OPS_VHOST": bus.vhost,
            "SISA_OPS_PASSWORDS_DIR": str(passwords),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def _publish(exchange: str, key: str, **properties: str) -> Callable[..., Awaitable[object]]:
    async def attempt(channel: AbstractChannel) -> object:
        target = await channel.get_exchange(exchange, ensure=False)
        return await target.publish(Message(b"{}", **properties), key)  # type: ignore[arg-type]  # texts only

    return attempt


def _read(queue: str) -> Callable[..., Awaitable[object]]:
    async def attempt(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).get(fail=False)

    return attempt


def _declare(queue: str) -> Callable[..., Awaitable[object]]:
    async def attempt(channel: AbstractChannel) -> object:
        return await channel.declare_queue(queue, exclusive=True)

    return attempt


def _bind_revocations(service: str, exchange: str, key: str) -> Callable[..., Awaitable[object]]:
    async def attempt(channel: AbstractChannel) -> object:
        queue = await channel.declare_queue(f"{service}.revoked.{uuid7()}", exclusive=True)
        return await queue.bind(exchange, key)

    return attempt


REFUSED = {
    "forging another service's event": ("scheduling", _publish("sisa.events", "identity.x.y")),
    "forging a private event": ("scheduling", _publish("sisa.private", "identity.x.y")),
    "claiming another login": (
        "scheduling",
        _publish("sisa.events", "scheduling.agenda.published", user_id="identity"),
    ),
    "writing past the exchanges": ("identity", _publish("", "notifications.mail")),
    "reading another's queue": ("scheduling", _read("notifications.mail")),
    "reading its own dead letters": ("scheduling", _read("scheduling.members.dead")),
    "reading the history": ("scheduling", _read("sisa.events.history")),
    "declaring a queue": ("scheduling", _declare("scheduling.more")),
    "declaring another's revocation queue": ("scheduling", _declare("identity.revoked.x")),
    "hearing all public events": (
        "notifications",
        _bind_revocations("notifications", "sisa.events", "#"),
    ),
    "hearing private events": (
        "notifications",
        _bind_revocations("notifications", "sisa.private", "identity.session.revoked"),
    ),
    "operators publishing events": ("ops", _publish("sisa.events", "identity.member.changed")),
    "operators reading a working queue": ("ops", _read("notifications.mail")),
}


@pytest.mark.parametrize("attempt", REFUSED)
async def test_the_broker_refuses(bus: Bus, attempt: str) -> None:
    login, act = REFUSED[attempt]
    async with bus.channel(login) as channel:
        with pytest.raises(AMQPChannelError, match=r"(ACCESS|PRECONDITION)"):
            await act(channel)


async def test_the_broker_allows_what_each_login_is_for(bus: Bus) -> None:
    allowed = {
        "identity": _publish("sisa.private", "identity.contact.changed", user_id="identity"),
        "scheduling": _read("scheduling.members"),
        "clinical": _bind_revocations("clinical", "sisa.events", "identity.session.revoked"),
        "notifications": _publish("sisa.dead", "notifications.mail", user_id="notifications"),
        "ops": _read("notifications.mail.dead"),
    }
    for login, act in allowed.items():
        async with bus.channel(login) as channel:
            await act(channel)
    async with bus.channel("identity") as channel:
        with pytest.raises(PublishError):
            await _publish("sisa.private", "identity.nobody.listens")(channel)
    await bus.purge("notifications.mail", "notifications.addresses")
