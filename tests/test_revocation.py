"""OCSP answers and revocation lists, judged by OpenSSL."""

import datetime

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from pades import authority, revocation
from validators import run


@pytest.fixture
def folder(ca, tmp_path):
    """Certificates as PEM files, and a leaf."""
    leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name='Someone')
    ders = {
        'root': ca.root_cert,
        'issuing': ca.issuing_cert,
        'tsa': ca.tsa_cert,
        'leaf': leaf.cert_der,
    }
    for name, der in ders.items():
        (tmp_path / f'{name}.der').write_bytes(der)
        run('openssl', 'x509', '-inform', 'DER', '-in', tmp_path / f'{name}.der',
            '-out', tmp_path / f'{name}.pem')
    return tmp_path


@pytest.mark.parametrize('revoked', [None, datetime.datetime(2026, 1, 2)])
def test_openssl_accepts_the_answer(revoked, ca, folder):
    leaf = (folder / 'leaf.der').read_bytes()
    (folder / 'answer').write_bytes(revocation.ocsp_answer(ca, leaf, revoked=revoked))
    output = run(
        'openssl', 'ocsp', '-issuer', folder / 'issuing.pem', '-sha256',
        '-cert', folder / 'leaf.pem', '-respin', folder / 'answer', '-no_nonce',
        '-CAfile', folder / 'root.pem', '-verify_other', folder / 'issuing.pem',
    )
    assert 'Response verify OK' in output
    assert f'leaf.pem: {"revoked" if revoked else "good"}' in output


def test_answer_ends_with_the_leaf_and_is_delegated(ca, folder):
    leaf = (folder / 'leaf.der').read_bytes()
    answer = ocsp.load_der_ocsp_response(revocation.ocsp_answer(ca, leaf))
    certificate = x509.load_der_x509_certificate(leaf)
    assert answer.next_update_utc == certificate.not_valid_after_utc
    assert answer.certificates[0] == x509.load_der_x509_certificate(ca.ocsp_cert)
    assert answer.serial_number == certificate.serial_number


def test_leaves_of_others_get_no_answer(ca, folder):
    other = authority.create_authority('Müster & Söhne GmbH', 'DE')
    leaf = (folder / 'leaf.der').read_bytes()
    with pytest.raises(ValueError, match='another authority'):
        revocation.ocsp_answer(other, leaf)
    assert revocation.material(other, [leaf]).ocsps == ()
    assert leaf not in revocation.material(other, [leaf]).certs
    assert len(revocation.material(ca, [leaf, leaf]).ocsps) == 1


def test_openssl_accepts_the_list(ca, folder):
    """The root's list, on what the root has issued."""
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)

    def check(name, revoked):
        (folder / 'crl').write_bytes(revocation.root_crl(ca, revoked=revoked))
        run('openssl', 'crl', '-inform', 'DER', '-in', folder / 'crl', '-out', folder / 'crl.pem')
        return run(
            'openssl', 'verify', '-crl_check_all', '-CRLfile', folder / 'crl.pem',
            '-CAfile', folder / 'root.pem', folder / f'{name}.pem', ok=(2,) if revoked else (0,),
        )

    for name, der in (('issuing', ca.issuing_cert), ('tsa', ca.tsa_cert)):
        assert 'OK' in check(name, {})
        number = x509.load_der_x509_certificate(der).serial_number
        assert 'certificate revoked' in check(name, {number: yesterday})


def test_material_is_joined_without_doubles():
    first, second = revocation.Material((b'a', b'b'), (b'o',)), revocation.Material((b'b', b'c'))
    assert first + second == revocation.Material((b'a', b'b', b'c'), (b'o',))
