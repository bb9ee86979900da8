"""Private servers: made from nothing, stopped, killed, started again on the same data."""

import os
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from deploy.local.accounts import Account, data_folder, remove_data
from deploy.local.errors import CannotProvide
from deploy.local.postgres import postgres
from deploy.local.processes import Guard
from deploy.local.rabbitmq import rabbitmq
from deploy.local.server import Broker, Server


async def test_postgresql_keeps_committed_rows_through_a_kill_and_its_port(
    private_postgres: Server,
) -> None:
    connection = await asyncpg.connect(private_postgres.url)
    await connection.execute("CREATE TABLE kept (id int)")
    await connection.execute("INSERT INTO kept VALUES (7)")
    url, first = private_postgres.url, private_postgres.pid

    await private_postgres.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    await connection.close(timeout=1)
    await private_postgres.start()

    assert private_postgres.url == url
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT id FROM kept") == 7
    await connection.close()


async def test_postgresql_is_as_durable_as_in_production_and_refuses_a_wrong_password(
    private_postgres: Server,
) -> None:
    connection = await asyncpg.connect(private_postgres.url)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await connection.fetchval("SELECT current_setting($1)", setting) == "on"
    await connection.close()

    scheme, _, place = private_postgres.url.partition("@")
    user = scheme.rpartition(":")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"{user}:guess@{place}")


async def test_a_stopped_broker_starts_again_with_its_messages_and_on_its_ports(
    private_rabbitmq: Broker,
) -> None:
    url = private_rabbitmq.url
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("kept", durable=True)
        message = aio_pika.Message(b"x", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, queue.name)

    await private_rabbitmq.stop()
    with pytest.raises(OSError, match=r"."):
        await aio_pika.connect(url)
    await private_rabbitmq.start()
    assert private_rabbitmq.url == url
    await private_rabbitmq.kill()
    await private_rabbitmq.start()

    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        kept = await channel.get_queue("kept")
        received = await kept.get(timeout=5)
        assert received is not None
        assert received.body == b"x"
        await received.ack()


async def test_a_private_broker_knows_no_guest(private_rabbitmq: Broker) -> None:
    place = private_rabbitmq.url.partition("@")[2]
    with pytest.raises(aio_pika.exceptions.AMQPConnectionError):
        await aio_pika.connect(f"amqp://guest:guest@{place}")


async def test_a_server_named_in_the_environment_is_used_and_never_ended(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TESTS_POSTGRES", "postgresql://someone@192.0.2.1/postgres")
    async with postgres(tmp_path / "postgres", guard, variable="A_TESTS_POSTGRES") as server:
        assert server.url == "postgresql://someone@192.0.2.1/postgres"
        with pytest.raises(CannotProvide):
            await server.kill()
    assert not (tmp_path / "postgres").exists()


async def test_a_broker_url_without_its_management_url_is_refused_in_words(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TESTS_AMQP", "amqp://someone@192.0.2.1/")
    with pytest.raises(CannotProvide, match="A_TESTS_MANAGEMENT is needed"):
        async with rabbitmq(tmp_path, guard, variables=("A_TESTS_AMQP", "A_TESTS_MANAGEMENT")):
            pass


async def test_data_of_a_postgresql_that_is_gone_are_named_and_not_touched(
    tmp_path: Path, guard: Guard
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotProvide, match="written by PostgreSQL 9"):
        async with postgres(tmp_path, guard):
            pass
    assert (tmp_path / "data" / "PG_VERSION").exists()


@pytest.mark.parametrize("name", ["postgres", "rabbitmq"])
def test_removing_data_removes_them_where_they_stand(tmp_path: Path, name: str) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = Account(os.geteuid(), os.getegid(), switch=os.geteuid() == 0)

    folder = data_folder(closed / name, account)
    (folder / "row").write_text("1")
    assert (closed / name / "row").exists()

    remove_data(closed / name)
    assert not folder.exists()
    assert not os.path.lexists(closed / name)
