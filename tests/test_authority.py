"""The built-in authority's certificates and the keys' encryption."""

import datetime

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pades import authority, errors, keystore, names
from validators import run


def leaf(ca, name='Łukasz Żółć', **options):
    made = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name, **options)
    return x509.load_der_x509_certificate(made.cert_der)


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind).value


def test_keys_belong_to_certificates(ca):
    for role, kind in (('root', rsa), ('issuing', ec), ('ocsp', ec), ('tsa', ec)):
        certificate = x509.load_der_x509_certificate(getattr(ca, f'{role}_cert'))
        key = load_der_private_key(getattr(ca, f'{role}_key'), None)
        assert key.public_key() == certificate.public_key()
        assert isinstance(key, kind.RSAPrivateKey if kind is rsa else ec.EllipticCurvePrivateKey)
    assert load_der_private_key(ca.root_key, None).key_size == 3072


def test_nothing_secret_is_printed(ca):
    assert 'key' not in repr(ca)
    made = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name='x')
    assert 'key' not in repr(made)


def test_chain_is_accepted_by_openssl(ca, tmp_path):
    made = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name='Someone')
    ders = {
        'root': ca.root_cert,
        'issuing': ca.issuing_cert,
        'ocsp': ca.ocsp_cert,
        'tsa': ca.tsa_cert,
        'leaf': made.cert_der,
    }
    for name, der in ders.items():
        (tmp_path / f'{name}.der').write_bytes(der)
        run('openssl', 'x509', '-inform', 'DER', '-in', tmp_path / f'{name}.der',
            '-out', tmp_path / f'{name}.pem')
    for name, purpose in (('leaf', 'smimesign'), ('tsa', 'timestampsign'), ('ocsp', 'ocsphelper')):
        output = run('openssl', 'verify', '-x509_strict', '-purpose', purpose,
                     '-CAfile', tmp_path / 'root.pem', '-untrusted', tmp_path / 'issuing.pem',
                     tmp_path / f'{name}.pem')
        assert 'OK' in output


def test_leaf_says_what_it_should(ca):
    certificate = leaf(ca, email='zoe@example.com', evidence='evidence:7:' + 'a' * 64)
    names_ = extension(certificate, x509.SubjectAlternativeName)
    assert names_.get_values_for_type(x509.RFC822Name) == ['zoe@example.com']
    assert names_.get_values_for_type(x509.UniformResourceIdentifier) == ['evidence:7:' + 'a' * 64]
    usage = extension(certificate, x509.ExtendedKeyUsage)
    assert set(usage) == {ExtendedKeyUsageOID.EMAIL_PROTECTION, authority.DOCUMENT_SIGNING}
    key_usage = extension(certificate, x509.KeyUsage)
    assert key_usage.content_commitment and key_usage.digital_signature
    assert not key_usage.key_cert_sign
    assert extension(certificate, x509.CertificatePolicies)[0].policy_identifier
    access = extension(certificate, x509.AuthorityInformationAccess)
    assert access[0].access_location.value == authority.NO_OCSP_HOST
    assert not extension(certificate, x509.BasicConstraints).ca
    days = (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days
    assert days == 365
    access = extension(leaf(ca, ocsp_url='https://o.example/ocsp'), x509.AuthorityInformationAccess)
    assert access[0].access_location.value == 'https://o.example/ocsp'


def test_serial_numbers_and_keys_are_never_the_same(ca):
    made = [leaf(ca) for _count in range(50)]
    assert len({certificate.serial_number for certificate in made}) == 50
    assert len({certificate.public_key().public_numbers().x for certificate in made}) == 50


@pytest.mark.parametrize(
    ('name', 'expected'),
    [
        ('Łukasz Żółć', 'Łukasz Żółć'),
        ('  two\n\nlines\t ', 'two lines'),
        ('evil\u202egpj.exe\x00', 'evilgpj.exe'),
        ('\ud800', 'Signer'),
        ('', 'Signer'),
        ('\u200b\u200b', 'Signer'),
        ('x' * 300, 'x' * 64),
        ('Ж' * 300, 'Ж' * 32),
        ('𠀀' * 300, '𠀀' * 16),
        ('a' * 63 + 'q\u0323\u0307', 'a' * 63),
    ],
)
def test_names_are_cleaned_and_cut(ca, name, expected):
    certificate = leaf(ca, name)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == expected
    assert asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)).subject.native
    full = certificate.subject.get_attributes_for_oid(x509.ObjectIdentifier('2.5.4.41'))
    assert bool(full) == (len(names.clean_name(name, 9999)) > len(expected) and bool(name))


@pytest.mark.parametrize(
    ('email', 'kind'),
    [
        ('zoe@example.com', x509.RFC822Name),
        ('zoe@exämple.org', x509.RFC822Name),
        ('żoë@exämple.org', x509.OtherName),
        ('ж' * 60 + '@example.com', x509.OtherName),
        ('a@' + 'x' * 80 + '.com', None),
        ('nothing', None),
        ('@', None),
        ('a b@example.com', None),
        ('a\n@example.com', None),
        ('', None),
        (None, None),
    ],
)
def test_addresses_never_stop_a_signature(ca, email, kind):
    certificate = leaf(ca, email=email, evidence='evidence:0:' + '0' * 64)
    alternative = extension(certificate, x509.SubjectAlternativeName)
    assert [type(name) for name in alternative][:-1] == ([kind] if kind else [])
    again = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    assert again.subject_alt_name_value.native


@pytest.mark.parametrize('organisation', ['', 'A' * 300, 'Ж' * 300, 'Ltd\x00\u202e', '😀'])
@pytest.mark.parametrize('country', [None, '', 'be', 'Belgium', 'ÄÖ'])
def test_any_company_gets_an_authority(organisation, country, monkeypatch):
    key = rsa.generate_private_key(65537, 2048)
    monkeypatch.setattr(authority.rsa, 'generate_private_key', lambda *_size: key)
    made = authority.create_authority(organisation, country)
    subject = x509.load_der_x509_certificate(made.root_cert).subject
    countries = subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    assert [attribute.value for attribute in countries] == (['BE'] if country == 'be' else [])


def test_leaf_ends_with_its_authority_at_the_latest(ca):
    late = x509.load_der_x509_certificate(ca.issuing_cert).not_valid_after_utc
    certificate = leaf(ca, now=late - datetime.timedelta(days=10))
    assert certificate.not_valid_after_utc == late


# Keys at rest


KEY = keystore.master_key_from('a long enough secret')


def test_wrapped_keys_come_back():
    wrapped = keystore.wrap(KEY, b'secret', b'company:1/root')
    assert keystore.unwrap(KEY, wrapped, b'company:1/root') == b'secret'
    assert keystore.unwrap(KEY, memoryview(wrapped), b'company:1/root') == b'secret'
    assert b'secret' not in wrapped
    assert keystore.wrap(KEY, b'secret', b'company:1/root') != wrapped


@pytest.mark.parametrize('change', ['key', 'context', 'version', 'bit', 'short', 'empty'])
def test_wrong_keys_are_told(change):
    wrapped, key, context = bytearray(keystore.wrap(KEY, b'secret', b'a')), KEY, b'a'
    if change == 'key':
        key = keystore.master_key_from('another long secret')
    elif change == 'context':
        context = b'b'
    elif change == 'version':
        wrapped[0] = 9
    elif change == 'bit':
        wrapped[-1] ^= 1
    else:
        wrapped = wrapped[:20] if change == 'short' else b''
    with pytest.raises(errors.KeystoreError):
        keystore.unwrap(key, bytes(wrapped), context)


def test_master_key_is_stable_and_secrets_have_a_length():
    assert len(KEY) == 32
    assert keystore.master_key_from(b'a long enough secret') == KEY
    with pytest.raises(errors.KeystoreError):
        keystore.master_key_from('short')
    with pytest.raises(errors.KeystoreError):
        keystore.wrap(b'short', b'x', b'')
