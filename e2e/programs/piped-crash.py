"""Prints as programs with the standard logging do: a logged exception with its cause, and last one that nobody caught."""
import logging

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop")


def charge():
    return {}["card"]


def checkout():
    try:
        charge()
    except KeyError as error:
        raise RuntimeError("no card") from error


log.info("cart loaded")
try:
    checkout()
except RuntimeError:
    log.exception("checkout failed")
log.info("going on")
checkout()
