"""Our own rules on what happened to a PDF after its first signature.

pyHanko's difference analysis refuses most changes. What it lets pass, rightly by the standard, is
told here, because a reader of a contract wants to know: other metadata, a field that was filled
and is filled otherwise now, a visible field that nobody who signed first could see. Changed pages
and annotations, which it refuses, are looked for again in a way of our own, and named.
"""

import hashlib
from collections.abc import Iterator, Mapping

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from .forms import MAX_TREE_DEPTH, entry, terminals
from .problems import Problem

MAX_PAGES = 10_000
_WRITERS_OWN = frozenset(('/ModDate', '/Producer', '/Trapped'))
_WRITERS_OWN_XMP = frozenset(
    ('ModifyDate', 'MetadataDate', 'Producer', 'InstanceID', 'History', 'about')
)
_HIDDEN = 1 << 1 | 1 << 5  # /F: hidden, not for the screen (ISO 32000-1, table 165)
_PAGE_KEYS = ('/Contents', '/Resources', '/MediaBox', '/CropBox', '/Rotate', '/UserUnit')


def changes(reader: PdfFileReader, revisions: list[int]) -> list[Problem]:
    """Return what changed after the first of these revisions, which are the signed ones.

    Raises whatever a damaged PDF makes pyHanko raise.
    """
    if not revisions:
        return []
    first = reader.get_historical_resolver(min(revisions))
    last = reader.get_historical_resolver(reader.total_revisions - 1)
    if first.revision == last.revision:
        return []
    problems = []
    if _metadata(first) != _metadata(last):
        text = "the file's metadata (title, author …) were changed after the first signature"
        problems.append(Problem('metadata_changed', text))
    problems += _added_fields(first, last)
    problems += _refilled(reader, sorted({*revisions, last.revision}))
    problems += _changed_pages(first, last)
    return problems


def _metadata(resolver):
    """Return /Info and XMP without what programs write about themselves on every occasion."""
    info = _info(resolver)
    known = {key: str(info[key]) for key in info if key not in _WRITERS_OWN}
    reference = resolver.root.get_value_as_reference('/Metadata', optional=True)
    if reference is None:
        return known, []
    # pyHanko's view of a revision trips over the streams of metadata that it makes itself.
    stream = resolver.reader.get_object(
        reference, revision=resolver.revision, as_metadata_stream=True
    )
    try:
        facts = [
            f'{name}={value!r}'
            for structure in stream.xmp
            for name, value in structure
            if name.local_name not in _WRITERS_OWN_XMP and not _is_empty_about(name, value)
        ]
    except Exception:
        facts = [hashlib.sha256(stream.data).hexdigest()]
    return known, sorted(facts)


def _info(resolver):
    """Return /Info as it was; what a trailer refers to reads as it is today everywhere else."""
    trailer = resolver.trailer_view
    info = trailer.raw_get('/Info') if '/Info' in trailer else None
    if isinstance(info, generic.IndirectObject):
        info = resolver.get_object(info.reference)
    return info if isinstance(info, generic.DictionaryObject) else {}


def _is_empty_about(name, value):
    """Every XMP packet has this; a writer adds a packet when it turns to a newer PDF version."""
    return name.local_name == 'about' and not value.value


# ---------------------------------------------------------------- fields


def _added_fields(first, last) -> Iterator[Problem]:
    before = {terminal.name for terminal in terminals(first)}
    for terminal in terminals(last):
        if terminal.name not in before and any(map(_visible, _widgets(terminal.dictionary))):
            text = f'the visible field {terminal.name!r} was added after the first signature'
            yield Problem('field_added', text, terminal.name)


def _widgets(field):
    kids = [kid.get_object() for kid in entry(field, '/Kids', ())]
    return kids or [field]


def _visible(widget):
    if int(entry(widget, '/F', 0)) & _HIDDEN or '/Rect' not in widget:
        return False
    left, bottom, right, top = (float(value) for value in widget['/Rect'])
    return left != right and bottom != top


def _refilled(reader, revisions) -> Iterator[Problem]:
    """Tell of fields that held something in a signed revision and hold another thing later."""
    before: Mapping[str, tuple] = {}
    told = set()
    for revision in revisions:
        now = _values(reader.get_historical_resolver(revision))
        for name, value in before.items():
            if value is not None and now.get(name) != value and name not in told:
                told.add(name)
                text = f'the field {name!r} was filled and signed, and changed afterwards'
                yield Problem('refilled', text, name)
        before = now


def _values(resolver):
    """Return what every field holds and shows, None for those that hold nothing."""
    return {terminal.name: _value(terminal.dictionary) for terminal in terminals(resolver)}


def _value(field):
    value = entry(field, '/V')
    if value is None or value in ('', '/Off'):
        return None
    if isinstance(value, generic.DictionaryObject):  # a signature; its own bytes are signed
        value = 'signed'
    shown = [(str(entry(widget, '/AS')), _appearance(widget)) for widget in _widgets(field)]
    return str(value), tuple(shown)


def _appearance(widget):
    normal = entry(entry(widget, '/AP', {}), '/N')
    if isinstance(normal, generic.StreamObject):
        return hashlib.sha256(normal.encoded_data).hexdigest()
    if isinstance(normal, generic.DictionaryObject):
        return {
            key: hashlib.sha256(normal[key].encoded_data).hexdigest()
            for key in normal
            if isinstance(normal[key], generic.StreamObject)
        }
    return None


# ---------------------------------------------------------------- pages


def _changed_pages(first, last) -> Iterator[Problem]:
    fields = {widget for terminal in terminals(last) for widget in _references(terminal)}
    pages, later = _pages(first), _pages(last)
    if len(pages) != len(later):
        text = 'pages were added or removed after the first signature'
        yield Problem('page_changed', text)
        return
    for number, (page, now) in enumerate(zip(pages, later, strict=True), start=1):
        if any(_fingerprint(page, key) != _fingerprint(now, key) for key in _PAGE_KEYS):
            text = f'page {number} was changed after the first signature'
            yield Problem('page_changed', text)
        # Widgets of form fields are judged as fields.
        notes = [_identity(one) for one in entry(now, '/Annots', ())]
        known = {_identity(one) for one in entry(page, '/Annots', ())}
        if any(one not in known and one not in fields for one in notes):
            text = f'something was put on page {number} after the first signature'
            yield Problem('annotation_added', text)


def _references(terminal):
    yield _identity(terminal.reference)
    for kid in entry(terminal.dictionary, '/Kids', ()):
        yield _identity(kid)


def _identity(value):
    if isinstance(value, generic.IndirectObject):
        return value.idnum, value.generation
    return repr(value)


def _pages(resolver):
    """Return all pages, in order."""
    pages, pending = [], [(resolver.root['/Pages'], 0)]
    while pending:
        node, depth = pending.pop()
        node = node.get_object()
        if depth > MAX_TREE_DEPTH or len(pages) > MAX_PAGES:
            raise ValueError('too many pages')
        if '/Kids' in node:
            pending.extend((kid, depth + 1) for kid in reversed(node['/Kids']))
        else:
            pages.append(node)
    return pages


def _fingerprint(page, key):
    """Return what tells whether an entry changed; streams by their bytes as written."""
    value = entry(page, key)
    if isinstance(value, generic.ArrayObject):
        return [_content(one.get_object()) for one in value]
    return _content(value)


def _content(value):
    if isinstance(value, generic.StreamObject):
        return hashlib.sha256(value.encoded_data).hexdigest()
    return repr(value)
