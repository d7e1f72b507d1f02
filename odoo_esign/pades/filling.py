"""Fills form fields within the revision that its signer signs."""

from collections.abc import Mapping

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .appearance import Frame, Painter, Stamp, normalise_text
from .errors import FieldError
from .forms import Terminal, entry, page_rotation, terminals

_MULTILINE = 1 << 12
_ALIGN = {1: 'center', 2: 'end'}


def locked_names(signature: Terminal) -> frozenset[str]:
    """Return the names of the fields that a signature field locks (FieldMDP INCLUDE)."""
    lock = entry(signature.dictionary, '/Lock')
    if lock is None or entry(lock, '/Action') != '/Include':
        return frozenset()
    return frozenset(str(name) for name in entry(lock, '/Fields', ()))


def fill(writer, painter: Painter, field: Terminal, value: str | bool | bytes):
    """Set one field's value and appearance; raises FieldError if the value is of another kind."""
    dictionary = field.dictionary
    if field.type == '/Btn':
        if not isinstance(value, bool):
            raise FieldError(f'{field.name}: on or off expected', 'field_value')
        state = pdf_name('/Yes' if value else '/Off')
        dictionary[pdf_name('/V')] = dictionary[pdf_name('/AS')] = state
        writer.update_container(dictionary)
        return
    if field.type != '/Tx' or isinstance(value, bool):
        raise FieldError(f'{field.name}: cannot hold {type(value).__name__}', 'field_value')
    frame = frame_of(dictionary)
    if isinstance(value, str):
        value = normalise_text(value)
        dictionary[pdf_name('/V')] = generic.TextStringObject(value)
        appearance = painter.text(
            frame,
            value,
            multiline=bool(int(entry(dictionary, '/Ff', 0)) & _MULTILINE),
            align=_ALIGN.get(int(entry(dictionary, '/Q', 0)), 'start'),
        )
    elif isinstance(value, bytes | bytearray | memoryview):
        appearance = painter.image(frame, bytes(value))
    else:
        raise FieldError(f'{field.name}: cannot hold {type(value).__name__}', 'field_value')
    _set_appearance(writer, dictionary, appearance)


def show_stamp(writer, painter: Painter, signature: Terminal, stamp: Stamp):
    """Give a visible signature field its appearance; does nothing for an invisible one."""
    frame = frame_of(signature.dictionary)
    if frame.width and frame.height:
        _set_appearance(writer, signature.dictionary, painter.stamp(frame, stamp))


def with_values(stamp: Stamp, values: Mapping[str, str | bool | bytes]) -> Stamp:
    """Return the stamp with the text of all values as further lines."""
    lines = [normalise_text(value) for value in values.values() if isinstance(value, str)]
    return Stamp(stamp.image_png, (*stamp.lines, *lines))


def frame_of(widget) -> Frame:
    """Return the frame of a widget, turned as its page is."""
    characteristics = entry(widget, '/MK') or {}
    if '/R' in characteristics:
        rotation = int(characteristics['/R'])
    else:
        rotation = page_rotation(entry(widget, '/P'))
    return Frame.of([float(value) for value in widget['/Rect']], rotation)


def adopt_locked(writer, company_field: str):
    """Write the appearances of the fields that the company locks into its own revision.

    These are the fields an uploaded form had. Readers that compare revisions take an appearance
    older than the signature that locks it for a change made afterwards.
    """
    found = {terminal.name: terminal for terminal in terminals(writer)}
    if company_field not in found:
        raise FieldError(f'there is no signature field {company_field!r}', 'field_name')
    for name in locked_names(found[company_field]):
        widget = found[name].dictionary if name in found else {}
        appearances = entry(widget, '/AP', {})
        for key in ('/N', '/R', '/D'):
            if key in appearances and '/AS' not in widget:
                reference = appearances.raw_get(key)
                if isinstance(reference, generic.IndirectObject):
                    writer.mark_update(reference)


def _set_appearance(writer, widget, reference):
    widget[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): reference})
    writer.update_container(widget)
