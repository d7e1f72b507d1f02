"""Checks the structure of signatures against the PAdES baseline (ETSI EN 319 142-1, clause 6).

It asks what is written where, not whether it is true: cryptography, trust and revocation are
judged in `validate`. Written without pyHanko's engine, so that one mistake can't hide in both.

The clauses were compared with a public transcription of V1.2.1 (2024), table 1 with its 30 rows
and its requirements a) to y), not with ETSI's own file. Found there: certificates with the
signer's (a), content-type id-data (c), message-digest, signing-certificate-v2 (e, f), /M and no
signing-time (g), DER SignedData in /Contents (h), /Filter, /ByteRange over the whole file (k),
/SubFilter (l), /Reason beside neither commitment-type-indication nor signature-policy-identifier
(d, m), no /Cert, time from B-T on (n), DSS from B-LT on (5.4.2.2; no VRI is wanted, v), document
time stamp after it (5.4.3, x, y). Not found there, kept from older texts: no counter-signature,
content-hints, content-identifier, content-reference. Left to `validate`: r, s, t (is the material
complete); not asked: o (DER of a time stamp on a signature).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms, crl, ocsp, tsp, x509

from .forms import entry, open_reader, terminals

LEVELS = ('B-B', 'B-T', 'B-LT', 'B-LTA')

_WEAK = ('md5', 'sha1')

# Types of CMS attributes (RFC 5652, RFC 2634, RFC 5035, RFC 3161).
_CONTENT_TYPE = '1.2.840.113549.1.9.3'
_MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
_SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
_COMMITMENT = '1.2.840.113549.1.9.16.2.16'
_POLICY = '1.2.840.113549.1.9.16.2.15'
_TIME_STAMP = '1.2.840.113549.1.9.16.2.14'
_FORBIDDEN_ATTRIBUTES = {
    '1.2.840.113549.1.9.5': 'signing-time',  # its place is /M
    '1.2.840.113549.1.9.6': 'counter-signature',
    '1.2.840.113549.1.9.16.2.4': 'content-hints',
    '1.2.840.113549.1.9.16.2.7': 'content-identifier',
    '1.2.840.113549.1.9.16.2.10': 'content-reference',
}
_STAMP_FORBIDDEN = ('/Cert', '/Reference', '/Changes', '/R', '/Prop_AuthTime', '/Prop_AuthType')
_DSS_KEYS = frozenset(('/Type', '/Certs', '/OCSPs', '/CRLs', '/VRI'))


@dataclass(frozen=True)
class Structure:
    """What one signature or document time stamp is by its structure.

    `level` is the highest of LEVELS whose structure is complete, None where not even B-B is, and
    for document time stamps. `problems` name the clause that is not kept.
    """

    field: str
    is_stamp: bool
    level: str | None
    problems: tuple[str, ...]


def check_structure(pdf: bytes) -> list[Structure]:
    """Return the structure of every signature in the PDF, in the order they were made.

    Raises PdfRefused or what the reader raises for a PDF that can't be read.
    """
    reader = open_reader(pdf)
    found = []
    for terminal in terminals(reader):
        signature = entry(terminal.dictionary, '/V')
        if terminal.type == '/Sig' and signature:
            found.append((terminal.name, signature))
    found.sort(key=lambda pair: _end(pair[1]))
    store, store_problems = _security_store(reader)
    stamps = [_end(signature) for _name, signature in found if _is_stamp(signature)]
    covered = store and _covered_store(reader, found)
    result = []
    for name, signature in found:
        if _is_stamp(signature):
            result.append(Structure(name, True, None, tuple(_stamp_problems(signature, pdf))))
            continue
        problems = [*_signature_problems(signature), *_range_problems(signature, pdf)]
        later = any(end > _end(signature) for end in stamps)
        level = None if problems else _level(_signed_data(signature), later, store, covered)
        result.append(Structure(name, False, level, (*problems, *store_problems)))
    return result


def _level(signed, stamped_later, store, covered):
    """B-T: time stamp on signature or document (6.3 n); B-LT: a filled DSS; B-LTA: both, and the
    DSS was there when the document was stamped (6.3 x).
    """
    unsigned = _attributes(signed['signer_infos'][0]['unsigned_attrs'])
    level = 'B-B'
    if _TIME_STAMP in unsigned or stamped_later:
        level = 'B-T'
        if store:
            level = 'B-LTA' if stamped_later and covered else 'B-LT'
    return level


def _is_stamp(signature):
    return entry(signature, '/SubFilter') == '/ETSI.RFC3161'


def _end(signature):
    return int(signature['/ByteRange'][2]) + int(signature['/ByteRange'][3])


def _signed_data(signature):
    container = cms.ContentInfo.load(bytes(signature.raw_get('/Contents')))
    if container['content_type'].native != 'signed_data':
        raise ValueError('no SignedData')
    return container['content']


def _attributes(attributes):
    """Return {object identifier: [values]} of a CMS attribute set, which may be absent."""
    if not isinstance(attributes, cms.CMSAttributes):
        return {}
    return {one['type'].dotted: list(one['values']) for one in attributes}


def _range_problems(signature, pdf):
    """4.1: the byte range takes in everything but the contents, up to a revision's end."""
    values = [int(value) for value in signature['/ByteRange']]
    if len(values) != 4 or values[0] != 0 or not 0 < values[1] < values[2]:
        yield '/ByteRange is not of the form [0 a b c] (4.1)'
        return
    gap = pdf[values[1] : values[2]]
    if gap[:1] != b'<' or gap[-1:] != b'>':
        yield '/ByteRange leaves out more than /Contents (4.1)'
    if not pdf[: _end(signature)].rstrip(b'\r\n').endswith(b'%%EOF'):
        yield '/ByteRange does not end with a revision (4.1)'


def _signature_problems(signature):
    if entry(signature, '/Type', '/Sig') != '/Sig':
        yield '/Type is not /Sig'
    if entry(signature, '/SubFilter') != '/ETSI.CAdES.detached':
        yield '/SubFilter is not ETSI.CAdES.detached (6.3)'
        return
    if '/Filter' not in signature:
        yield '/Filter is missing (6.3)'
    if '/M' not in signature:
        yield '/M, the time the signer claims, is missing (6.3)'
    if '/Cert' in signature:
        yield '/Cert must not be there (6.3)'
    try:
        signed = _signed_data(signature)
        yield from _container_problems(signed, '/Reason' in signature)
    except Exception as error:
        yield f'/Contents is no CMS SignedData ({type(error).__name__}) (6.3)'


def _container_problems(signed, has_reason):
    if len(signed['signer_infos']) != 1:
        yield 'there is more than one SignerInfo (4.1)'
        return
    if signed['encap_content_info']['content'].native is not None:
        yield 'the content is encapsulated (4.1)'
    info = signed['signer_infos'][0]
    attributes = _attributes(info['signed_attrs'])
    if [value.native for value in attributes.get(_CONTENT_TYPE, ())] != ['data']:
        yield 'the attribute content-type is not id-data (6.3)'
    if len(attributes.get(_MESSAGE_DIGEST, ())) != 1:
        yield 'the attribute message-digest is missing (6.3)'
    for name, words in _FORBIDDEN_ATTRIBUTES.items():
        if name in attributes or name in _attributes(info['unsigned_attrs']):
            yield f'the attribute {words} must not be there (6.3)'
    if has_reason and _COMMITMENT in attributes:
        yield '/Reason and commitment-type-indication exclude each other (6.3 d, m)'
    if has_reason and _POLICY in attributes:
        yield '/Reason and signature-policy-identifier exclude each other (6.3 m)'
    if info['digest_algorithm']['algorithm'].native in _WEAK:
        yield 'the hash algorithm is weak (6.2.1)'
    yield from _certificate_problems(signed, attributes)


def _certificate_problems(signed, attributes):
    """6.3: the signer's certificate is there, and signed over by its hash (RFC 5035)."""
    sid = signed['signer_infos'][0]['sid'].chosen
    signers = [
        certificate
        for certificate in _certificates(signed)
        if certificate.issuer == sid['issuer']
        and certificate.serial_number == sid['serial_number'].native
    ]
    if not signers:
        yield "SignedData.certificates lacks the signer's (6.3)"
        return
    references = attributes.get(_SIGNING_CERTIFICATE_V2, ())
    if len(references) != 1:
        yield 'the attribute signing-certificate-v2 is missing (6.3)'
    elif references[0]['certs'][0]['hash_algorithm']['algorithm'].native == 'sha256':
        if references[0]['certs'][0]['cert_hash'].native != signers[0].sha256:
            yield 'signing-certificate-v2 names another certificate (6.3)'


def _certificates(signed) -> Sequence[x509.Certificate]:
    choices = signed['certificates'] or ()
    return [choice.chosen for choice in choices if choice.name == 'certificate']


def _stamp_problems(signature, pdf):
    """5.4.3: a document time stamp holds a token over its byte range and claims nothing else."""
    if entry(signature, '/Type') != '/DocTimeStamp':
        yield '/Type is not /DocTimeStamp (5.4.3)'
    for key in _STAMP_FORBIDDEN:
        if key in signature:
            yield f'{key} must not be in a document time stamp (5.4.3)'
    if int(entry(signature, '/V', 0)) != 0:
        yield '/V is not 0 (5.4.3)'
    yield from _range_problems(signature, pdf)
    try:
        info = _signed_data(signature)['encap_content_info']['content'].parsed
        if not isinstance(info, tsp.TSTInfo):
            yield '/Contents is no time stamp token (5.4.3)'
        elif info['message_imprint']['hash_algorithm']['algorithm'].native in _WEAK:
            yield "the stamp's hash algorithm is weak (6.2.1)"
    except Exception as error:
        yield f'/Contents is no time stamp token ({type(error).__name__}) (5.4.3)'


def _covered_store(reader, found):
    """Return whether the last document time stamp covers a filled DSS."""
    for _name, signature in reversed(found):
        if _is_stamp(signature):
            reference = signature.get_container_ref()
            revision = reader.xrefs.get_introducing_revision(reference)
            return _security_store(reader.get_historical_resolver(revision))[0]
    return False


def _security_store(reader):
    """Return whether there is a filled DSS, and what is wrong with it (5.4.2.2)."""
    store = entry(reader.root, '/DSS')
    if store is None:
        return False, ()
    problems = [
        f'the DSS has an unknown entry {key} (5.4.2.2)' for key in store if key not in _DSS_KEYS
    ]
    counts = {}
    kinds = {
        '/Certs': x509.Certificate,
        '/OCSPs': ocsp.OCSPResponse,
        '/CRLs': crl.CertificateList,
    }
    for key, kind in kinds.items():
        streams = entry(store, key, ())
        counts[key] = len(streams)
        for stream in streams:
            try:
                kind.load(stream.get_object().data, strict=True).native  # noqa: B018
            except Exception as error:
                problems.append(f'{key} of the DSS is damaged ({type(error).__name__}) (5.4.2.2)')
    filled = counts['/Certs'] > 0 and counts['/OCSPs'] + counts['/CRLs'] > 0
    return filled and not problems, tuple(problems)
