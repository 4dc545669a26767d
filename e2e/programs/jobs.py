"""Cron jobs with the real sentry-sdk, monitored as its documentation says."""

import os
import sys

import sentry_sdk
from sentry_sdk.crons import monitor

story = sys.argv[1]
sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], release="shop@1.4.0", environment="production")

CONFIG = {
    "schedule": {"type": "crontab", "value": "0 3 * * *"},
    "timezone": "Europe/Vienna",
    "checkin_margin": 10,
    "max_runtime": 60,
    "failure_issue_threshold": 1,
    "recovery_threshold": 1,
}


@monitor(monitor_slug="nightly-backup", monitor_config=CONFIG)
def backup(works):
    if not works:
        raise OSError("no space left on /backup")


@monitor(
    monitor_slug="every-minute",
    monitor_config={"schedule": {"type": "interval", "value": 1, "unit": "minute"}, "checkin_margin": 1},
)
def every_minute():
    pass


try:
    if story == "every-minute":
        every_minute()
    else:
        backup(story == "works")
except OSError:
    pass
sentry_sdk.flush(timeout=5)
