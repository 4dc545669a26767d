"""The worker that writes invoices: takes messages of the queue, one after the other. python3 invoices.py"""

import errors  # First, so that everything else is seen by it.
import json
import logging
import os
import signal
import time
import urllib.request

import sentry_sdk

import lines

listener = lines.start()
log = logging.getLogger("shop.invoices")
queue = os.environ["QUEUE_URL"]


def ask(path, body):
    request = urllib.request.Request(f"{queue}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as response:
        text = response.read()
    return json.loads(text) if text else None


def write_invoice(message):
    country = message["address"]["country"]
    log.info("invoice of order %s written, VAT of %s", message["order"], country, extra={"user_id": message["user_id"]})


def work(taken):
    message = taken["message"]
    with sentry_sdk.isolation_scope():
        sentry_sdk.set_user({"id": message["user_id"]})
        transaction = sentry_sdk.continue_trace(message.get("trace", {}), op="queue.process", name="invoice")
        with sentry_sdk.start_transaction(transaction):
            try:
                write_invoice(message)
                ask("/done", {"id": taken["id"]})
            except Exception as problem:
                sentry_sdk.capture_exception(problem)
                extra = {"user_id": message["user_id"]}
                log.warning("message %s goes back, attempt %d", taken["id"], taken["attempts"], extra=extra)


def stop(*_):
    listener.stop()
    sentry_sdk.flush(timeout=2)
    os._exit(0)


signal.signal(signal.SIGTERM, stop)
print("invoices is running", flush=True)
while True:
    taken = ask("/next", {})
    if taken and "message" in taken:
        work(taken)
    else:
        time.sleep(0.1)
