"""Independent programs that judge a signed PDF. A missing program fails the test."""

import re
import shutil
import subprocess

import pytest

PACKAGES = {
    'pdfinfo': 'poppler-utils',
    'pdfsig': 'poppler-utils',
    'pdftotext': 'poppler-utils',
    'mutool': 'mupdf-tools',
    'qpdf': 'qpdf',
    'openssl': 'openssl',
}


def run(program, *arguments, ok=(0,)):
    """Run a program and return its output, or fail the test."""
    if shutil.which(program) is None:
        pytest.fail(f'{program} is missing: install the package {PACKAGES[program]}')
    result = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, errors='replace',
        timeout=60, check=False,
    )
    output = result.stdout + result.stderr
    assert result.returncode in ok, f'{program} said {result.returncode}: {output}'
    return output


def pdfsig(path):
    """Return {field: (validation, whole)} of the fields that are signed."""
    found = {}
    for part in run('pdfsig', '-nocert', path).split('Signature #')[1:]:
        if 'The signature form field is not signed.' in part:
            continue
        field = re.search(r'Signature Field Name: (.*)', part)[1]
        verdict = re.search(r'Signature Validation: (.*)', part)[1]
        found[field] = verdict, 'Total document signed' in part
    return found


def mutool(path):
    """Return the verdict on each signature, in file order: 'unchanged', 'edited' or the text."""
    verdicts = []
    for part in run('mutool', 'sign', '-v', path).split('Verifying signature ')[1:]:
        text = part.strip().splitlines()[-1].strip()
        if text == 'Signature is not signed.':
            continue
        known = {
            'The document is unchanged since signing.': 'unchanged',
            'The signature is valid but there have been edits since signing.': 'edited',
        }
        verdicts.append(known.get(text, text))
    return verdicts


def check_independently(sealed_list, root_der, folder):
    """Let every program judge the last PDF; `sealed_list` are all its signatures in time order."""
    path = folder / 'document.pdf'
    path.write_bytes(sealed_list[-1].pdf)
    verdicts = pdfsig(path)
    assert len(verdicts) == len(sealed_list)
    assert {verdict for verdict, _whole in verdicts.values()} == {'Signature is Valid.'}
    assert [whole for _verdict, whole in verdicts.values()].count(True) == 1
    assert sorted(mutool(path)) == ['edited'] * (len(sealed_list) - 1) + ['unchanged']
    qpdf = run('qpdf', '--check', path)
    assert 'No syntax or stream encoding errors' in qpdf, qpdf
    for number, sealed in enumerate(sealed_list):
        openssl_cms(sealed, sealed_list[-1].pdf, root_der, folder / str(number))


def openssl_cms(sealed, pdf, root_der, folder):
    """Verify a signature over its byte range with the root alone as trust."""
    folder.mkdir(exist_ok=True)
    first, second = sealed.byte_range[:2], sealed.byte_range[2:]
    content = pdf[first[0] : sum(first)] + pdf[second[0] : sum(second)]
    (folder / 'content').write_bytes(content)
    (folder / 'cms').write_bytes(sealed.cms)
    (folder / 'root.der').write_bytes(root_der)
    root = folder / 'root.pem'
    run('openssl', 'x509', '-inform', 'DER', '-in', folder / 'root.der', '-out', root)
    output = run(
        'openssl', 'cms', '-verify', '-cades', '-binary', '-inform', 'DER',
        '-in', folder / 'cms', '-content', folder / 'content', '-CAfile', root,
        '-no-CApath', '-no-CAstore', '-purpose', 'any', '-out', folder / 'out',
    )
    assert 'erification successful' in output, output


def check_long_term(sealed_list, stamped, root_der, folder):
    """As check_independently, where `stamped` is the document time stamp put on last."""
    folder.mkdir(exist_ok=True)
    path = folder / 'document.pdf'
    path.write_bytes(stamped.pdf)
    verdicts = pdfsig(path)
    # pdfsig can't judge a document time stamp; hence nothing covers the whole document for it.
    assert [whole for _verdict, whole in verdicts.values()].count(True) <= 1
    valid = [verdict for verdict, _whole in verdicts.values() if verdict == 'Signature is Valid.']
    assert len(valid) == len(sealed_list)
    assert mutool(path).count('edited') == len(sealed_list)
    assert 'No syntax or stream encoding errors' in run('qpdf', '--check', path)
    for number, sealed in enumerate(sealed_list):
        openssl_cms(sealed, stamped.pdf, root_der, folder / str(number))
    openssl_ts(stamped, root_der, folder / 'stamp')


def openssl_ts(stamped, root_der, folder, ok=(0,)):
    """Verify a document time stamp over its byte range with the root alone as trust."""
    folder.mkdir(exist_ok=True)
    first, second = stamped.byte_range[:2], stamped.byte_range[2:]
    pdf = stamped.pdf
    (folder / 'content').write_bytes(pdf[first[0] : sum(first)] + pdf[second[0] : sum(second)])
    (folder / 'token').write_bytes(stamped.cms)
    (folder / 'root.der').write_bytes(root_der)
    root = folder / 'root.pem'
    run('openssl', 'x509', '-inform', 'DER', '-in', folder / 'root.der', '-out', root)
    output = run(
        'openssl', 'ts', '-verify', '-token_in', '-in', folder / 'token',
        '-data', folder / 'content', '-CAfile', root, ok=ok,
    )
    assert ('Verification: OK' in output) == (ok == (0,)), output
