"""Any PDF that somebody hands in, judged in a child process."""

import datetime
import io
import pickle

import pytest
import samples
from flows import finalised, sign_long_term
from pades import fields, problems, seal, stamper
from pades.examine import examine
from pades.problems import Problem
from pypdf import PdfReader, PdfWriter
from test_inspect import written

STATE = 'evidence:{}:' + 'ab' * 32


@pytest.fixture(scope='module')
def sealed(ca, make_signer):
    stamps = stamper.LocalStamper.of(ca)

    def make(name, evidence=None):
        return make_signer(name, evidence=evidence, email='zoë@exämple.com')

    signed = sign_long_term(
        samples.pdf(2), make, stamps, evidence=lambda done: STATE.format(len(done))
    )
    return [*signed, finalised(signed, ca, stamps)]


def test_everything_is_told(sealed, roots):
    last = sealed[-1]
    found = examine(last.pdf, roots=roots)
    assert found.refused_reason is None and found.colour == 'green'
    assert (found.sha256, found.size, found.pages) == (last.sha256, len(last.pdf), 2)
    assert [one.field for one in found.signatures] == ['company', 'sign1', 'sign2', 'archive_1']
    assert [one.is_stamp for one in found.signatures] == [False, False, False, True]
    assert [one.revision_sha256 for one in found.signatures] == [one.sha256 for one in sealed]
    assert [one.evidence for one in found.signatures][:3] == [(n, 'ab' * 32) for n in range(3)]
    for one in found.signatures[:3]:
        assert one.ok and one.level == 'B-LTA' and not one.level_problems
        assert one.email == 'zoë@xn--exmple-cua.com'
        assert one.issuer.startswith('Müster & Söhne GmbH eSign Issuing')
    for one, made in zip(found.signatures, sealed, strict=True):
        import hashlib

        assert one.cert_der == made.cert_der
        assert one.cert_sha256 == hashlib.sha256(made.cert_der).hexdigest()
        assert one.root_sha256 == hashlib.sha256(roots[0]).hexdigest()
        assert one.byte_range == made.byte_range
        assert isinstance(one.proven_time, datetime.datetime) and one.proven_time.tzinfo
        assert isinstance(one.signing_time, datetime.datetime)


def test_the_log_s_state_may_stand_beside_the_certificate(make_signer, roots):
    from pades.forms import open_writer
    from pyhanko.sign import signers

    writer = open_writer(samples.pdf())
    metadata = signers.PdfSignatureMetadata(field_name='x', contact_info=STATE.format(7))
    pdf = signers.sign_pdf(writer, metadata, make_signer()).getvalue()
    assert examine(pdf, roots=roots).signatures[0].evidence == (7, 'ab' * 32)


def test_signatures_of_strangers_are_told_honestly(sealed):
    found = examine(sealed[-1].pdf)
    assert found.colour == 'amber'
    assert [p.code for one in found.signatures for p in one.problems] == ['untrusted'] * 4
    assert {one.root_sha256 for one in found.signatures} == {None}
    assert found.signatures[1].signer_name == 'Łukasz Żółć'


def test_only_stampers_may_be_trusted_apart(sealed, roots):
    found = examine(sealed[-1].pdf, stamp_roots=roots)
    assert [one.ok for one in found.signatures] == [False, False, False, True]


def test_the_moment_counts(sealed, roots):
    late = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=15 * 365)
    assert examine(sealed[-1].pdf, roots=roots, moment=late).colour == 'green'
    found = examine(sealed[0].pdf, roots=roots, moment=late)
    assert found.colour == 'amber' and found.signatures[0].problems[0].code == 'expired'


def test_not_signed():
    found = examine(samples.pdf(3))
    assert (found.colour, found.pages, found.signatures) == ('amber', 3, ())
    assert [problem.code for problem in found.problems] == ['unsigned']


@pytest.mark.parametrize(
    ('pdf', 'reason'),
    [
        (b'', 'not_pdf'),
        (b'PK\x03\x04 a zip', 'not_pdf'),
        (b'%PDF-1.7\n' + b'garbage ' * 500, 'broken'),
        (b'%PDF-1.7\n%%EOF', 'broken'),
        (written(lambda writer: writer.encrypt('secret', algorithm='RC4-128')), 'encrypted'),
        (written(lambda writer: writer.encrypt('', 'owner', algorithm='RC4-128')), 'encrypted'),
    ],
)
def test_what_can_not_be_read_is_refused(pdf, reason):
    found = examine(pdf)
    assert (found.refused_reason, found.colour) == (reason, 'red')
    assert found.message and not found.signatures and len(found.sha256) == 64


def test_limits_hold(sealed):
    pdf = sealed[-1].pdf
    assert examine(pdf, max_bytes=1000).refused_reason == 'too_big'
    assert examine(pdf, timeout=0.05).refused_reason == 'timeout'
    assert examine(pdf, max_memory=2**26).refused_reason == 'crashed'


def test_nothing_is_kept(sealed, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
    examine(sealed[-1].pdf)
    assert not list(tmp_path.iterdir())


def test_files_with_xmp_and_odd_structure(make_signer, roots):
    """Metadata as XMP, which pyHanko rewrites with every revision."""
    from pades.forms import open_writer
    from pyhanko.pdf_utils import generic

    source = PdfWriter(clone_from=PdfReader(io.BytesIO(samples.pdf())))
    source.xmp_metadata = (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>'
        b'<rdf:li xml:lang="x-default">The contract</rdf:li></rdf:Alt></dc:title>'
        b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    output = io.BytesIO()
    source.write(output)
    signed = seal.certify(fields.freeze(output.getvalue(), []), make_signer()).pdf
    assert examine(signed, roots=roots).colour == 'green'
    writer = open_writer(signed)
    stream = writer.root['/Metadata']
    text = stream.data.replace(b'The contract', b'Another one')
    changed = generic.StreamObject({'/Type': generic.pdf_name('/Metadata')}, stream_data=text)
    writer.root[generic.pdf_name('/Metadata')] = writer.add_object(changed)
    writer.update_root()
    output = io.BytesIO()
    writer.write(output)
    found = examine(output.getvalue(), roots=roots)
    assert 'metadata_changed' in [problem.code for problem in found.problems]


def test_problems_are_sentences_with_a_code():
    one = Problem('trailing', 'there are bytes')
    assert one == 'there are bytes' and f'{one}' == 'there are bytes' and one.colour == 'amber'
    again = pickle.loads(pickle.dumps(one.within('sign1')))
    assert (again, again.code, again.field) == ('sign1: there are bytes', 'trailing', 'sign1')
    assert problems.worst([one, Problem('altered', 'x')]) == 'red' and problems.worst([]) == 'green'
