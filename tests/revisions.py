"""Revisions appended to a PDF by hand."""

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def update(pdf, change):
    """Append a revision that `change(writer)` makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def field(writer, name):
    """Return a form field's dictionary, to be changed and passed to `update_container`."""
    for reference in writer.root['/AcroForm']['/Fields']:
        if reference.get_object()['/T'] == name:
            return reference.get_object()
    raise AssertionError(name)
