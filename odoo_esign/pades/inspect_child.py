"""Looks into one PDF and prints what it found as JSON. Run by sandbox.py, never imported.

    inspect_child.py <input> <repaired> <max pages> [module path ...]

Exits 0 with a JSON object on standard output. Whatever else happens (killed, out of memory, a
traceback) tells the parent that the file can't be opened safely. It imports nothing of Odoo.
"""

import io
import json
import sys

# Names of things that act by themselves (ISO 32000-1, 12.6.4), and what they are reported as.
ACTIONS = {
    '/JavaScript': 'javascript',
    '/Launch': 'launch',
    '/Rendition': 'javascript',
    '/ImportData': 'launch',
    '/SubmitForm': 'submit',
    '/GoToE': 'launch',
}
MAX_OBJECTS = 500_000
HYBRID = 'two kinds of cross-references mixed'


def main(source, repaired, max_pages, *paths):
    sys.path.extend(paths)
    with open(source, 'rb') as file:
        pdf = file.read()
    sys.stdout.write(json.dumps(examine(pdf, repaired, int(max_pages))))


def examine(pdf, repaired, max_pages):
    facts = {'warnings': [], 'sizes': [], 'signatures': [], 'repaired': False}
    start = pdf.find(b'%PDF-', 0, 1024)
    if start < 0:
        return refuse(facts, 'not_pdf', 'this is not a PDF')
    problem = rendered(pdf, facts, max_pages)
    if problem:
        return refuse(facts, *problem)
    reader, error = strict_reader(pdf)
    if reader is None:
        if error == HYBRID:
            facts['warnings'].append('hybrid')
        return repair(pdf, repaired, facts, error)
    return look_inside(reader, facts)


def refuse(facts, code, message):
    return {**facts, 'refused': code, 'message': message}


def rendered(pdf, facts, max_pages):
    """Open with PDFium and draw every page small; return (code, message) or None."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as error:
        if 'password' in str(error).lower():
            facts['warnings'].append('encrypted')
            return 'encrypted', 'the PDF is protected by a password'
        return 'broken', f'the PDF cannot be opened: {error}'
    if len(document) == 0:
        return 'no_pages', 'the PDF has no pages'
    if len(document) > max_pages:
        return 'too_many_pages', f'the PDF has {len(document)} pages, more than {max_pages}'
    for number in range(len(document)):
        try:
            page = document[number]
            width, height = page.get_size()
            facts['sizes'].append([round(width, 2), round(height, 2)])
            page.render(scale=min(1.0, 64 / max(width, height, 1)))
            page.close()
        except Exception as error:
            return 'broken', f'page {number + 1} cannot be drawn: {error}'
    return None


def strict_reader(pdf):
    """Return (reader, None) if pyHanko can read and extend the file strictly, else (None, why)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        if reader.encrypted:
            return reader, None
        if reader.xrefs.hybrid_xrefs_present:
            return None, HYBRID
        for number in range(int(reader.root['/Pages']['/Count'])):
            reader.find_page_for_modification(number)[0].get_object()
        IncrementalPdfFileWriter.from_reader(reader).write(io.BytesIO())
        return PdfFileReader(io.BytesIO(pdf), strict=True), None
    except Exception as error:
        return None, f'{type(error).__name__}: {error}'


def repair(pdf, repaired, facts, error):
    """Rewrite the file, losing as little as possible; refuse if nothing helps.

    A signed file is never rewritten, because that would break its signatures.
    """
    if b'/ByteRange' in pdf:
        return refuse(facts, 'broken_signed', f'a signed PDF that cannot be extended: {error}')
    for rewrite in (rewritten_by_pdfium, rewritten_by_pyhanko, pages_alone):
        try:
            result = rewrite(pdf)
        except Exception as failure:
            sys.stderr.write(f'{rewrite.__name__}: {failure}\n')
            continue
        reader, _second_error = strict_reader(result)
        if reader is not None and not reader.encrypted:
            break
    else:
        return refuse(facts, 'broken', f'the PDF is damaged: {error}')
    with open(repaired, 'wb') as file:
        file.write(result)
    facts['repaired'] = True
    facts['message'] = f'the PDF was damaged and has been rewritten: {error}'
    return look_inside(reader, facts)


def rewritten_by_pdfium(pdf):
    import pypdfium2 as pdfium

    output = io.BytesIO()
    pdfium.PdfDocument(pdf).save(output)
    return output.getvalue()


def rewritten_by_pyhanko(pdf):
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    output = io.BytesIO()
    reader = PdfFileReader(io.BytesIO(rewritten_by_pdfium(pdf)), strict=False)
    copy_into_new_writer(reader).write(output)
    return output.getvalue()


def pages_alone(pdf):
    """Take over nothing but the pages: no bookmarks, no title, no form."""
    import pypdfium2 as pdfium

    output = io.BytesIO()
    fresh = pdfium.PdfDocument.new()
    fresh.import_pages(pdfium.PdfDocument(pdf))
    fresh.save(output)
    return output.getvalue()


def look_inside(reader, facts):
    from pyhanko.sign.validation import read_certification_data

    if reader.encrypted:
        facts['warnings'].append('encrypted')
        return refuse(facts, 'encrypted', 'the PDF is encrypted')
    found = actions(reader)
    if '/AcroForm' in reader.root and '/XFA' in reader.root['/AcroForm']:
        found.add('xfa')
    facts['signatures'] = [
        {'field': signature.field_name, 'timestamp': signature.sig_object_type == '/DocTimeStamp'}
        for signature in reader.embedded_signatures
    ]
    if facts['signatures']:
        found.add('signed')
    facts['warnings'] += sorted(found)
    certification = read_certification_data(reader)
    if certification is not None and certification.permission.value == 1:
        return refuse(facts, 'locked', 'the signature in the PDF forbids any further change')
    return facts


def actions(reader):
    """Walk everything reachable and return the kinds of actions met."""
    from pyhanko.pdf_utils import generic

    found, seen = set(), set()
    pending = [reader.trailer_view.raw_get('/Root')]
    if '/Names' in reader.root and '/JavaScript' in reader.root['/Names']:
        found.add('javascript')
    while pending:
        value = pending.pop()
        if isinstance(value, generic.IndirectObject):
            key = (value.idnum, value.generation)
            if key in seen or len(seen) > MAX_OBJECTS:
                continue
            seen.add(key)
            value = value.get_object()
        if isinstance(value, generic.DictionaryObject):
            if '/S' in value and value['/S'] in ACTIONS:
                found.add(ACTIONS[value['/S']])
            if '/JS' in value:
                found.add('javascript')
            pending.extend(value.raw_get(key) for key in value)
        elif isinstance(value, generic.ArrayObject):
            pending.extend(value.raw_get(index) for index in range(len(value)))
    return found


if __name__ == '__main__':
    main(*sys.argv[1:])
