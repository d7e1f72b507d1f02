"""Opens documents with PDFium, one at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

from .errors import PdfRefused

PDFIUM_LOCK = threading.RLock()
"""PDFium is not thread-safe, not even for two different documents."""


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a PDF with PDFium, one at a time per process; raises PdfRefused."""
    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(bytes(pdf))
        except pypdfium2.PdfiumError as error:
            raise PdfRefused(f'cannot be opened: {error}', 'broken') from None
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise PdfRefused(f'cannot be read: {error}', 'broken') from None
        finally:
            document.close()
