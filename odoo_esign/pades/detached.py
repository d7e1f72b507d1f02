"""Detached signatures and time stamps over any bytes (CMS, RFC 5652; RFC 3161)."""

import hashlib

from .loops import run


def sign_detached(data: bytes, signer) -> bytes:
    """Return a detached CMS signature (DER) over the data, by a pyHanko signer."""
    container = run(signer.async_sign_general_data(data, 'sha256', detached=True, use_cades=True))
    return container.dump()


def stamp_detached(data: bytes, stamper) -> bytes:
    """Return a time stamp token (DER) over the data; raises StampFailed."""
    return run(stamper.async_timestamp(hashlib.sha256(data).digest(), 'sha256')).dump()
