"""A token in software (SoftHSM 2) with keys and certificates in it."""

import os
import pathlib
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

PIN, LABEL = 'Pin 7311 ✓', 'Seal token'


def module():
    """Return the path of SoftHSM's module."""
    return str(next(pathlib.Path('/usr').glob('lib/**/softhsm/libsofthsm2.so')))


def make_token(folder, label=LABEL):
    """Make a token in a new folder; before anybody in this process has loaded the module."""
    tokens = folder / 'tokens'
    tokens.mkdir(parents=True)
    configuration = folder / 'softhsm2.conf'
    configuration.write_text(
        f'directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n'
    )
    os.environ['SOFTHSM2_CONF'] = str(configuration)
    subprocess.run(
        ['softhsm2-util', '--init-token', '--free', '--label', label, '--pin', PIN,
         '--so-pin', 'so-pin-1234'],
        check=True, capture_output=True,
    )  # fmt: skip


def put(label, key=None, certificates=()):
    """Put a private key and certificates (DER) under a label into the token."""
    import pkcs11
    from pkcs11.util import ec
    from pkcs11.util import rsa as rsa_keys
    from pkcs11.util import x509 as certs

    with _session(pkcs11) as session:
        if key is not None:
            session.create_object(_private(pkcs11, key, label, ec, rsa_keys))
        for der in certificates:
            attributes = certs.decode_x509_certificate(der)
            session.create_object(
                {**attributes, pkcs11.Attribute.LABEL: label, pkcs11.Attribute.TOKEN: True}
            )


def remove(label):
    """Take everything with this label out of the token."""
    import pkcs11

    with _session(pkcs11) as session:
        for found in list(session.get_objects({pkcs11.Attribute.LABEL: label})):
            found.destroy()


def _session(pkcs11):
    token = pkcs11.lib(module()).get_token(token_label=LABEL)
    return token.open(rw=True, user_pin=PIN)


def _private(pkcs11, key, label, ec, rsa_keys):
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    if isinstance(key, rsa.RSAPrivateKey):
        der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        attributes = rsa_keys.decode_rsa_private_key(der)
    else:
        der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        attributes = ec.decode_ec_private_key(der)
    return {
        **attributes,
        pkcs11.Attribute.LABEL: label,
        pkcs11.Attribute.TOKEN: True,
        pkcs11.Attribute.PRIVATE: True,
        pkcs11.Attribute.SENSITIVE: True,
        pkcs11.Attribute.SIGN: True,
    }


def certificate_name(der):
    return x509.load_der_x509_certificate(der).subject.rfc4514_string()
