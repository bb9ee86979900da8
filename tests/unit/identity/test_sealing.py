"""What is sealed opens only with its key, for its purpose, unchanged; digests need the key."""

import base64

import pytest

from identity.sealing import KeyInvalid, Keyring, Unopenable

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()


def test_what_was_sealed_opens_under_the_same_context() -> None:
    keyring = Keyring(OLD)
    sealed = keyring.seal(b"secreto", "delivery 1")

    assert keyring.open(sealed, "delivery 1") == b"secreto"
    assert b"secreto" not in sealed
    assert keyring.seal(b"secreto", "delivery 1") != sealed


def test_another_context_another_key_or_any_changed_byte_does_not_open() -> None:
    keyring = Keyring(OLD)
    sealed = keyring.seal(b"secreto", "delivery 1")

    with pytest.raises(Unopenable):
        keyring.open(sealed, "delivery 2")
    with pytest.raises(Unopenable):
        Keyring(NEW).open(sealed, "delivery 1")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unopenable):
            keyring.open(bytes(changed), "delivery 1")
    with pytest.raises(Unopenable):
        keyring.open(b"", "delivery 1")


def test_a_new_key_before_the_old_one_seals_while_both_open_and_compare() -> None:
    old, both = Keyring(OLD), Keyring(f"{NEW} {OLD}")
    sealed, digest = old.seal(b"x", "c"), old.digest("serial", "ABC")

    assert both.open(sealed, "c") == b"x"
    assert both.matches("serial", "ABC", digest)
    with pytest.raises(Unopenable):
        old.open(both.seal(b"x", "c"), "c")


def test_a_digest_is_of_one_use_and_one_value_and_of_nothing_when_there_is_none() -> None:
    keyring = Keyring(OLD)
    digest = keyring.digest("serial", "ABC")

    assert keyring.matches("serial", "ABC", digest)
    assert not keyring.matches("serial", "ABD", digest)
    assert not keyring.matches("address", "ABC", digest)
    assert not keyring.matches("serial", "ABC", None)
    assert not Keyring(NEW).matches("serial", "ABC", digest)


@pytest.mark.parametrize(
    "secret", ["", "  ", "short", "Zm9v", "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA=="]
)
def test_a_secret_that_is_no_key_stops_the_start(secret: str) -> None:
    with pytest.raises(KeyInvalid):
        Keyring(secret)
