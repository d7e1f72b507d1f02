"""What a certificate must be for, to sign documents with (RFC 5280, 4.2.1.3 and 4.2.1.12)."""

from pyhanko.sign.validation.settings import KeyUsageConstraints

SIGNING_USAGE = KeyUsageConstraints(
    # one of these, where certificates say what their key is for
    key_usage={'digital_signature', 'non_repudiation'},
    # and one of these, where they say what they are for; many say nothing
    extd_key_usage={
        'email_protection',
        '1.3.6.1.5.5.7.3.36',  # document signing (RFC 9336)
        'microsoft_document_signing',
        'adobe_authentic_documents_trust',
        'any_extended_key_usage',
    },
    explicit_extd_key_usage_required=False,
)
"""For both of pyHanko's judges. Certificates for servers, time stamps or OCSP answers fail it."""


def signing_usage(certificate) -> KeyUsageConstraints:
    """Return SIGNING_USAGE as pyHanko's validation keeps to it for this certificate.

    It makes the settings anew and loses that no extended key usage is needed; the certificates
    of many seals have none.
    """
    value = certificate.extended_key_usage_value
    if value is None or 'any_extended_key_usage' in value.native:
        return KeyUsageConstraints(key_usage=SIGNING_USAGE.key_usage)
    return SIGNING_USAGE
