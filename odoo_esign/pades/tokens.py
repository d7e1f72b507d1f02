"""Judges time stamp tokens as they come from a stamper (RFC 3161, 2.4.2)."""

import datetime
from collections.abc import Sequence

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation import generic_cms
from pyhanko_certvalidator import ValidationContext

from .errors import StampFailed
from .words import _lt

MAX_CLOCK_DIFFERENCE = datetime.timedelta(minutes=5)
"""How far a stamper's clock and ours may be apart; beyond, one of them is wrong."""

_GRANTED = ('granted', 'granted_with_mods')


class Answer(core.Sequence):
    """TimeStampResp (RFC 3161, 2.4.2); asn1crypto's own demands a token of a refusal too."""

    _fields = [
        ('status', tsp.PKIStatusInfo),
        ('time_stamp_token', cms.ContentInfo, {'optional': True}),
    ]


async def check_answer(
    answer: bytes,
    request: tsp.TimeStampReq,
    *,
    roots: Sequence[bytes] | None = None,
    now: datetime.datetime | None = None,
) -> cms.ContentInfo:
    """Return the token of an answer to `request`; raises StampFailed if anything is wrong with it.

    `roots` are the DER certificates to trust; None takes a token of anybody's, whose signature
    and purpose are checked all the same.
    """
    token, info = _parse(answer)
    wanted = request['message_imprint']
    if info['message_imprint'].native != wanted.native:
        raise StampFailed(_lt('the time stamp is for another document'), 'imprint')
    if info['nonce'].native != request['nonce'].native:
        raise StampFailed(_lt('the time stamp answers another request (nonce)'), 'nonce')
    policy = request['req_policy'].native
    if policy and info['policy'].native != policy:
        text = _lt(
            'the time stamp is under the policy %(given)s, not %(wanted)s',
            given=info['policy'].native,
            wanted=policy,
        )
        raise StampFailed(text, 'policy')
    now = now or datetime.datetime.now(datetime.timezone.utc)
    if abs(info['gen_time'].native - now) > MAX_CLOCK_DIFFERENCE:
        raise StampFailed(
            _lt(
                "the stamper's clock says %(time)s UTC, ours %(now)s",
                time=f'{info["gen_time"].native:%Y-%m-%d %H:%M:%S}',
                now=f'{now:%Y-%m-%d %H:%M:%S}',
            ),
            'clock',
        )
    await _check_signature(token['content'], wanted, roots)
    return token


def _parse(answer):
    try:
        response = Answer.load(answer, strict=True)
        status = response['status']
        state = status['status'].native
        if state not in _GRANTED:
            raise StampFailed(_refusal(status), 'refused')
        token = response['time_stamp_token']
        info = token['content']['encap_content_info']['content'].parsed
        if not isinstance(info, tsp.TSTInfo) or len(token['content']['signer_infos']) != 1:
            raise ValueError('no TSTInfo')
        # `native` reads the whole structure, which may be broken anywhere
        if not info.native:
            raise ValueError('an empty TSTInfo')
        return token, info
    except StampFailed:
        raise
    except Exception as error:
        raise StampFailed(_lt('the answer is not a time stamp'), 'garbage') from error


def _refusal(status):
    reasons = [*(status['status_string'].native or ()), *sorted(status['fail_info'].native or ())]
    text = ' '.join(', '.join(map(str, reasons)).split())[:200]
    if text:
        return _lt('the request was refused (%(said)s)', said=text)
    return _lt('the request was refused')


async def _check_signature(signed_data, wanted, roots):
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in roots or ()],
        allow_fetching=False,
        revocation_mode='soft-fail',
    )
    try:
        status = await generic_cms.validate_tst_signed_data(
            signed_data, context, lambda _algorithm: wanted['hashed_message'].native
        )
        certificate = status['signing_cert']
        sound = status['intact'] and status['valid']
        trusted = roots is None or status.get('validation_path') is not None
    except Exception as error:
        raise StampFailed(_lt('the answer is not a time stamp'), 'garbage') from error
    if not sound:
        raise StampFailed(_lt("the time stamp's signature is wrong"), 'garbage')
    usage = certificate.extended_key_usage_value
    if usage is None or usage.native != ['time_stamping']:  # RFC 3161, 2.3
        raise StampFailed(_lt('its certificate is not for time stamps'), 'untrusted')
    if not trusted:
        raise StampFailed(_lt('its certificate is not trusted'), 'untrusted')
