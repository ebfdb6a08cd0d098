"""Addresses that must never be visited, in every spelling that some resolver takes."""

from __future__ import annotations

from ipaddress import IPv4Address

PRIVATE_4 = (
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
)
"""Loopback, private, carrier-grade, link-local, metadata, this host, multicast, broadcast."""

PRIVATE_6 = (
    "::1",
    "::",
    "0:0:0:0:0:0:0:1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "64:ff9b:1::1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
)

PUBLIC = (
    "8.8.8.8",
    "1.1.1.1",
    "9.9.9.9",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "192.169.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "169.253.255.255",
    "169.255.0.1",
    "11.0.0.1",
    "9.255.255.255",
    "126.255.255.255",
    "128.0.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "134744072",
    "0x08080808",
    "010.010.010.010",
    "8.526344",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "[2620:fe::fe]",
    "2a00:1450:4001:82a::200e",
    "2400:cb00:2048:1::c629:d7a2",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
)
"""Addresses of the public web, some next door to those that are not."""

_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９。")


def spellings(address: str) -> list[str]:
    """The ways in which an IPv4 address can be written."""
    number = int(IPv4Address(address))
    a, b, c, d = number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255
    return [
        address,
        f"{address}.",
        f" {address} ",
        str(number),
        f"0x{number:08x}",
        f"0X{number:X}",
        f"0{number:o}",
        f"000{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"00{a:o}.{b}.0x{c:x}.{d}",
        address.translate(_FULL_WIDTH),
        f"::ffff:{address}",
        f"[::ffff:{address}]",
        f"::FFFF:{number >> 16:x}:{number & 0xFFFF:x}",
        f"64:ff9b::{address}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
    ]


HOSTILE = [
    *(spelling for address in PRIVATE_4 for spelling in spellings(address)),
    *PRIVATE_6,
    *(f"[{address}]" for address in PRIVATE_6),
]
"""Every one is an address that must not be visited."""

NO_ADDRESSES = (
    "",
    " ",
    "localhost",
    "example.com",
    "8.8.8.8.8",
    "8.8.8.256",
    "8.8.8.-8",
    "08.8.8.8",
    "0x.8.8.8.8",
    "8.8.8.8/24",
    "8.8.8.8 127.0.0.1",
    "8.8.8.8#@127.0.0.1",
    "[8.8.8.8",
    "2606:4700:::1111",
    "%31%32%37.0.0.1",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "http://user@8.8.8.8/",
    "http://8.8.8.8\\@127.0.0.1/",
    "http://example.com/",
)
"""Names, malformed addresses, and URLs that are not plain: none of them may pass."""
