"""`python -m config.serve DESCRIPTOR [CERTIFICATE KEY]`: runs the ASGI server on a listening socket that its parent process
keeps open, with TLS where it gets the files of a certificate.

uvicorn's own `--fd` treats every socket as a Unix one and so leaves Nagle's algorithm on, which costs 40 ms a request.
"""

import os
import socket
import sys

import uvicorn

from config.processes import READY

GRACE_SECONDS = 2  # without it, open event streams would keep a server from stopping


class ReadyServer(uvicorn.Server):
    """Tells the process that has started it once it accepts connections, so that the one before can stop."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if descriptor := os.environ.pop(READY, ""):
            os.write(int(descriptor), b"1")
            os.close(int(descriptor))


def main(descriptor: int, certificate: str | None = None, key: str | None = None) -> None:
    listener = socket.socket(fileno=descriptor)
    settings = uvicorn.Config(
        "config.asgi:application",
        log_config=None,  # its messages go through the formatters of config.logs, which leave secrets out
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=False,  # core.requests reads X-Forwarded-For, and only from TRUSTED_PROXIES
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    ReadyServer(settings).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:4])
