"""`python -m config.serve HANDLE`: the ASGI server on a listening socket that somebody else opened and keeps.

uvicorn's own `--fd` takes every socket for a Unix one, and so leaves Nagle's algorithm on: 40 ms a request.
"""

import socket
import sys

import uvicorn

GRACE_SECONDS = 2  # open event streams would hold a stopping server up for ever


def main(handle: int) -> None:
    door = socket.socket(fileno=handle)
    settings = uvicorn.Config(
        "config.asgi:application",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whose X-Forwarded-For counts is said by TRUSTED_PROXIES alone (core.requests)
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[door])


if __name__ == "__main__":
    main(int(sys.argv[1]))
