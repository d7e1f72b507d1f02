"""One authority issued the certificates of the seal and of the time stamp server."""

import dataclasses
import datetime

import outside as outsiders
import pytest
from asn1crypto import ocsp as asn1_ocsp
from certomancer.registry import CertLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pades import answer_guard, finalise, longterm, validate
from pades.seals import gather, pkcs12
from pades.stamp_servers import StampServer, StampServers
from seal_steps import signed

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
LATER = (0, 1, 40, 4 * 365, 15 * 365)
"""Days ahead; the responder's certificate has ended after the last of these."""


@pytest.fixture
def unguarded():
    """Leave things as they were: a package without the guard must not get it from here."""
    applied = answer_guard.is_applied()
    answer_guard.remove()
    yield
    if applied:
        answer_guard.apply()


@pytest.fixture(scope='module')
def documents(outside):
    """Documents before they are finalised, by the stamper: asked about by OCSP or by a list."""
    outside.mode = {}
    made = {}
    for kind in ('asked', 'listed'):
        stamps = StampServers(
            [StampServer(f'{outside.url}/outside/tsa/{kind}')], roots=[outside.root]
        )
        signer = pkcs12.open_pkcs12(outside.pkcs12(), outsiders.PASSWORD)
        last = signed(signer, stamps)
        found = gather.gather(last.pdf, roots=[outside.root], stamp_roots=[outside.root])
        made[kind] = last.pdf, found, stamps
    return made


@pytest.fixture(scope='module')
def finals(documents):
    return {kind: finalised(*document) for kind, document in documents.items()}


def finalised(pdf, found, stamps):
    return finalise.finalise(pdf, authorities=[], stamper=stamps, extra=found).pdf


def problems(pdf, outside, ahead, stamp_roots=True):
    return validate.check_sealed(
        pdf, roots=[outside.root], stamp_roots=[outside.root] if stamp_roots else (),
        level='B-LTA', expected_fields=['company', 'sign1', 'archive_1'],
        moment=NOW + ahead * DAY if ahead else None,
    )  # fmt: skip


@pytest.mark.parametrize('kind', ['asked', 'listed'])
def test_it_is_for_the_long_term(outside, documents, finals, kind):
    numbers = {
        outside.pki.get_cert(CertLabel(name)).serial_number
        for name in ('rsa', f'{kind}_tsa')
    }
    answers = [one for der in documents[kind][1].ocsps for one in asked_for(der)]
    assert len(answers) == (2 if kind == 'asked' else 1)
    assert set(answers) <= numbers
    for ahead in LATER:
        assert not problems(finals[kind], outside, ahead), ahead
        verdicts = longterm.judge(
            finals[kind], roots=[outside.root], stamp_roots=[outside.root],
            moment=NOW + ahead * DAY if ahead else None,
        )  # fmt: skip
        assert [one.indication for one in verdicts] == ['TOTAL_PASSED'] * 2, ahead
    assert not problems(finals[kind], outside, 0, stamp_roots=False)


def test_the_guard_is_needed(outside, finals, unguarded):
    """A repaired pyhanko-certvalidator says nothing here: the guard can go then."""
    assert problems(finals['asked'], outside, 40)


def test_the_package_applies_it():
    assert answer_guard.is_applied()
    assert answer_guard.apply() is True


# ------------------------------------------------------------------ what must go on to count
@pytest.mark.parametrize('ahead', [0, 40])
def test_an_answer_that_it_is_revoked_counts(outside, documents, ahead):
    pdf, found, stamps = documents['asked']
    assert problems(finalised(pdf, answered(outside, found, revoked=True), stamps), outside, ahead)


def test_an_old_answer_of_a_valid_responder_counts(outside, documents):
    pdf, found, stamps = documents['asked']
    given = answered(outside, found)
    assert not problems(finalised(pdf, given, stamps), outside, 15 * 365)


def test_an_answer_given_after_the_responder_has_ended_does_not(outside, documents):
    pdf, found, stamps = documents['asked']
    late = answered(outside, found, given=NOW + 14 * 365 * DAY)
    assert problems(finalised(pdf, late, stamps), outside, 15 * 365)


def asked_for(der):
    answer = asn1_ocsp.OCSPResponse.load(der).response_data['responses']
    return [one['cert_id']['serial_number'].native for one in answer]


def answered(outside, found, *, revoked=False, given=NOW - DAY):
    """Return the material with another answer on the stamper's certificate in it."""
    stamper = x509.load_der_x509_certificate(outside.certificate('asked_tsa'))
    responder = x509.load_der_x509_certificate(outside.certificate('ocsp'))
    status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
    answer = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=stamper,
            issuer=x509.load_der_x509_certificate(outside.certificate('interm')),
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=given,
            next_update=given + DAY,
            revocation_time=given - DAY if revoked else None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        .certificates([responder])
        .sign(outside.keys['ocsp'], hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    others = [der for der in found.ocsps if stamper.serial_number not in asked_for(der)]
    return dataclasses.replace(found, ocsps=(*others, answer))
