"""Names of all kinds in a certificate: every judge can read the signature."""

from functools import partial

import pytest
import samples
from asn1crypto import x509
from cryptography import x509 as pyca
from flows import finalised, signer_of
from pades import authority, errors, fields, seal, stamper, validate
from pades.forms import open_reader
from pades.names import clean_name
from pades.prepared import is_readable, prepared_name
from pades.seals import check
from validators import check_independently, check_long_term

NAMES = {
    'emoji': ('Anna 😀 Novák', 'Anna Novák'),
    'emoji alone': ('😀🎉', 'Signer'),
    'family': ('Zoë 👩‍👩‍👧', 'Zoë'),
    'right to left': ('يوسف بن علي', 'يوسف بن علي'),
    'hebrew and latin': ('יוסף כהן (Joe)', 'יוסף כהן'),
    'latin and arabic': ('Mohammed علي', 'Mohammed'),
    'as many letters': ('Ali عليا', 'عليا'),
    'joined': ('Levi-כהן', 'Levi'),
    'arabic with digits': ('شركة 12', 'شركة'),
    'arabic in brackets': ('(شركة)', 'شركة'),
    'ends with a mark': ('محمدٌ', 'محمد'),
    'hebrew points': ('כֹּהֵן', 'כֹּהֵן'),
    'unassigned for ever': ('Jo\u0378e', 'Joe'),
    'assigned after 3.2': ('GROẞ', 'GROß'),
    'script after 3.2': ('ߒߞߏ', 'Signer'),
    'private use': ('\ue000Ed', 'Ed'),
    'no character': ('\ufdd0Ed\uffff', 'Ed'),
    'surrogate': ('\ud800Ed', 'Ed'),
    'replacement': ('Ed\ufffd', 'Ed'),
    'override': ('evil\u202egpj.exe', 'evilgpj.exe'),
    'control': ('E\x00d\x1b[31m\r\nX', 'Ed[31m X'),
    'combining': ('e\u0301\u0323 q\u0307\u0323', 'ẹ́ q̣̇'),
    'combining first': ('\u0301Ed', '\u0301Ed'),
    'long': ('Ж' * 300, 'Ж' * 32),
    'long and mixed': ('Ж' * 50 + '😀' + 'ש', 'Ж' * 32),
    'long hebrew': ('שלום ' * 40, None),
    'chinese': ('张伟 𠀀', '张伟 𠀀'),
    'ligatures': ('ﬁnn ﷺ', 'ﬁnn'),
    'punctuation': ('!?', '!?'),
    'spaces': (' \u3000\u00a0 ', 'Signer'),
    'empty': ('', 'Signer'),
}


@pytest.mark.parametrize('kind', NAMES)
def test_every_name_can_be_compared(kind, ca):
    name, expected = NAMES[kind]
    leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name=name)
    subject = x509.Certificate.load(leaf.cert_der).subject
    assert subject.hashable and subject == subject.copy()
    found = subject.native['common_name']
    assert len(found.encode()) <= 64 and is_readable(found)
    if expected is not None:
        assert found == expected


def test_the_rule_is_the_one_of_asn1crypto():
    for name, _expected in NAMES.values():
        for text in (clean_name(name), prepared_name(name)):
            value = x509.DirectoryString('utf8_string', x509.UTF8String(text))
            try:
                readable = x509.NameTypeAndValue({'type': 'name', 'value': value}).prepped_value
            except ValueError:
                readable = False
            assert is_readable(text) == bool(readable), ascii(text)


def test_certificates_of_others_with_such_names_are_refused(ca, monkeypatch):
    def check_of(name):
        subject = pyca.Name([pyca.NameAttribute(pyca.NameOID.COMMON_NAME, name)])
        monkeypatch.setattr(authority, '_person', lambda _name: subject)
        leaf = authority.issue_leaf(ca.issuing_cert, ca.issuing_key, common_name='')
        return check.check(leaf.cert_der, [ca.issuing_cert, ca.root_cert])

    assert check_of('Łódź Sp. z o.o.').chain
    for name in ('Party 🎉 GmbH', 'עלי & Co'):
        with pytest.raises(errors.SealRefused) as refused:
            check_of(name)
        assert refused.value.code == 'name' and name in refused.value.message


@pytest.mark.parametrize(
    'company', ['Łódź Sp. z o.o.', 'Party 🎉 GmbH', 'שלום בע״מ', '🎉', 'עלי & Co']
)
def test_documents_with_such_names_are_signed_and_read(company, make_authority):
    """Company and four signers with such names: every judge accepts every signature."""
    ca = make_authority(company)
    stamps = stamper.LocalStamper.of(ca)
    people = ['Anna 😀 Novák', 'Mohammed علي', '🎉' * 30, 'שלום ' * 40]
    make = partial(signer_of, ca)
    roles = [samples.signer_fields(number, 20 + 110 * number) for number in range(1, 5)]
    frozen = fields.freeze(samples.pdf(), roles)
    sealed = [seal.certify(frozen, make(company), timestamper=stamps)]
    for number, name in enumerate(people, start=1):
        sealed.append(seal.approve(
            sealed[-1].pdf, make(name), field=f'sign{number}', values={},
            stamp=samples.stamp('A'), timestamper=stamps,
        ))  # fmt: skip
    last = finalised(sealed, ca, stamps)
    wanted = ['company', 'sign1', 'sign2', 'sign3', 'sign4', 'archive_1']
    assert not validate.check_sealed(
        last.pdf, roots=[ca.root_cert], expected_fields=wanted, level='B-LTA'
    )
    assert whole_names(last.pdf)[1:5] == [name.strip() for name in people[:3]] + [None]
    check_independently(sealed, ca.root_cert)
    check_long_term(sealed, last, ca.root_cert)


@pytest.fixture(scope='module')
def make_authority():
    """Make an authority, all with one root key: making one takes longer than everything else."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)

    def make(company):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(authority.rsa, 'generate_private_key', lambda *_size: key)
            return authority.create_authority(company, 'PL')

    return make


def whole_names(pdf):
    """Return /Name of every signature, None where the certificate says all of it."""
    signatures = open_reader(pdf).embedded_signatures
    return [one.sig_object.get('/Name') for one in signatures]
