"""Every script: printed as typed where the server has a font for it, else refused at entry."""

from pathlib import Path

import pytest
import samples
from pades import appearance, errors, fields, fonts, seal, text, validate
from validators import run

OF_DEBIAN = Path(__file__).resolve().parent.parent / '.dev' / 'fonts'
# Latin, Cyrillic, Greek, Arabic and Hebrew
DEJAVU = Path('/usr/share/fonts/truetype/dejavu')
CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>{folders}<cachedir>{cache}</cachedir></fontconfig>"""

PLAIN = ('Łukasz Żółć', 'Жанна Їжак', 'Nguyễn Thế Vinh ế ặ ỗ', 'محمد عبد الله 42', 'דנה (CEO) 7')
OTHERS = {
    '中文合同 张伟': 'Hani',
    'ひらがな カタカナ': 'Hira',
    '홍길동': 'Hang',
    'ประเทศไทย ที่': 'Thai',
    'क्षत्रिय हिन्दी': 'Deva',
}
ALWAYS_REFUSED = ('ᚠᚢ', '𒀀', '👩\u200d👩\u200d👧')


@pytest.fixture
def server_with(tmp_path, monkeypatch):
    """Let fontconfig know the fonts of some folders alone: server_with(folder, …)."""

    def only(*folders):
        path = tmp_path / 'fonts.conf'
        listed = ''.join(f'<dir>{folder}</dir>' for folder in folders)
        path.write_text(CONFIGURATION.format(folders=listed, cache=tmp_path / 'cache'))
        monkeypatch.setenv('FONTCONFIG_FILE', str(path))
        forget()

    def forget():
        fonts._server_fonts.cache_clear()
        fonts._server_font.cache_clear()

    yield only
    monkeypatch.undo()
    forget()


def in_fields(texts):
    """Return fields one below the other, and what is typed into them."""
    names = [f'text{number}' for number in range(len(texts))]
    specs = tuple(
        fields.FieldSpec(name, 'text', 0, (60, 700 - 24 * number, 400, 718 - 24 * number))
        for number, name in enumerate(names)
    )
    return specs, dict(zip(names, texts, strict=True))


def printed(texts, make_signer, roots, tmp_path):
    """Sign with the texts as values, name and stamp; return what a reader copies of the page."""
    specs, values = in_fields(texts)
    signer = fields.SignerFields('sign1', 0, (60, 60, 400, 200), specs)
    certified = seal.certify(fields.freeze(samples.pdf(), [signer]), make_signer('Company'))
    stamp = appearance.Stamp(samples.stroke(), texts)
    sealed = seal.approve(
        certified.pdf, make_signer(texts[0]), field='sign1', values=values, stamp=stamp
    )
    assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=['company', 'sign1'])
    path = tmp_path / 'document.pdf'
    path.write_bytes(sealed.pdf)
    return run('pdftotext', '-raw', path, '-')


def assert_has_glyphs(value):
    runs = text.shape_line(text.normalise_text(value))
    assert all(glyph.id for run_ in runs for glyph in run_.glyphs), 'boxes are printed'


@pytest.mark.parametrize(('value', 'script'), OTHERS.items())
def test_script_without_a_font_is_refused(value, script, server_with):
    server_with(DEJAVU)
    with pytest.raises(errors.UnprintableText) as refused:
        appearance.check_text(f'Name {value}')
    assert refused.value.script == script
    assert not set(refused.value.characters) & set('Name')


@pytest.mark.parametrize('value', ALWAYS_REFUSED)
def test_what_no_font_has_is_refused(value, server_with):
    server_with(DEJAVU, OF_DEBIAN)
    with pytest.raises(errors.UnprintableText):
        appearance.check_text(value)


def test_without_any_font_of_the_server_the_own_one_prints(server_with):
    server_with()
    for value in PLAIN[:3]:
        assert_has_glyphs(value)
    with pytest.raises(errors.UnprintableText):
        appearance.check_text(PLAIN[3])


def test_scripts_of_the_usual_fonts_print_as_typed(server_with, make_signer, roots, tmp_path):
    server_with(DEJAVU)
    for value in PLAIN:
        assert_has_glyphs(value)
    copied = printed(PLAIN, make_signer, roots, tmp_path)
    for value in PLAIN[:3]:
        assert copied.count(value) == 2, 'in its place and in the stamp'
    # copied from right to left or from left to right, as the reader has it
    for value in ('محمد', 'דנה', 'CEO', '42'):
        assert value in copied or value[::-1] in copied


@pytest.mark.skipif(not OF_DEBIAN.exists(), reason='the set-up fetches the fonts on Debian alone')
def test_scripts_print_as_typed_once_a_font_is_installed(
    server_with, make_signer, roots, tmp_path
):
    server_with(DEJAVU, OF_DEBIAN)
    for value in OTHERS:
        assert_has_glyphs(value)
    copied = printed(tuple(OTHERS), make_signer, roots, tmp_path)
    for value in OTHERS:
        assert value in copied, ascii(value)


@pytest.mark.skipif(not OF_DEBIAN.exists(), reason='the set-up fetches the fonts on Debian alone')
def test_scripts_beside_each_other(server_with):
    server_with(DEJAVU, OF_DEBIAN)
    mixed = 'ไทย عربي 中 हिन्दी mixed 12'
    assert_has_glyphs(mixed)
    runs = text.shape_line(mixed)
    assert ''.join(run_.text for run_ in runs) == mixed, 'words follow each other as typed'
    assert len({run_.font.path for run_ in runs}) == 5
