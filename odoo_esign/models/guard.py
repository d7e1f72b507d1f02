"""The sentinel that lets this module's own code write what nobody else may.

It travels in the context. A context that comes in over RPC is JSON, and JSON cannot
hold this very object, so a caller from outside cannot forge it.
"""

_SENTINEL = object()
_KEY = "esign_guard"


def unlocked(records):
    """Return ``records`` with the right to write protected fields."""
    return records.with_context(**{_KEY: _SENTINEL})


def locked(records):
    """Return ``records`` without that right, for handing them on."""
    return records.with_context(**{_KEY: None})


def is_unlocked(env):
    """Tell whether the caller is this module itself."""
    return env.context.get(_KEY) is _SENTINEL
