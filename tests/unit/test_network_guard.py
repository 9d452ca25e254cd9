"""The guard of every command that tests run: it sees a way out, also where errors are swallowed."""

import subprocess
import sys

import pytest
from network_guard import no_network

#: 192.0.2.1 is nobody's, by RFC 5737.
TRIES = [
    ("connect", "socket.create_connection(('192.0.2.1', 9), 1)", False),
    ("look up", "socket.getaddrinfo('padan.example', 80)", False),
    ("datagram", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))", False),
    ("listen to all", "socket.socket().bind(('0.0.0.0', 0))", False),
    ("listen to all, unsaid", "socket.socket().bind(('', 0))", False),
    ("loopback", "socket.socket().bind(('127.0.0.1', 0))", True),
    ("own name", "socket.gethostname()", True),
]


@pytest.mark.parametrize(("tried", "inside"), [t[1:] for t in TRIES], ids=[t[0] for t in TRIES])
def test_a_way_out_is_seen(tried: str, inside: bool) -> None:
    program = f"import contextlib, socket\nwith contextlib.suppress(Exception):\n    {tried}"
    # one program starts another, as prefect starts its server
    started = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}], check=True)"

    def run() -> None:
        with no_network({}) as environment:
            subprocess.run([sys.executable, "-c", started], env=environment, check=True, timeout=60)

    if inside:
        run()
    else:
        with pytest.raises(AssertionError, match="socket"):
            run()
