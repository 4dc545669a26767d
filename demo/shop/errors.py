"""Errors of a Python service: sentry-sdk, as its documentation has it."""

import os

import sentry_sdk

sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    release=os.environ.get("SHOP_RELEASE"),
    environment="production",
    server_name=os.environ.get("HOSTNAME"),
    # Without tracing, no request tells the next service to which trace it belongs.
    **({"trace_propagation_targets": []} if os.environ.get("SHOP_TRACES") == "no" else {"traces_sample_rate": 1.0}),
)
