"""Clinical text opens only with its key, for its row, unchanged; keys change without loss."""

import base64

import pytest

from clinical_records.domain.encryption import Cipher, KeyInvalid, Unopenable

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()


def test_what_was_sealed_opens_for_the_same_row_and_names_its_key() -> None:
    cipher = Cipher(OLD)
    key_id, sealed = cipher.seal(b"diagnosis", "sick leave 1")

    assert cipher.open(key_id, sealed, "sick leave 1") == b"diagnosis"
    assert b"diagnosis" not in sealed
    assert cipher.seal(b"diagnosis", "sick leave 1")[1] != sealed
    assert len(key_id) == 8


def test_another_row_another_key_or_any_changed_byte_does_not_open() -> None:
    cipher = Cipher(OLD)
    key_id, sealed = cipher.seal(b"diagnosis", "sick leave 1")

    with pytest.raises(Unopenable):
        cipher.open(key_id, sealed, "sick leave 2")
    with pytest.raises(Unopenable):
        Cipher(NEW).open(key_id, sealed, "sick leave 1")
    with pytest.raises(Unopenable):
        cipher.open("00000000", sealed, "sick leave 1")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unopenable):
            cipher.open(key_id, bytes(changed), "sick leave 1")
    for short in (b"", sealed[:11], sealed[:12]):
        with pytest.raises(Unopenable):
            cipher.open(key_id, short, "sick leave 1")


def test_a_new_key_before_the_old_one_seals_while_both_open() -> None:
    old, both = Cipher(OLD), Cipher(f"{NEW} {OLD}")
    key_id, sealed = old.seal(b"x", "a")

    assert both.open(key_id, sealed, "a") == b"x"
    newer, resealed = both.seal(b"x", "a")
    assert newer != key_id
    with pytest.raises(Unopenable):
        old.open(newer, resealed, "a")
    assert Cipher(NEW).open(newer, resealed, "a") == b"x"


def test_a_line_is_sealed_text_and_garbage_is_unopenable() -> None:
    cipher = Cipher(OLD)
    line = cipher.seal_line("motivo clínico", "audit break-glass")

    assert line.isascii()
    assert "motivo" not in line
    assert cipher.open_line(line, "audit break-glass") == "motivo clínico"
    for wrong in ("", ":", "plain text", line[:-4], line + "!"):
        with pytest.raises(Unopenable):
            cipher.open_line(wrong, "audit break-glass")


def test_a_fingerprint_needs_the_key_and_outlives_a_new_one() -> None:
    digest = b"d" * 32

    assert Cipher(OLD).fingerprint(digest) == Cipher(f"{NEW} {OLD}").fingerprint(digest)
    assert Cipher(OLD).fingerprint(digest) != Cipher(NEW).fingerprint(digest)
    assert Cipher(OLD).fingerprint(digest) != digest


@pytest.mark.parametrize(
    "secret", ["", "  ", "short", "Zm9v", base64.b64encode(b"x" * 31).decode()]
)
def test_a_secret_that_is_no_key_stops_the_start(secret: str) -> None:
    with pytest.raises(KeyInvalid):
        Cipher(secret)
