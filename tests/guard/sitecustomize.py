"""Loaded by every Python that a guarded command starts: no way out of this machine, and each try is noted.

Python asks this hook before a socket is connected or bound, a datagram sent, or a name looked up.
"""

from __future__ import annotations

import os
import socket
import sys
import traceback

NOTED = os.environ.get("NETWORK_GUARD", "")
LOOPBACK = {"", "127.0.0.1", "::1", "localhost", "ip6-localhost"}
#: Where the address stands among what the hook is given; "0.0.0.0" may be reached from outside.
ADDRESSED = {"socket.connect": 1, "socket.bind": 1, "socket.sendto": 1, "socket.sendmsg": 1}
LOOKED_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}


def is_inside(host: object) -> bool:
    """Return whether a host is this machine alone."""
    name = host.decode() if isinstance(host, bytes) else host
    if isinstance(name, tuple):
        name = name[0]
    return name is None or (isinstance(name, str) and (name in LOOPBACK or name.startswith("127.")))


def guard(event: str, given: tuple[object, ...]) -> None:
    """Note a way out, and refuse it."""
    if event in ADDRESSED:
        made, address = given[0], given[ADDRESSED[event]]
        if not isinstance(made, socket.socket) or made.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        # of a socket that is connected already, nothing is said
        inside = address is None or (is_inside(address) and address[0] != "")  # type: ignore[index]
    elif event in LOOKED_UP:
        inside = is_inside(given[0])
    else:
        return
    if not inside:
        with open(NOTED, "a", encoding="utf-8") as file:  # noqa: PTH123 - as little as can be is imported here
            file.write(
                f"{event} {given[1:]!r} {' '.join(sys.argv)}\n{''.join(traceback.format_stack(limit=12))}\n"
            )
        raise PermissionError(event)


if NOTED:
    sys.addaudithook(guard)
