"""The rule about addresses: nothing private passes in any spelling, nothing public is refused."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.live import Fault, LiveError, is_public_address
from searchvl_gym.live.addresses import parse_address
from searchvl_gym.live.urls import read_url
from tests.live.hostile import HOSTILE, NO_ADDRESSES, PRIVATE_4, PUBLIC, spellings


def test_there_are_enough_forms() -> None:
    assert len(set(HOSTILE)) >= 300


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_address_passes(text: str) -> None:
    assert not is_public_address(text)
    assert not is_public_address(f"http://{text.strip()}/")
    for url in (f"http://{text.strip()}/", f"https://{text.strip()}:8443/a?b"):
        with pytest.raises(LiveError) as caught:
            read_url(url)
        assert caught.value.fault is Fault.ADDRESS


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_does_not_pass(text: str) -> None:
    assert not is_public_address(text)


@pytest.mark.parametrize("text", PUBLIC)
def test_no_public_address_is_refused(text: str) -> None:
    assert is_public_address(text)
    host = f"[{text}]" if ":" in text and "[" not in text else text
    assert is_public_address(f"https://{host}/page")
    assert read_url(f"https://{host}/page").target == "/page"


@pytest.mark.parametrize("address", [*PRIVATE_4, "8.8.8.8", "1.2.3.4", "200.100.50.25"])
def test_every_spelling_means_the_same_address(address: str) -> None:
    for spelling in spellings(address)[:14]:
        assert parse_address(spelling) == IPv4Address(address), spelling


@given(st.integers(0, 2**32 - 1))
def test_four_byte_addresses_agree_with_the_standard_library(number: int) -> None:
    """Apart from ranges on which versions of Python disagree, or that are special to clouds."""
    address = IPv4Address(number)
    ours = ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "224.0.0.0/4")
    if any(address in IPv4Network(network) for network in ours):
        assert not is_public_address(str(address))
    else:
        assert is_public_address(str(address)) == address.is_global
    assert is_public_address(str(number)) == is_public_address(str(address))


@given(st.integers(0, 2**128 - 1) | st.integers(0x2000 << 112, (0x4000 << 112) - 1))
def test_no_sixteen_byte_address_passes_that_the_standard_library_calls_private(n: int) -> None:
    address = IPv6Address(n)
    if is_public_address(str(address)) and address.ipv4_mapped is None:
        assert address.is_global and not address.is_multicast


@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    if is_public_address(text) and "://" not in text:
        address = parse_address(text)
        assert address is not None and ip_address(str(address)) == address


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "http://localhost/",
        "http://LOCALHOST:8080/",
        "http://a.localhost/",
        "http://printer.local/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://router.lan/",
        "http://intranet/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "data:text/html,hi",
        "//example.com/",
        "http:///path",
        "http://user:pass@example.com/",
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1\\@example.com/",
        "http://exa mple.com/",
        "http://example.com:22/",
        "http://example.com:99999/",
        "http://[::1/",
        "http://1.2.3.4.5/",
        "http://999.1.1.1/",
        "http://" + "a" * 300 + ".com/",
        "http://example.com/" + "a" * 3000,
        "",
    ],
)
def test_urls_that_are_not_of_the_public_web_are_refused(url: str) -> None:
    with pytest.raises(LiveError) as caught:
        read_url(url)
    assert caught.value.fault is Fault.ADDRESS
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "spelt"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTPS://Example.Com:443/A?b=c#d", "https://example.com/A?b=c"),
        ("http://example.com:8080/a b", "http://example.com:8080/a%20b"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://example.com/a;b=1?q=%20", "http://example.com/a;b=1?q=%20"),
        ("http://134744072/", "http://8.8.8.8/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_a_url_has_one_spelling(url: str, spelt: str) -> None:
    assert str(read_url(url)) == spelt
    assert str(read_url(spelt)) == spelt
