"""Where a call comes from, as far as limits go; never a reason to allow anything."""

import ipaddress

from aiohttp import web

ADDRESS_HEADER = "Sisa-Client-Address"
_SITE_BITS = 64


def client_address(request: web.Request) -> str:
    """The client's address as the gateway tells it, else the socket's; IPv6 as its /64.

    The gateway drops what clients send under this name, and only the gateway reaches us. Who
    comes another way can choose what is counted against them, and gains nothing else: limits per
    name and per number hold whatever the address.
    """
    given = request.headers.get(ADDRESS_HEADER) or request.remote or ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return request.remote or ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, _SITE_BITS), strict=False))
    return str(address)
