"""A small shop with nothing installed: python3 stdlib-logging.py HANDLER HOST PORT [KEY], through a handler of logging.handlers"""

import logging
import logging.handlers
import os
import pickle
import socket
import struct
import sys

kind, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
key = sys.argv[4] if len(sys.argv) > 4 else ""

handlers = {
    "syslog-udp": lambda: logging.handlers.SysLogHandler((host, port)),
    "syslog-tcp": lambda: logging.handlers.SysLogHandler((host, port), socktype=socket.SOCK_STREAM),
    "http-post": lambda: logging.handlers.HTTPHandler(
        f"{host}:{port}", f"/ingest/python?key={key}&service=shop-http-post", method="POST"
    ),
    "http-get": lambda: logging.handlers.HTTPHandler(
        f"{host}:{port}", "/ingest/python", method="GET", credentials=("any", key)
    ),
    "socket": lambda: logging.handlers.SocketHandler(host, port),
}


class PaymentError(Exception):
    pass


def charge(order, cents):
    raise PaymentError(f"card declined for order {order}")


class Evil:
    """What a stranger would send: unpickled by Python, it would write a file."""

    def __reduce__(self):
        return os.system, (f"touch {sys.argv[5]}",)


if kind == "evil":
    with socket.create_connection((host, port)) as connection:
        for record in ({"msg": "before"}, {"msg": "evil", "extra": Evil()}, {"msg": "after"}):
            body = pickle.dumps(record, 1)
            connection.sendall(struct.pack(">L", len(body)) + body)
    sys.exit()

log = logging.getLogger("shop.payment")
log.setLevel(logging.DEBUG)
handler = handlers[kind]()
log.addHandler(handler)
log.info("order %s placed for %d cents", f"A-{kind}", 5990, extra={"request_id": "r-9", "user_id": "42"})
log.warning("100 %% of the stock of %s is gone", kind)
try:
    charge(f"A-{kind}", 5990)
except PaymentError:
    log.exception("payment of %s failed", kind)
handler.close()
logging.shutdown()
