"""The freeze: creates all form fields of all signers, before anybody signs.

After the company's certification nothing can be added but signatures, so everything that will be
filled exists from here on. The rules kept, each learned from a reader that called the result
invalid: every widget is a terminal field with its own name; text fields have no appearance until
their signer's revision; every signature field locks all fields of its signer, the ones left
empty included (FieldMDP, ISO 32000-1, 12.8.2.4).
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.validation import read_certification_data

from .appearance import Frame, mark_appearances
from .errors import FieldError, PdfRefused
from .forms import (
    entry,
    guarded,
    has_signatures,
    open_writer,
    page_reference,
    page_rotation,
    terminals,
)
from .words import _lt

MARK_KINDS = frozenset(('checkbox', 'radio', 'strikethrough'))
IMAGE_KINDS = frozenset(('signature', 'initials', 'stamp'))
TEXT_KINDS = frozenset(('name', 'date', 'text', 'multiline', 'number', 'selection'))
KINDS = MARK_KINDS | IMAGE_KINDS | TEXT_KINDS

MAX_COORDINATE = 100_000
"""Farther out than any page a reader accepts (200 inches are 14,400 points)."""

# Bits of /Ff (ISO 32000-1, tables 221 and 228). Fields are read-only for people: only we fill.
_READ_ONLY, _MULTILINE = 1, 1 << 12
_PRINT, _LOCKED = 1 << 2, 1 << 7  # bits of /F (table 165)
_SIGNATURES_EXIST, _APPEND_ONLY = 1, 2  # bits of /SigFlags (table 219)
_RIGHT = 2  # /Q (table 222)


@dataclass(frozen=True)
class FieldSpec:
    """A place that a signer fills. `box` is (left, bottom, right, top) in user space points.

    The kinds 'signature', 'initials' and 'stamp' are further places for an image; 'checkbox',
    'radio' and 'strikethrough' are on or off (a group of radios is several fields, kept exclusive
    by the caller); all others hold text. `options` is what a 'selection' allows.
    """

    name: str
    kind: str
    page: int
    box: tuple[float, float, float, float]
    options: tuple[str, ...] = ()
    max_length: int | None = None
    tooltip: str = ''


@dataclass(frozen=True)
class SignerFields:
    """A signer's signature field (invisible without a box) and the fields it will lock."""

    signature_name: str
    signature_page: int = 0
    signature_box: tuple[float, float, float, float] | None = None
    fields: tuple[FieldSpec, ...] = ()


@guarded
def freeze(
    pdf: bytes,
    signers: Sequence[SignerFields],
    *,
    company_field: str = 'company',
    title: str | None = None,
) -> bytes:
    """Return the PDF with all fields of all signers, as an incremental update.

    The company's field is invisible and locks the form fields that the PDF had before. A PDF that
    already carries signatures gets signature fields only (a reader would call anything else
    tampering); what its signers fill in is printed in their signature's appearance. If it is
    certified, they are invisible, because new visible ones would break that certification.

    `title` is the document's title, set unless the PDF is signed. Raises FieldError for impossible
    fields and PdfRefused for a PDF that can't be extended.
    """
    writer = open_writer(pdf)
    signed = has_signatures(writer)
    certified = _check_certification(writer)
    existing = [field.name for field in terminals(writer)]
    _check_names(signers, company_field, existing)
    form = _Form(writer)
    if not signed:
        form.add_signature(company_field, 0, None, existing)
    for signer in signers:
        fields = () if signed else signer.fields
        for spec in fields:
            form.add(spec)
        names = [spec.name for spec in fields]
        place = (signer.signature_page, None if certified else signer.signature_box)
        form.add_signature(signer.signature_name, *place, names)
    form.close()
    if title and not signed:
        writer.document_meta.title = title
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _check_certification(writer):
    """Return whether somebody certified the PDF; refuse if they forbade signing (P=1)."""
    certification = read_certification_data(writer.prev)
    if certification is None:
        return False
    if certification.permission == MDPPerm.NO_CHANGES:
        raise PdfRefused(_lt('the signature in the PDF forbids any further change'), 'locked')
    return True


def _check_names(signers, company_field, existing):
    seen = {name.split('.')[0] for name in existing}
    names = [company_field]
    for signer in signers:
        names += [signer.signature_name, *(spec.name for spec in signer.fields)]
    for name in names:
        # A period separates levels of the field tree (ISO 32000-1, 12.7.3.2).
        if not name or '.' in name or not name.isprintable():
            raise FieldError(f'{name!r} cannot be the name of a field', 'field_name')
        if name in seen:
            raise FieldError(f'there are two fields {name!r}', 'field_name')
        seen.add(name)


class _Form:
    """The AcroForm being extended. Looks up each page once."""

    def __init__(self, writer):
        self._writer = writer
        self._pages = {}
        form = entry(writer.root, '/AcroForm')
        if form is None:
            form = generic.DictionaryObject()
            writer.root[pdf_name('/AcroForm')] = writer.add_object(form)
            writer.update_root()
        self._form = form
        if '/Fields' not in form:
            form[pdf_name('/Fields')] = generic.ArrayObject()
        self._fields = form['/Fields']

    def add(self, spec: FieldSpec):
        """Add a field of any kind but the signature itself."""
        if spec.kind not in KINDS:
            raise FieldError(f'{spec.name}: there is no kind {spec.kind!r}', 'field_kind')
        page, rotation = self._page(spec.page)
        field = _widget(spec.name, spec.box, page, rotation, _PRINT)
        flags = _READ_ONLY
        if spec.kind in MARK_KINDS:
            field[pdf_name('/FT')] = pdf_name('/Btn')
            field[pdf_name('/V')] = field[pdf_name('/AS')] = pdf_name('/Off')
            states = mark_appearances(self._writer, Frame.of(spec.box, rotation), spec.kind)
            field[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): states})
        else:
            field[pdf_name('/FT')] = pdf_name('/Tx')
            field[pdf_name('/DA')] = generic.pdf_string('/Helv 9 Tf 0 g')
            if spec.kind == 'multiline':
                flags |= _MULTILINE
            if spec.kind == 'number':
                field[pdf_name('/Q')] = generic.NumberObject(_RIGHT)
            if spec.max_length:
                field[pdf_name('/MaxLen')] = generic.NumberObject(spec.max_length)
        field[pdf_name('/Ff')] = generic.NumberObject(flags)
        if spec.tooltip:
            field[pdf_name('/TU')] = generic.TextStringObject(spec.tooltip)
        self._register(field, page)

    def add_signature(self, name, page_number, box, locked):
        """Add a signature field that will lock the named fields."""
        page, rotation = self._page(page_number)
        field = _widget(name, box, page, rotation, _PRINT | _LOCKED)
        field[pdf_name('/FT')] = pdf_name('/Sig')
        if locked:
            lock = FieldMDPSpec(FieldMDPAction.INCLUDE, list(locked)).as_sig_field_lock()
            field[pdf_name('/Lock')] = self._writer.add_object(lock)
        self._register(field, page)

    def close(self):
        """Write down what the form as a whole needs."""
        form = self._form
        flags = int(entry(form, '/SigFlags', 0)) | _SIGNATURES_EXIST | _APPEND_ONLY
        form[pdf_name('/SigFlags')] = generic.NumberObject(flags)
        resources = form.setdefault(pdf_name('/DR'), generic.DictionaryObject()).get_object()
        fonts = resources.setdefault(pdf_name('/Font'), generic.DictionaryObject()).get_object()
        if '/Helv' not in fonts:
            fonts[pdf_name('/Helv')] = self._writer.add_object(_helvetica())
            self._writer.update_container(fonts)
        # A viewer that makes its own appearances would print other than what is signed.
        if '/NeedAppearances' in form:
            del form['/NeedAppearances']
        self._writer.update_container(form)
        self._writer.update_container(self._fields)

    def _page(self, number):
        if number not in self._pages:
            reference = page_reference(self._writer, number)
            self._pages[number] = reference, page_rotation(reference)
        return self._pages[number]

    def _register(self, field, page):
        reference = self._writer.add_object(field)
        self._fields.append(reference)
        self._writer.register_annotation(page, reference)


def _helvetica():
    """The font that the fields' /DA names; never used, because we draw every appearance."""
    names = {'/Type': '/Font', '/Subtype': '/Type1', '/BaseFont': '/Helvetica'}
    names['/Encoding'] = '/WinAnsiEncoding'
    return generic.DictionaryObject({pdf_name(k): pdf_name(v) for k, v in names.items()})


def _widget(name, box, page, rotation, flags):
    field = generic.DictionaryObject(
        {
            pdf_name('/Type'): pdf_name('/Annot'),
            pdf_name('/Subtype'): pdf_name('/Widget'),
            pdf_name('/T'): generic.TextStringObject(name),
            pdf_name('/Rect'): _rectangle(name, box),
            pdf_name('/P'): page,
            pdf_name('/F'): generic.NumberObject(flags),
        }
    )
    if rotation and box is not None:
        field[pdf_name('/MK')] = generic.DictionaryObject(
            {pdf_name('/R'): generic.NumberObject(rotation)}
        )
    return field


def _rectangle(name, box):
    if box is None:
        return generic.ArrayObject([generic.NumberObject(0)] * 4)
    numbers = [float(value) for value in box]
    if len(numbers) != 4 or not all(
        math.isfinite(value) and abs(value) < MAX_COORDINATE for value in numbers
    ):
        raise FieldError(f'{name}: {box!r} is no box', 'field_box')
    left, bottom, right, top = numbers
    if right - left < 1 or top - bottom < 1:
        raise FieldError(f'{name}: the box {box!r} is empty', 'field_box')
    return generic.ArrayObject(generic.FloatObject(f'{value:.3f}') for value in numbers)
