"""The evidence log: canonical JSON, the hash chain over an envelope's events, and its check
(`chain.verify`); the evidence package and its offline verifier (`verify.py`, a program by itself).

Pure Python over the standard library, so that a log can be checked without Odoo.
"""

from .canonical import CanonicalError, dumps
from .chain import (
    GENESIS,
    PREFIX,
    Event,
    Problem,
    event_hash,
    evidence_uri,
    parse_evidence_uri,
)
from .package import PackageDocument, build_package

__all__ = [
    'GENESIS',
    'PREFIX',
    'CanonicalError',
    'Event',
    'PackageDocument',
    'Problem',
    'build_package',
    'dumps',
    'event_hash',
    'evidence_uri',
    'parse_evidence_uri',
]
