"""The built-in certification authority: one per company, made at first use, no configuration.

    root (RSA-3072, 30 years)
    ├── time stamping (P-256)
    └── issuing (P-256)
        ├── OCSP responder (P-256), delegated (RFC 6960, 4.2.2.2)
        └── one leaf per signature (P-256, 1 year), its key used once and never stored
"""

import datetime
import secrets
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from .names import MAX_FULL_NAME_BYTES, clean_name, email_names
from .prepared import is_readable, prepared_name

ROOT_YEARS = 30
LEAF_DAYS = 365
BACKDATE = datetime.timedelta(minutes=5)
"""Certificates begin a little earlier, for readers whose clock is slow."""

DOCUMENT_SIGNING = x509.ObjectIdentifier('1.3.6.1.5.5.7.3.36')
"""id-kp-documentSigning (RFC 9336)."""

LEAF_POLICY = x509.ObjectIdentifier('2.25.231681373164040112939590320724483003121')
"""This project's policy for one-time certificates (an arc of a UUID, ITU-T X.667)."""

TSA_POLICY = '2.25.227497005284760142521927154391344359404'
"""This project's policy for the built-in time stamps."""

NO_OCSP_HOST = 'http://ocsp.invalid/esign'
"""Stands in leaves made without an address: readers ignore an embedded OCSP answer for a
certificate that names no responder. The domain never resolves (RFC 6761)."""


@dataclass(frozen=True)
class Authority:
    """Certificates (DER) and unencrypted private keys (PKCS #8 DER) of one company.

    Keys that were destroyed are b''. `last_crl` is the root's last list, for when its key is gone.
    """

    root_cert: bytes
    issuing_cert: bytes
    ocsp_cert: bytes
    tsa_cert: bytes
    root_key: bytes = field(repr=False)
    issuing_key: bytes = field(repr=False)
    ocsp_key: bytes = field(repr=False)
    tsa_key: bytes = field(repr=False)
    last_crl: bytes = field(default=b'', repr=False)


@dataclass(frozen=True)
class Leaf:
    """A one-time certificate (DER) and its private key, an object that must not be stored.

    `whole_name` is the person's name where the certificate can't hold all of it, else None.
    """

    cert_der: bytes
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    whole_name: str | None = None


def create_authority(
    organisation: str, country: str | None, *, now: datetime.datetime | None = None
) -> Authority:
    """Make the keys and certificates of a company (about 0.2 s, most of it the RSA key).

    `country` is the ISO 3166 code; anything else is left out. `now` is an aware datetime.
    """
    start = _now(now) - BACKDATE
    end = start + datetime.timedelta(days=ROOT_YEARS * 365.25)
    name = _namer(organisation, country)
    root_key = rsa.generate_private_key(65537, 3072)
    root_name = name('eSign Root')
    root = _builder(root_name, root_name, root_key.public_key(), start, end)
    root = _as_authority(root, 1).sign(root_key, hashes.SHA256())
    return _with_services(root, root_key, name, start)


def renew_services(
    authority: Authority,
    organisation: str,
    country: str | None,
    *,
    now: datetime.datetime | None = None,
) -> Authority:
    """Make issuing authority, OCSP responder and time stamper anew, under the same root.

    They last as long as the root does. What the earlier ones have signed is not touched by it.
    """
    root = x509.load_der_x509_certificate(authority.root_cert)
    # The authority made the key itself; checking its primes anew would take 100 ms.
    key = ser.load_der_private_key(authority.root_key, None, unsafe_skip_rsa_key_validation=True)
    return _with_services(root, key, _namer(organisation, country), _now(now) - BACKDATE)


def _namer(organisation, country):
    mark = secrets.token_hex(3)  # tells apart two authorities of companies with the same name

    def name(role):
        suffix = f' {role} {mark}'
        whole = prepared_name(organisation, 64 - len(suffix)) + suffix
        # Right-to-left names can't be followed by Latin; the organisation stands beside it.
        return _subject((whole if is_readable(whole) else suffix).strip(), organisation, country)

    return name


def _with_services(root, root_key, name, start):
    end = root.not_valid_after_utc
    issuing_key, ocsp_key, tsa_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    issuing_name = name('eSign Issuing')
    issuing = _builder(issuing_name, root.subject, issuing_key.public_key(), start, end)
    issuing = _as_authority(_issued_by(issuing, root), 0).sign(root_key, hashes.SHA256())
    tsa = _builder(name('eSign Time Stamp'), root.subject, tsa_key.public_key(), start, end)
    tsa = _as_service(_issued_by(tsa, root), ExtendedKeyUsageOID.TIME_STAMPING, True)
    ocsp = _builder(name('eSign OCSP'), issuing_name, ocsp_key.public_key(), start, end)
    ocsp = _as_service(_issued_by(ocsp, issuing), ExtendedKeyUsageOID.OCSP_SIGNING, False)
    # Nobody needs to ask whether the responder itself is revoked (RFC 6960, 4.2.2.2.1).
    ocsp = ocsp.add_extension(x509.OCSPNoCheck(), False)
    return Authority(
        root_cert=_der(root),
        issuing_cert=_der(issuing),
        ocsp_cert=_der(ocsp.sign(issuing_key, hashes.SHA256())),
        tsa_cert=_der(tsa.sign(root_key, hashes.SHA256())),
        root_key=_pkcs8(root_key),
        issuing_key=_pkcs8(issuing_key),
        ocsp_key=_pkcs8(ocsp_key),
        tsa_key=_pkcs8(tsa_key),
    )


def issue_leaf(
    issuing_cert: bytes,
    issuing_key,
    *,
    common_name: str,
    email: str | None = None,
    evidence: str | None = None,
    ocsp_url: str | None = None,
    now: datetime.datetime | None = None,
) -> Leaf:
    """Make a new key and its certificate for one signature.

    `issuing_key` is the private key, loaded or as PKCS #8 DER. Of `common_name` goes in what every
    reader can compare, cut to what X.520 allows; a longer name is kept in the attribute `name`
    (2.5.4.41), what can't be compared in the Leaf's `whole_name`. `evidence` is the
    `evidence:<count>:<hash>` of the log at this moment. An address that can't be written in a
    certificate is left out, because the signature is worth more than it.
    """
    issuer = x509.load_der_x509_certificate(issuing_cert)
    if isinstance(issuing_key, bytes):
        issuing_key = ser.load_der_private_key(issuing_key, None)
    key = ec.generate_private_key(ec.SECP256R1())
    start = _now(now) - BACKDATE
    end = min(start + datetime.timedelta(days=LEAF_DAYS), issuer.not_valid_after_utc)
    builder = _builder(_person(common_name), issuer.subject, key.public_key(), start, end)
    builder = _issued_by(builder, issuer)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING])
    builder = (
        builder.add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), True)
        .add_extension(usage, False)
        .add_extension(_policies(LEAF_POLICY), False)
        .add_extension(_ocsp_address(ocsp_url or NO_OCSP_HOST), False)
    )
    alternative = email_names(email)
    if evidence:
        alternative.append(x509.UniformResourceIdentifier(evidence))
    if alternative:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative), False)
    whole = clean_name(common_name, MAX_FULL_NAME_BYTES)
    beside = whole if whole != prepared_name(whole, MAX_FULL_NAME_BYTES) else None
    return Leaf(_der(builder.sign(issuing_key, hashes.SHA256())), key, beside)


def _now(now):
    return now or datetime.datetime.now(datetime.timezone.utc)


def _subject(common_name, organisation, country):
    attributes = []
    if country and len(country) == 2 and country.isascii() and country.isalpha():
        attributes.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country.upper()))
    if organisation := prepared_name(organisation):
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _person(common_name):
    full = prepared_name(common_name, MAX_FULL_NAME_BYTES)
    short = prepared_name(full) or 'Signer'
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, short)]
    if full and full != short:
        attributes.append(x509.NameAttribute(x509.ObjectIdentifier('2.5.4.41'), full))
    return x509.Name(attributes)


def _builder(subject, issuer, public_key, start, end):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
    )


def _issued_by(builder, issuer):
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    return builder.add_extension(authority, False)


def _as_authority(builder, path_length):
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    constraints = x509.BasicConstraints(True, path_length)
    return builder.add_extension(constraints, True).add_extension(usage, True)


def _as_service(builder, purpose, critical):
    return (
        builder.add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(_key_usage(digital_signature=True), True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical)
    )


def _key_usage(**allowed):
    names = (
        'digital_signature content_commitment key_encipherment data_encipherment key_agreement '
        'key_cert_sign crl_sign encipher_only decipher_only'
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


def _policies(oid):
    return x509.CertificatePolicies([x509.PolicyInformation(oid, None)])


def _ocsp_address(url):
    location = x509.UniformResourceIdentifier(url)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, location)
    return x509.AuthorityInformationAccess([access])


def _der(certificate):
    return certificate.public_bytes(ser.Encoding.DER)


def _pkcs8(key):
    return key.private_bytes(ser.Encoding.DER, ser.PrivateFormat.PKCS8, ser.NoEncryption())
