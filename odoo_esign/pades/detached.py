"""Detached signatures and time stamps over any bytes (CMS, RFC 5652; RFC 3161)."""

import datetime
import hashlib
from collections.abc import Sequence

from asn1crypto import cms, tsp, x509
from pyhanko.sign.validation import generic_cms
from pyhanko_certvalidator import ValidationContext

from .errors import StampFailed
from .loops import run
from .seal import signer_certificate
from .words import _lt


def sign_detached(data: bytes, signer) -> bytes:
    """Return a detached CMS signature (DER) over the data, by a pyHanko signer."""
    container = run(signer.async_sign_general_data(data, 'sha256', detached=True, use_cades=True))
    return container.dump()


def stamp_detached(data: bytes, stamper) -> bytes:
    """Return a time stamp token (DER) over the data; raises StampFailed."""
    try:
        return run(stamper.async_timestamp(hashlib.sha256(data).digest(), 'sha256')).dump()
    except StampFailed:
        raise
    except OSError as error:  # pyHanko's TimestampRequestError
        raise StampFailed(
            _lt('no time stamp could be obtained: %(error)s', error=error), 'unreachable'
        ) from error


def stamp_end(token: bytes) -> datetime.datetime:
    """Return when the certificate of a time stamp token (DER) ends."""
    signed = cms.ContentInfo.load(token)['content']
    return x509.Certificate.load(signer_certificate(signed)).not_valid_after


def check_stamp(data: bytes, token: bytes, *, roots: Sequence[bytes] | None) -> datetime.datetime:
    """Return the time that a token (DER) proves for the data; raises StampFailed.

    It is judged at that very time: a certificate that ended later takes nothing away. `roots` are
    the DER certificates to trust; None takes a token of anybody's.
    """
    try:
        content = cms.ContentInfo.load(token, strict=True)['content']
        info = content['encap_content_info']['content'].parsed
        moment = info['gen_time'].native
        digest = hashlib.sha256(data).digest()
        fits = isinstance(info, tsp.TSTInfo) and (
            info['message_imprint']['hash_algorithm']['algorithm'].native == 'sha256'
            and info['message_imprint']['hashed_message'].native == digest
        )
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in roots or ()],
            allow_fetching=False,
            revocation_mode='soft-fail',
            moment=moment,
        )
        status = run(
            generic_cms.validate_tst_signed_data(content, context, lambda _algorithm: digest)
        )
        usage = status['signing_cert'].extended_key_usage_value
    except Exception as error:
        raise StampFailed(_lt('this is not a time stamp'), 'garbage') from error
    if not fits:
        raise StampFailed(_lt('the time stamp is for something else'), 'imprint')
    if not (status['intact'] and status['valid']):
        raise StampFailed(_lt("the time stamp's signature is wrong"), 'garbage')
    if usage is None or usage.native != ['time_stamping']:  # RFC 3161, 2.3
        raise StampFailed(_lt('its certificate is not for time stamps'), 'untrusted')
    if roots is not None and status.get('validation_path') is None:
        raise StampFailed(_lt('its certificate is not trusted'), 'untrusted')
    return moment
