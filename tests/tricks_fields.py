"""Manipulations of the form: values, what they look like, locks, fields and signatures added."""

from flows import signer_of
from pades import authority, renew, seal
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign import fields as their_fields
from pyhanko.sign import signers
from revisions import field, update
from samples import stamp, values
from scene import box
from tricks import AMBER, GREEN, trick
from tricks_content import appearance


def stamped(it, pdf):
    """An insider with the company's own stamper makes it the last revision."""
    return renew.renew(pdf, authorities=[it.ca], stamper=it.stamper).pdf


def filled(pdf, name, value):
    def change(writer):
        widget = field(writer, name)
        widget[pdf_name('/V')] = generic.TextStringObject(value)
        writer.update_container(widget)

    return update(pdf, change)


@trick()
def filled_field_refilled(it):
    return filled(it.pdf, 's1_name', 'Somebody else')


@trick()
def filled_field_refilled_and_stamped(it):
    return stamped(it, filled(it.pdf, 's1_name', 'Somebody else'))


@trick()
def field_left_empty_filled(it):
    return filled(it.pdf, 's2_empty', 'And a car')


@trick()
def closed_field_filled(it):
    """Of the person who was not asked any more: closed by the company."""
    return filled(it.pdf, 's3_name', 'I agree')


@trick()
def box_ticked(it):
    def change(writer):
        widget = field(writer, 's1_choice')
        widget[pdf_name('/V')] = widget[pdf_name('/AS')] = pdf_name('/Yes')
        writer.update_container(widget)

    return update(it.pdf, change)


def repainted(pdf, name):
    def change(writer):
        painted = field(writer, name)['/AP']['/N']
        painted._data = painted._encoded_data = b'BT /F 9 Tf (Somebody else) Tj ET'
        painted.pop('/Filter', None)
        writer.update_container(painted)

    return update(pdf, change)


@trick()
def what_a_field_shows_changed(it):
    """The value stays: only a person sees the difference."""
    return repainted(it.pdf, 's1_name')


@trick()
def what_a_signature_shows_changed(it):
    return repainted(it.pdf, 'sign1')


@trick()
def field_moved(it):
    def change(writer):
        widget = field(writer, 's1_name')
        widget[pdf_name('/Rect')] = box(72, 690, 300, 710)
        writer.update_container(widget)

    return update(it.pdf, change)


@trick()
def field_made_invisible(it):
    def change(writer):
        widget = field(writer, 's1_remark')
        widget[pdf_name('/F')] = generic.NumberObject(2)
        writer.update_container(widget)

    return update(it.pdf, change)


@trick()
def lock_taken_away(it):
    def change(writer):
        del field(writer, 'sign1')['/Lock']
        writer.update_container(field(writer, 'sign1'))

    return update(it.pdf, change)


@trick()
def lock_taken_away_and_refilled(it):
    return filled(lock_taken_away(it), 's1_name', 'Somebody else')


@trick()
def signature_field_taken_away(it):
    def change(writer):
        fields = writer.root['/AcroForm']['/Fields']
        kept = [one for one in fields if one.get_object()['/T'] != 'sign2']
        writer.root['/AcroForm'][pdf_name('/Fields')] = generic.ArrayObject(kept)
        writer.update_container(writer.root['/AcroForm'])

    return update(it.pdf, change)


# Nothing is claimed any more: it is not a signed file; who signed is red.
@trick(AMBER, file=AMBER)
def form_taken_away(it):
    def change(writer):
        del writer.root['/AcroForm']
        writer.update_root()

    return update(it.pdf, change)


@trick()
def form_of_another_kind_added(it):
    """XFA: some readers show it instead of the pages."""

    def change(writer):
        form = writer.root['/AcroForm']
        form[pdf_name('/XFA')] = writer.add_object(generic.StreamObject(stream_data=b'<xdp/>'))
        writer.update_container(form)

    return update(it.pdf, change)


@trick(AMBER)
def fields_redrawn_by_the_reader(it):
    def change(writer):
        form = writer.root['/AcroForm']
        form[pdf_name('/NeedAppearances')] = generic.BooleanObject(True)
        writer.update_container(form)

    return update(it.pdf, change)


def with_field(it, kind, **entries):
    def change(writer):
        widget = generic.DictionaryObject({
            '/Type': pdf_name('/Annot'), '/Subtype': pdf_name('/Widget'), '/FT': pdf_name(kind),
            '/T': generic.TextStringObject('more'), '/Rect': box(70, 690, 470, 730),
            '/F': generic.NumberObject(4), **entries,
        })  # fmt: skip
        painted = appearance(b'1 1 1 rg 0 0 400 40 re f', 400, 40)
        widget[pdf_name('/AP')] = generic.DictionaryObject({'/N': writer.add_object(painted)})
        reference = writer.add_object(widget)
        page = writer.find_page_for_modification(0)[0].get_object()
        page['/Annots'].append(reference)
        writer.update_container(page['/Annots'])
        writer.root['/AcroForm']['/Fields'].append(reference)
        writer.update_container(writer.root['/AcroForm']['/Fields'])

    return update(it.pdf, change)


@trick()
def text_field_over_the_text(it):
    return with_field(it, '/Tx', **{'/V': generic.TextStringObject('We pay nothing')})


@trick()
def unsigned_signature_field_over_the_text(it):
    """Sneaky signature attack (SSA), not yet signed."""
    return with_field(it, '/Sig')


def signed_by(it, signer_, name='more', **options):
    """Somebody adds a visible signature field over the text, and signs it."""
    from io import BytesIO

    writer = signers.pdf_signer.IncrementalPdfFileWriter(BytesIO(it.pdf))
    place = their_fields.SigFieldSpec(name, on_page=0, box=(70, 690, 470, 730))
    metadata = signers.PdfSignatureMetadata(field_name=name, **options)
    pdf_signer = signers.PdfSigner(metadata, signer_, new_field_spec=place)
    return pdf_signer.sign_pdf(writer).getvalue()


def stranger():
    other = authority.create_authority('Nobody knows us', None)
    return signer_of(other, 'Mallory')


@trick()
def visible_signature_of_a_stranger(it):
    """Sneaky signature attack (SSA): its appearance covers what was certified."""
    return signed_by(it, stranger())


@trick()
def visible_signature_of_an_insider(it):
    return signed_by(it, it.make_signer('Łukasz Żółć'))


@trick(GREEN)
def invisible_signature_of_an_insider(it):
    """Sound by itself; that nobody was asked for it, only the log knows."""
    return seal.close_unused(
        it.pdf, it.make_signer('Mallory'), field_name='more', names=[], timestamper=it.stamper
    ).pdf


@trick()
def late_signature_in_a_closed_field(it):
    return seal.approve(
        it.pdf, it.make_signer('Too late'), field='sign3', values=values(3), stamp=stamp('Late'),
        timestamper=it.stamper,
    ).pdf  # fmt: skip
