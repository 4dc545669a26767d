"""The same shop in Python, any sentry-sdk: python shop.py STORY"""

import logging
import os
import sys

import sentry_sdk

story = sys.argv[1]
logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])
log = logging.getLogger("shop.payment")

sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    release="shop@1.4.0",
    environment="production",
    server_name="web-1",
    **({"traces_sample_rate": 1.0, "enable_logs": True} if story in ("not-kept", "logs") else {}),
    **({"send_default_pii": True} if story == "logs" else {}),
)


class PaymentError(Exception):
    pass


def charge(order_id, cents):
    currency = "EUR"
    log.info("charging order %s", order_id)
    log.warning("provider is slow: %d ms", 2300)
    raise PaymentError(f"card declined for order {order_id}: {cents} {currency}")


def error():
    """try/raise beside stdlib logging, as people have it."""
    sentry_sdk.set_user({"id": "42", "email": "ann@example.com"})
    sentry_sdk.set_tag("region", "eu")
    try:
        charge("A-17", 5990)
    except PaymentError as problem:
        sentry_sdk.capture_exception(problem)


def cause():
    try:
        try:
            {}["currency"]
        except KeyError as missing:
            raise PaymentError("order has no currency") from missing
    except PaymentError:
        log.exception("order %s failed", "A-17")


def message():
    sentry_sdk.capture_message("Stock of SKU-7 is low", level="warning")


def unhandled():
    charge("A-18", 100)


def check_in():
    from sentry_sdk.crons import monitor

    with monitor(monitor_slug="nightly-invoices"):
        pass


def not_kept():
    with sentry_sdk.start_transaction(name="checkout", op="task"):
        log.info("charging order %s", "A-17")
        with sentry_sdk.start_span(op="db", name="SELECT cart"):
            pass


def logs():
    """stdlib logging as records of their own, beside the error of the same trace."""
    sentry_sdk.set_user({"id": "42", "email": "ann@example.com"})
    log.info("charging order %s for %d cents", "A-17", 5990, extra={"request_id": "r-9"})
    log.warning("provider is slow")
    sentry_sdk.logger.error("order {order} failed", order="A-17", attempt=2)
    try:
        charge("A-17", 5990)
    except PaymentError:
        log.exception("payment failed")


{
    "error": error,
    "cause": cause,
    "message": message,
    "unhandled": unhandled,
    "check-in": check_in,
    "not-kept": not_kept,
    "logs": logs,
}[story]()
sentry_sdk.flush(timeout=5)
