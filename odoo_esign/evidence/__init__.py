"""The evidence log: canonical JSON, the hash chain over an envelope's events, and its check.

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
    verify,
)

__all__ = [
    'GENESIS',
    'PREFIX',
    'CanonicalError',
    'Event',
    'Problem',
    'dumps',
    'event_hash',
    'evidence_uri',
    'parse_evidence_uri',
    'verify',
]
