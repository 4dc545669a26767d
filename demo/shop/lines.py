"""Lines of a Python service: the standard library's logging through its own HTTPHandler, which a queue keeps out of the way of
requests. LOG_URL says where to."""

import logging
import logging.handlers
import os
import queue
from urllib.parse import urlsplit

import sentry_sdk


def with_trace(record):
    """Every line says to which trace it belongs, and on which host it was written."""
    record.host = os.environ.get("HOSTNAME")
    span = sentry_sdk.get_current_span()
    if span:
        record.trace_id = span.trace_id
    return True


def start():
    """Returns what is to be stopped at the end, so that nothing is left in the queue."""
    url = urlsplit(os.environ["LOG_URL"])
    handler = logging.handlers.HTTPHandler(
        url.netloc, f"{url.path}?{url.query}", method="POST", secure=url.scheme == "https"
    )
    waiting = queue.SimpleQueue()
    enqueue = logging.handlers.QueueHandler(waiting)
    enqueue.addFilter(with_trace)
    logging.getLogger().addHandler(enqueue)
    logging.getLogger().setLevel(logging.INFO)
    listener = logging.handlers.QueueListener(waiting, handler)
    listener.start()
    return listener
