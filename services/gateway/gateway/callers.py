"""Who calls: the address that limits and audits use, and which no client can choose."""

import hmac
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp import web
from multidict import CIMultiDictProxy

from gateway.settings import Network

ADDRESS_HEADER = "Sisa-Client-Address"
CREDENTIAL_HEADER = "Sisa-Portal-Credential"

_UNKNOWN = "0.0.0.0"  # noqa: S104  # an address in a log line, nothing listens there
_SITE_BITS = 64


def public_address(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """The socket's address, or what our own load balancers say of theirs."""
    peer = request.remote or _UNKNOWN
    if not trusted:
        return peer
    return _first_stranger(peer, request.headers, trusted)


def _first_stranger(peer: str, headers: CIMultiDictProxy[str], trusted: Iterable[Network]) -> str:
    """From the right end of X-Forwarded-For, the first that none of ours wrote of itself."""
    written = ",".join(headers.getall("X-Forwarded-For", ()))
    nearest = peer
    for hop in [peer, *(part.strip() for part in reversed(written.split(",")))]:
        try:
            address = ip_address(hop)
        except ValueError:
            return nearest
        nearest = str(address)
        if not any(address in network for network in trusted):
            return nearest
    return nearest


def portal_address(request: web.Request, credential: bytes) -> str:
    """The browser's address as the portal says it; without its credential, the socket's."""
    peer = request.remote or _UNKNOWN
    shown = request.headers.get(CREDENTIAL_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(shown, credential):
        return peer
    try:
        return str(ip_address(request.headers.get(ADDRESS_HEADER, "")))
    except ValueError:
        return peer


@lru_cache(maxsize=10_000)
def counted_as(address: str) -> str:
    """What limits count an address as: one IPv6 site may use any of its 2^64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, _SITE_BITS), strict=False).network_address)
