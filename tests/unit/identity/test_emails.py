"""An address is exactly one, and one however it is spelt."""

import pytest

from identity.emails import read_address


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ana.Muestra@Example.ORG", "ana.muestra@example.org"),
        ("ana+citas@example.org", "ana+citas@example.org"),
        ("ana@bücher.example.org", "ana@xn--bcher-kva.example.org"),
    ],
)
def test_addresses_are_compared_in_lower_case_with_the_domain_in_ascii(text: str, key: str) -> None:
    address = read_address(text)

    assert address is not None
    assert address.key == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@example.org.",
        "ana@example..org",
        "ana@example.org, luis@example.org",
        "ana@example.org;luis@example.org",
        "Ana <ana@example.org>",
        '"ana muestra"@example.org',
        "ana@[192.0.2.1]",
        "ana@localhost",
        "ana@example.org\r\nBcc: luis@example.org",
        "ana\x00@example.org",
        "añá@example.org",
        "ana@ example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
    ],
)
def test_r_1_what_is_not_one_plain_address_is_none(text: str) -> None:
    assert read_address(text) is None
