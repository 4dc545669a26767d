"""A shop that both logs and uses an SDK: python3 log-and-send.py WORDS PORT, SENTRY_DSN set; LATE=seconds holds the SDK back"""

import logging
import logging.handlers
import os
import sys
import threading
import time

import sentry_sdk
from sentry_sdk.transport import HttpTransport

words, port = sys.argv[1], int(sys.argv[2])
late = float(os.environ.get("LATE", "0"))


class LateTransport(HttpTransport):
    """An SDK on a slow line."""

    def capture_envelope(self, envelope):
        threading.Timer(late, lambda: super(LateTransport, self).capture_envelope(envelope)).start()


sentry_sdk.init(transport=LateTransport if late else None, environment="production")


class PaymentError(Exception):
    pass


def charge(order):
    raise PaymentError(f"card declined for {order}")


log = logging.getLogger("shop.payment")
handler = logging.handlers.SocketHandler("127.0.0.1", port)
log.addHandler(handler)
try:
    charge(words)
except PaymentError:
    # The SDK's integration sends what is logged as an error; the handler sends the record.
    log.exception("payment of %s failed", words)
handler.close()
time.sleep(late + 0.5 if late else 0)
sentry_sdk.flush(5)
