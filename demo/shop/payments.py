"""The shop's payments: an order is charged through the gateway. Errors by sentry-sdk, lines by the standard library's
logging. python3 payments.py"""

import errors  # First, so that everything else is seen by it.
import http.client
import json
import logging
import os
import signal
import socketserver
import wsgiref.simple_server
from urllib.parse import urlsplit

import sentry_sdk
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

import lines

listener = lines.start()
log = logging.getLogger("shop.payments")
gateway = urlsplit(os.environ["GATEWAY_URL"])


class PaymentError(Exception):
    pass


def charge(order, user, cents):
    connection = http.client.HTTPConnection(gateway.netloc, timeout=5)
    charge_request = json.dumps({"order": order, "cents": cents, "user_id": user})
    connection.request("POST", "/charges", charge_request, {"Content-Type": "application/json"})
    receipt = json.load(connection.getresponse())
    if "receipt" not in receipt:
        raise PaymentError(f"no receipt for order {order}")
    return receipt["receipt"]


def application(environ, start_response):
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}")
    order, user, cents = body["order"], body["user_id"], body["cents"]
    sentry_sdk.set_user({"id": user})
    log.info("charging %d cents for order %s", cents, order, extra={"user_id": user})
    receipt = charge(order, user, cents)
    log.info("order %s paid, receipt %s", order, receipt, extra={"user_id": user})
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"receipt": receipt}).encode()]


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def stop(*_):
    listener.stop()
    sentry_sdk.flush(timeout=2)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
port = int(os.environ.get("PORT", 0))
server = wsgiref.simple_server.make_server("127.0.0.1", port, SentryWsgiMiddleware(application), Server, Quiet)
print(f"payments is listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
