"""The socket on which the page listens."""

from __future__ import annotations

import socket


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; opened before anything else, so that a taken port is told at once.

    Raises:
        RuntimeError: When it cannot be opened.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError) as error:
        raise RuntimeError(f"{host}:{port} is no place to listen on ({error})") from None
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(address)
        opened.listen(128)  # so that whoever comes before the server is ready waits for it
    except OSError as error:
        opened.close()
        raise RuntimeError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another --port"
        ) from None
    return opened
