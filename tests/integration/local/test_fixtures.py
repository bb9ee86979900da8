"""What the fixtures promise to every other test: fresh, apart, and with production's rights."""

from collections.abc import Awaitable, Callable

import aio_pika
import asyncpg
import pytest
from databases import Database
from vhosts import Vhost

from deploy.local.server import Server
from deploy.postgres.provision import database_url

NewDatabase = Callable[[str], Awaitable[Database]]


async def test_each_database_is_fresh_and_migrated(new_database: NewDatabase) -> None:
    first, second = await new_database("identity"), await new_database("identity")
    for database in (first, second):
        connection = await asyncpg.connect(database.owner_url)
        assert await connection.fetchval("SELECT count(*) FROM schema_migrations") >= 1
        await connection.execute("CREATE TABLE mark (id int)")
        await connection.close()
    assert first.name != second.name


async def test_the_app_login_writes_rows_and_changes_no_table(new_database: NewDatabase) -> None:
    database = await new_database("scheduling")
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("CREATE TABLE mark (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    await owner.close()

    app = await asyncpg.connect(database.app_url)
    await app.execute("INSERT INTO mark (word) VALUES ('one')")
    await app.execute("UPDATE mark SET word = 'two'")
    for forbidden in (
        "CREATE TABLE other (id int)",
        "ALTER TABLE mark ADD COLUMN extra int",
        "DROP TABLE mark",
        "TRUNCATE mark",
        "CREATE TEMPORARY TABLE other (id int)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(forbidden)
    await app.close()


async def test_a_login_reaches_no_other_services_database(
    new_database: NewDatabase, postgres: Server
) -> None:
    identity, other = await new_database("identity"), await new_database("notifications")
    user, password = "identity_app", "app-of-tests"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(database_url(postgres.url, other.name, user, password))
    own = await asyncpg.connect(identity.app_url)
    await own.close()


async def test_each_vhost_is_empty_and_open_to_its_test(vhost: Vhost) -> None:
    async with await aio_pika.connect(vhost.amqp_url) as connection:
        channel = await connection.channel()
        await channel.declare_queue("mark", exclusive=True)


async def test_the_next_vhost_knows_nothing_of_the_one_before(vhost: Vhost) -> None:
    async with await aio_pika.connect(vhost.amqp_url) as connection:
        channel = await connection.channel()
        with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
            await channel.get_queue("mark")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@h:1/postgres", "postgresql://u:p@h:1/x"),
        ("postgres://a@h", "postgres://u:p@h/x"),
        ("postgresql://h:5432/?sslmode=require", "postgresql://u:p@h:5432/x?sslmode=require"),
    ],
)
def test_a_url_of_another_database_keeps_place_and_options(url: str, expected: str) -> None:
    assert database_url(url, "x", "u", "p") == expected


def test_what_is_no_postgresql_url_is_refused() -> None:
    with pytest.raises(ValueError, match="not a PostgreSQL URL"):
        database_url("amqp://h/", "x")
