"""Which network addresses may be visited: the rule, in one place.

A page of the web, or a model that read one, may ask for an address inside the operator's own
network: a router, a database, a cloud's metadata service. So only addresses that are reachable
from everywhere are visited, whatever they are called. The tables follow IANA's registries of
special-purpose addresses; they stand here, rather than in `ipaddress`, whose answers change with
the version of Python.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade translation
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's metadata service on an address that looks public
            "169.254.0.0/16",  # link-local, metadata services
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, metadata services
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
"""Global unicast; everything outside is loopback, local, multicast or not assigned."""

_NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which holds an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a translator: whether one may be visited is up to the IPv4 address."""

_PART = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+", re.ASCII)


def is_public_address(text: str) -> bool:
    """Whether a network address may be visited.

    Loopback, private, link-local, carrier-grade, multicast, reserved and documentation addresses
    may not, nor may metadata services; IPv4 addresses inside of IPv6 ones are judged as IPv4.

    Args:
        text: An address in any spelling that a resolver takes: dotted, decimal, octal or
            hexadecimal IPv4, IPv6 with or without brackets; or an http(s) URL whose host is one.

    Returns:
        True only for an address, and a public one. Names are no addresses: what a name means is
        known after it is resolved, and then each of its addresses is asked about.

    >>> is_public_address("8.8.8.8"), is_public_address("2606:4700::1111")
    (True, True)
    >>> [is_public_address(text) for text in ("127.0.0.1", "0x7f000001", "::ffff:10.0.0.1")]
    [False, False, False]
    >>> is_public_address("localhost")
    False
    """
    if "://" in text:
        return _is_public_url(text)
    address = parse_address(text)
    return address is not None and is_public(address)


def is_public(address: Address) -> bool:
    """The rule itself, for a parsed address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if address in _MAPPED or address in _TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def parse_address(text: str) -> Address | None:
    """An address from any spelling that a resolver takes, or None when it is a name.

    >>> parse_address("0177.1"), parse_address("[::1]"), parse_address("example.com")
    (IPv4Address('127.0.0.1'), IPv6Address('::1'), None)
    """
    host = normalise_host(text)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if ":" in host:
        try:
            return IPv6Address(host)
        except ValueError:
            return None
    return _parse_four(host)


def normalise_host(text: str) -> str:
    """A host as resolvers see it: compatibility letters as plain ones, ideographic full stops."""
    host = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    return host.strip().lower().removesuffix(".")


def _parse_four(host: str) -> IPv4Address | None:
    """IPv4 as C's `inet_aton` reads it: one to four parts, each decimal, octal or hexadecimal."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_PART.fullmatch(part) for part in parts):
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *bytes_, last = numbers
    if any(number > 255 for number in bytes_) or last >= 256 ** (5 - len(numbers)):
        return None
    value = last
    for place, number in enumerate(bytes_):
        value |= number << (8 * (3 - place))
    return IPv4Address(value)


def _number(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") else int(part)


def _is_public_url(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or "\\" in text:
        return False
    address = parse_address(host)
    return address is not None and is_public(address)
