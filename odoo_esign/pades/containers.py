"""Puts signature containers (CMS SignedData, RFC 5652, 5) together from encoded parts.

asn1crypto encodes a value made in memory anew each time it is asked for it, and every value inside
it as often again: a container of six levels takes it 5 to 10 ms. Here the outer levels are written
directly, and what is inside is encoded once.
"""

import hashlib
from collections.abc import Iterable, Sequence

from asn1crypto import algos, cms, core
from asn1crypto.parser import emit
from pyhanko.sign.signers import Signer

_SIGNED_DATA = core.ObjectIdentifier('1.2.840.113549.1.7.2').dump()
_DATA = core.ObjectIdentifier('1.2.840.113549.1.7.1').dump()
_SHA256 = algos.DigestAlgorithm({'algorithm': 'sha256'}).dump()


def encoded(value):
    """Return the same value as read from its encoding, which is then copied as it is."""
    return type(value).load(value.dump())


def sequence(*parts: bytes) -> bytes:
    """Return an ASN.1 SEQUENCE of encoded parts."""
    return emit(0, 1, 16, b''.join(parts))


def set_of(*parts: bytes) -> bytes:
    """Return an ASN.1 SET OF, in the order that DER prescribes."""
    return emit(0, 1, 17, b''.join(sorted(parts)))


def tagged(number: int, *parts: bytes) -> bytes:
    """Return encoded parts under a context tag."""
    return emit(2, 1, number, b''.join(parts))


def attribute(name: str, value: bytes) -> bytes:
    """Return an attribute with one encoded value; `name` as asn1crypto calls it."""
    return sequence(cms.CMSAttributeType(name).dump(), set_of(value))


def basic_attributes(content_type: str, digest: bytes, certificate, more: Iterable[bytes] = ()):
    """Return the signed attributes that every signature and time stamp token has, and more.

    The signer's certificate is named by its SHA-256 (ESSCertIDv2, RFC 5035).
    """
    issued = certificate['tbs_certificate']
    issuer = sequence(tagged(4, issued['issuer'].dump()))
    reference = sequence(
        core.OctetString(hashlib.sha256(certificate.dump()).digest()).dump(),
        sequence(issuer, issued['serial_number'].dump()),
    )
    parts = (
        attribute('content_type', cms.ContentType(content_type).dump()),
        attribute('message_digest', core.OctetString(digest).dump()),
        attribute('signing_certificate_v2', sequence(sequence(reference))),
        *more,
    )
    return cms.CMSAttributes.load(set_of(*parts))


def signer_info(
    *,
    certificate,
    signed_attrs: cms.CMSAttributes,
    mechanism: bytes,
    signature: bytes,
    unsigned_attrs: cms.CMSAttributes | None = None,
) -> bytes:
    """Return a SignerInfo (RFC 5652, 5.3) with SHA-256; `mechanism` is an AlgorithmIdentifier."""
    issued = certificate['tbs_certificate']
    parts = [
        core.Integer(1).dump(),
        sequence(issued['issuer'].dump(), issued['serial_number'].dump()),
        _SHA256,
        tagged(0, signed_attrs.contents),
        mechanism,
        core.OctetString(signature).dump(),
    ]
    if unsigned_attrs is not None:
        parts.append(tagged(1, unsigned_attrs.contents))
    return sequence(*parts)


def signed_data(
    version: int, content: bytes, certificates: Sequence[bytes], info: bytes
) -> cms.ContentInfo:
    """Return a container with one SignerInfo; `content` is the EncapsulatedContentInfo."""
    inside = sequence(
        core.Integer(version).dump(),
        set_of(_SHA256),
        content,
        tagged(0, *sorted(certificates)),
        set_of(info),
    )
    return cms.ContentInfo.load(sequence(_SIGNED_DATA, tagged(0, inside)))


class LeanContainers(Signer):
    """A pyHanko Signer that packs its containers faster; to be named before other Signers."""

    async def signed_attrs(
        self,
        data_digest,
        digest_algorithm,
        attr_settings=None,
        content_type='data',
        use_pades=False,
        timestamper=None,
        dry_run=False,
        is_pdf_sig=True,
    ) -> cms.CMSAttributes:
        """Return the attributes to sign; more than PAdES demands is left to pyHanko's method."""
        plain = use_pades and is_pdf_sig and (content_type, digest_algorithm) == ('data', 'sha256')
        asked = self.signed_attr_prov_spec or (attr_settings and attr_settings.cades_signed_attrs)
        if not plain or asked:
            return await super().signed_attrs(
                data_digest,
                digest_algorithm,
                attr_settings,
                content_type,
                use_pades,
                timestamper,
                dry_run,
                is_pdf_sig,
            )
        return basic_attributes(content_type, data_digest, self.signing_cert)

    async def async_sign_prescribed_attributes(
        self,
        digest_algorithm,
        signed_attrs,
        cms_version='v1',
        dry_run=False,
        timestamper=None,
        encap_content_info=None,
    ) -> cms.ContentInfo:
        """Sign and pack as pyHanko's method does; what is not a plain case is left to it."""
        plain = digest_algorithm == 'sha256' and cms_version == 'v1'
        if not plain or encap_content_info not in (None, {'content_type': 'data'}):
            return await super().async_sign_prescribed_attributes(
                digest_algorithm,
                signed_attrs,
                cms_version,
                dry_run,
                timestamper,
                encap_content_info,
            )
        signed_attrs = encoded(signed_attrs)
        signature = await self.async_sign_raw(signed_attrs.dump(), digest_algorithm, dry_run)
        unsigned_attrs = await self.unsigned_attrs(
            digest_algorithm,
            signature,
            signed_attrs=signed_attrs,
            timestamper=timestamper,
            dry_run=dry_run,
        )
        info = signer_info(
            certificate=self.signing_cert,
            signed_attrs=signed_attrs,
            mechanism=self.get_signature_mechanism_for_digest(digest_algorithm).dump(),
            signature=signature,
            unsigned_attrs=unsigned_attrs,
        )
        certificates = {cert.dump() for cert in (*self.cert_registry, self.signing_cert)}
        return signed_data(1, sequence(_DATA), tuple(certificates), info)
