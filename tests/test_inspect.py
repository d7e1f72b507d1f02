"""Uploaded PDFs, good, odd and hostile."""

import io
import time

import pytest
import samples
from pades import fields, sandbox, seal, validate
from pades.inspect import inspect_upload
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def written(change, pdf=None):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf or samples.pdf())))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def action(kind, **more):
    entries = {NameObject('/S'): NameObject(kind)}
    entries.update({NameObject(f'/{key}'): value for key, value in more.items()})
    return DictionaryObject(entries)


def open_action(value):
    def change(writer):
        writer._root_object[NameObject('/OpenAction')] = value

    return change


def xfa(writer):
    form = {NameObject('/XFA'): TextStringObject('<x/>'), NameObject('/Fields'): ArrayObject()}
    writer._root_object[NameObject('/AcroForm')] = DictionaryObject(form)


def test_a_good_document_is_accepted():
    report = inspect_upload(samples.pdf(3))
    assert not report.refused_reason and report.pages == 3 and not report.warnings
    assert report.sizes == ((595.0, 842.0),) * 3
    assert report.repaired is None


@pytest.mark.parametrize(
    ('change', 'warning'),
    [
        (lambda writer: writer.add_js('app.alert(1)'), 'javascript'),
        (open_action(action('/JavaScript', JS=TextStringObject('x'))), 'javascript'),
        (open_action(action('/Launch', F=TextStringObject('calc.exe'))), 'launch'),
        (open_action(action('/GoTo', Next=action('/Launch'))), 'launch'),
        (open_action(action('/SubmitForm')), 'submit'),
        (xfa, 'xfa'),
    ],
)
def test_what_acts_by_itself_is_told(change, warning):
    report = inspect_upload(written(change))
    assert not report.refused_reason and report.warnings == (warning,)


@pytest.mark.parametrize('user_password', ['secret', ''])
def test_encrypted_is_refused(user_password):
    pdf = written(lambda writer: writer.encrypt(user_password, 'owner', algorithm='RC4-128'))
    report = inspect_upload(pdf)
    assert report.refused_reason == 'encrypted' and 'encrypted' in report.warnings


def test_signatures_are_told(make_signer):
    sealed = seal.certify(fields.freeze(samples.pdf(), []), make_signer())
    report = inspect_upload(sealed.pdf)
    assert not report.refused_reason
    assert report.signatures == ('company',) and report.warnings == ('signed',)


@pytest.mark.parametrize('pdf', [b'', b'PK\x03\x04 a zip', b'%PD', b'\0' * 10_000])
def test_not_a_pdf(pdf):
    assert inspect_upload(pdf).refused_reason == 'not_pdf'


def test_limits_of_size_and_pages():
    assert inspect_upload(samples.pdf(), max_bytes=100).refused_reason == 'too_big'
    assert inspect_upload(samples.pdf(6), max_pages=5).refused_reason == 'too_many_pages'


def test_damaged_is_repaired_or_refused():
    pdf = samples.pdf(2)
    position = pdf.rindex(b'startxref')
    shifted = pdf[:position] + b'startxref\n7\n%%EOF\n'
    report = inspect_upload(shifted)
    assert not report.refused_reason and report.repaired and 'damaged' in report.message
    assert fields.freeze(report.repaired, [samples.signer_fields(1)])
    assert inspect_upload(b'%PDF-1.7\n' + b'garbage ' * 500).refused_reason == 'broken'


def test_damaged_and_signed_is_never_rewritten(make_signer):
    pdf = seal.certify(fields.freeze(samples.pdf(), []), make_signer()).pdf
    position = pdf.rindex(b'startxref')
    report = inspect_upload(pdf[:position] + b'startxref\n7\n%%EOF\n')
    assert report.refused_reason == 'broken_signed' and report.repaired is None


def child(tmp_path, code, **limits):
    script = tmp_path / 'child.py'
    script.write_text(code)
    options = {'timeout': 3, 'max_memory': 2**29, 'max_file': 2**20, **limits}
    folder = tmp_path / 'work'
    folder.mkdir()
    return sandbox.run(script, ['argument'], folder=folder, **options)


def test_child_is_isolated(tmp_path, monkeypatch):
    monkeypatch.setenv('SECRET', 'x')
    code = 'import os, sys; print(sys.flags.isolated, "SECRET" in os.environ, sys.argv[1:])'
    assert child(tmp_path, code) == b"1 False ['argument']\n"


@pytest.mark.parametrize(
    ('code', 'reason'),
    [
        ('while True: pass', 'timeout'),
        ('import time; time.sleep(60)', 'timeout'),
        ('x = bytearray(2**31)', 'crashed'),
        ('open("big", "wb").write(bytes(2**24))', 'crashed'),
        ('import os; os.abort()', 'crashed'),
        ('raise ValueError("hostile")', 'crashed'),
    ],
)
def test_child_is_stopped(tmp_path, code, reason):
    start = time.perf_counter()
    with pytest.raises(sandbox.SandboxError) as stopped:
        child(tmp_path, code, timeout=1)
    assert stopped.value.code == reason
    assert time.perf_counter() - start < 5


def test_grandchildren_die_too(tmp_path):
    code = (
        'import subprocess, sys, time\n'
        'p = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])\n'
        'open("pid", "w").write(str(p.pid))\n'
        'time.sleep(60)\n'
    )
    with pytest.raises(sandbox.SandboxError):
        child(tmp_path, code, timeout=1)
    pid = int((tmp_path / 'work' / 'pid').read_text())
    time.sleep(0.2)
    state = _state(pid)
    assert state in (None, 'Z'), f'the process {pid} still runs'


def _state(pid):
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rpartition(')')[2].split()[0]
    except FileNotFoundError:
        return None


def test_bomb_in_a_stream_is_refused_in_time():
    import zlib

    content = zlib.compress(b'0 0 1 1 re f\n' * 30_000_000, 9)
    pdf = (
        b'%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n'
        b'2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
        b'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n'
        b'4 0 obj<</Filter/FlateDecode/Length %d>>stream\n' % len(content)
    ) + content + b'\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'
    start = time.perf_counter()
    report = inspect_upload(pdf, timeout=5)
    assert time.perf_counter() - start < 8
    assert report.refused_reason in ('timeout', 'crashed', 'broken'), report


def test_signed_files_stay_whole(make_signer, roots):
    """Inspection changes nothing: what is accepted is what was uploaded."""
    sealed = seal.certify(fields.freeze(samples.pdf(), []), make_signer())
    assert inspect_upload(sealed.pdf).repaired is None
    assert not validate.check_sealed(sealed.pdf, roots=roots, expected_fields=['company'])
