"""Walks the form of a PDF (AcroForm, ISO 32000-1, 12.7) through pyHanko."""

import contextlib
import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from .errors import PadesError, PdfRefused
from .words import _lt

MAX_TREE_DEPTH = 64


@dataclass(frozen=True)
class Terminal:
    """A terminal field: its full name, type (/Tx, /Btn, /Sig, /Ch or None) and reference."""

    name: str
    type: str | None
    reference: generic.IndirectObject

    @property
    def dictionary(self) -> generic.DictionaryObject:
        """The field's own dictionary."""
        return self.reference.get_object()


def guarded(function):
    """Turn anything that a hostile PDF can raise into PdfRefused; let our own errors pass.

    pyHanko lets some damage through as KeyError, TypeError and the like.
    """

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except PadesError:
            raise
        except RecursionError:
            raise PdfRefused(_lt('nested too deeply'), 'broken') from None
        except Exception as error:
            raise PdfRefused(f'{type(error).__name__}: {error}', 'broken') from error

    return call


def open_reader(pdf: bytes) -> PdfFileReader:
    """Open a PDF strictly; raises PdfRefused if it is encrypted."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        raise PdfRefused(_lt('the PDF is encrypted'), 'encrypted')
    return reader


@contextlib.contextmanager
def reading(pdf: bytes) -> Iterator[PdfFileReader]:
    """Open a PDF strictly, and let go of it at the end.

    pyHanko's objects refer to each other in circles: until Python finds these, each would hold on
    to its whole file.
    """
    reader = open_reader(pdf)
    try:
        yield reader
    finally:
        reader.stream.close()


def finished(writer: IncrementalPdfFileWriter) -> bytes:
    """Return the PDF that was written in place, and let go of it as `reading` does."""
    pdf = writer.prev.stream.getvalue()
    writer.prev.stream.close()
    return pdf


def open_writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """Open a PDF strictly for an incremental update; raises PdfRefused if it is encrypted."""
    return IncrementalPdfFileWriter.from_reader(open_reader(pdf))


def entry(dictionary, key: str, default=None):
    """Return a dictionary's value, resolved; pyHanko's own `get` gives unresolved references."""
    try:
        return dictionary[key]
    except KeyError:
        return default


def terminals(handler) -> Iterator[Terminal]:
    """Yield all terminal fields of a reader or writer."""
    form = entry(handler.root, '/AcroForm')
    if isinstance(form, generic.DictionaryObject):
        yield from _walk(entry(form, '/Fields'), '', None, 0)


def _walk(fields, prefix, inherited, depth):
    if depth > MAX_TREE_DEPTH:
        raise PdfRefused(_lt('form fields nested too deeply'), 'broken')
    for reference in fields or ():
        field = reference.get_object()
        if not isinstance(reference, generic.IndirectObject) or not hasattr(field, 'get'):
            continue
        name = entry(field, '/T')
        if name is None:
            continue  # a widget of the field above, not a field
        name = f'{prefix}.{name}' if prefix else str(name)
        kind = entry(field, '/FT', inherited)
        children = [kid for kid in entry(field, '/Kids', ()) if '/T' in kid.get_object()]
        if children:
            yield from _walk(children, name, kind, depth + 1)
        else:
            yield Terminal(name, str(kind) if kind else None, reference)


def has_signatures(handler) -> bool:
    """Return whether any signature field is filled."""
    signatures = (field for field in terminals(handler) if field.type == '/Sig')
    return any(entry(field.dictionary, '/V') for field in signatures)


def page_reference(handler, number: int):
    """Return the reference of a page by its number from 0; raises PdfRefused if there is none."""
    count = int(handler.root['/Pages']['/Count'])
    if not 0 <= number < count:
        raise PdfRefused(
            _lt('there is no page %(page)s, only %(count)s', page=number + 1, count=count),
            'no_page',
        )
    return handler.find_page_for_modification(number)[0]


def page_rotation(page) -> int:
    """Return a page's clockwise rotation, inherited or its own: 0, 90, 180 or 270."""
    for _level in range(MAX_TREE_DEPTH):
        if page is None:
            break
        page = page.get_object()
        if '/Rotate' in page:
            return int(page['/Rotate']) % 360
        page = entry(page, '/Parent')
    return 0
