"""Whose word about a caller's address is taken, and as what an address is counted."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from gateway.callers import counted_as, portal_address, public_address

INSIDE = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def _from(peer: str, *forwarded: str, **headers: str) -> str:
    given = CIMultiDict(headers)
    for line in forwarded:
        given.add("X-Forwarded-For", line)
    request = make_mocked_request("GET", "/", headers=given).clone(remote=peer)
    return public_address(request, INSIDE)


def test_a_strangers_word_counts_for_nothing() -> None:
    assert _from("198.51.100.1", "203.0.113.7") == "198.51.100.1"


def test_our_load_balancers_word_counts_from_the_right_end() -> None:
    assert _from("10.0.0.1", "203.0.113.7") == "203.0.113.7"
    assert _from("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.2") == "203.0.113.7"
    assert _from("10.0.0.1", "1.1.1.1", "203.0.113.7") == "203.0.113.7"


def test_what_is_no_address_ends_the_search_at_the_last_one_known() -> None:
    assert _from("10.0.0.1", "203.0.113.7, nonsense") == "10.0.0.1"
    assert _from("10.0.0.1", "nonsense, 10.0.0.2") == "10.0.0.2"
    assert _from("10.0.0.1") == "10.0.0.1"


def test_without_trusted_networks_the_header_is_not_even_read() -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": "203.0.113.7"})
    assert public_address(request.clone(remote="10.0.0.1"), ()) == "10.0.0.1"


@pytest.mark.parametrize("shown", ["", "secre", "secrets", "sécret", "SECRET"])
def test_another_credential_than_the_portals_is_none(shown: str) -> None:
    headers = {"Sisa-Portal-Credential": shown, "Sisa-Client-Address": "203.0.113.7"}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="10.0.0.1")
    assert portal_address(request, b"secret") == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("not an address", "not an address"),
    ],
)
def test_an_ipv6_site_counts_as_one(address: str, counted: str) -> None:
    assert counted_as(address) == counted
