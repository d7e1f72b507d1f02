"""Authorities, tokens and providers of others, all on this machine: see the repository's tests/."""

import atexit
import functools
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from ..pades.seals import totp

HELPERS = Path(__file__).resolve().parents[2] / "tests"
_running = ExitStack()
atexit.register(_running.close)


def helper(name):
    """Return one of the helper modules there, which need no Odoo."""
    if str(HELPERS) not in sys.path:
        sys.path.append(str(HELPERS))
    return __import__(name)


def folder():
    return Path(_running.enter_context(tempfile.TemporaryDirectory()))


@functools.cache
def authority():
    """Return an outside authority with OCSP, lists and time stamps; it runs until the end."""
    return _running.enter_context(helper("outside").serving(folder()))


@functools.cache
def provider():
    """Return a provider of remote signatures whose keys are the authority's."""
    return _running.enter_context(
        helper("csc_provider").serving(authority().config, totp.code)
    )


@functools.cache
def token():
    """Return the module of helpers for the token that is in this machine now."""
    device = helper("token_device")
    device.make_token(folder() / "token")
    outside = authority()
    for name in ("rsa", "p256"):
        device.put(name, outside.keys[name], [outside.certificate(name)])
    device.put("above", None, [outside.certificate("interm"), outside.root])
    return device
