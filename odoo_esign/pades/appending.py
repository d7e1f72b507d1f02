"""Appends the pages of one PDF to another.

Written as an incremental update: the first PDF keeps every byte, hence its bookmarks, title,
metadata, layers and form fields. Rewriting it through PDFium was tried and drops what PDFium
doesn't know.
"""

import io

import pypdfium2 as pdfium
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .errors import PdfRefused
from .forms import entry, guarded, has_signatures, open_reader, open_writer, page_reference
from .pdfium import PDFIUM_LOCK, opened

_INHERITED = ('/Resources', '/MediaBox', '/CropBox', '/Rotate')  # ISO 32000-1, table 30
_KEPT = (*_INHERITED, '/Type', '/Contents', '/Group', '/UserUnit', '/BleedBox', '/TrimBox')
_KEPT_OF_LINKS = ('/Type', '/Subtype', '/Rect', '/Border', '/BS', '/C', '/F', '/H', '/QuadPoints')
_MAX_DEPTH = 64


@guarded
def append_pages(pdf: bytes, extra: bytes) -> bytes:
    """Return `pdf` with the pages of `extra` at the end, both unsigned.

    Of the extra pages remain what they show (form fields and notes as drawing) and links to web
    pages; their bookmarks, form fields and links within the document don't. Raises PdfRefused.
    """
    writer = open_writer(pdf)
    if has_signatures(writer):
        raise PdfRefused('pages cannot be added to a signed PDF', 'signed')
    reader = open_reader(extra)
    if _has_annotations(reader):
        reader = open_reader(_flattened(extra))
    pages = generic.ArrayObject(_bare_page(page) for page in _pages(reader))
    pages.container_ref = reader.root.get_container_ref()
    # In one go, so that what the pages share is copied once.
    for page in writer.import_object(pages):
        writer.insert_page(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def blank_page(width: float, height: float) -> bytes:
    """Return a PDF of one empty page; `width` and `height` in points."""
    with PDFIUM_LOCK:
        document = pdfium.PdfDocument.new()
        document.new_page(width, height)
        output = io.BytesIO()
        document.save(output)
        document.close()
    return output.getvalue()


def _pages(reader):
    for number in range(int(reader.root['/Pages']['/Count'])):
        yield page_reference(reader, number).get_object()


def _has_annotations(reader):
    return any(
        entry(annotation.get_object(), '/Subtype') != '/Link'
        for page in _pages(reader)
        for annotation in entry(page, '/Annots', ())
    )


def _flattened(pdf):
    """Draw form fields and notes into the pages' content."""
    with opened(pdf) as document:
        document.init_forms()
        for number in range(len(document)):
            page = document[number]
            page.flatten(pdfium.raw.FLAT_PRINT)
            page.close()
        output = io.BytesIO()
        document.save(output)
    return output.getvalue()


def _bare_page(page):
    """Copy a page without anything that leads to other pages or acts on its own."""
    bare = generic.DictionaryObject()
    for key in _KEPT:
        value = _inherited(page, key) if key in _INHERITED else None
        if key in page:
            value = page.raw_get(key)
        if value is not None:
            bare[pdf_name(key)] = value
    links = [link for link in map(_web_link, entry(page, '/Annots', ())) if link is not None]
    if links:
        bare[pdf_name('/Annots')] = generic.ArrayObject(links)
    return bare


def _inherited(page, key):
    node = page
    for _level in range(_MAX_DEPTH):
        if key in node:
            return node.raw_get(key)
        node = entry(node, '/Parent')
        if node is None:
            return None
    raise PdfRefused('page tree nested too deeply', 'broken')


def _web_link(annotation):
    annotation = annotation.get_object()
    action = entry(annotation, '/A', {})
    if entry(annotation, '/Subtype') != '/Link' or entry(action, '/S') != '/URI':
        return None
    link = generic.DictionaryObject(
        {pdf_name(key): annotation.raw_get(key) for key in _KEPT_OF_LINKS if key in annotation}
    )
    link[pdf_name('/A')] = generic.DictionaryObject(
        {pdf_name('/S'): pdf_name('/URI'), pdf_name('/URI'): action.raw_get('/URI')}
    )
    return link
