"""Manipulations by a further revision: pages, fonts, notes, actions, metadata."""

from pades import renew
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from revisions import field, update
from scene import MEANT, box, stream
from tricks import AMBER, trick


def page(writer, number=0):
    return writer.find_page_for_modification(number)[0].get_object()


def shown_text():
    return b'1 1 1 rg 0 600 595 200 re f 0 g BT /F1 12 Tf 72 702 Td (%s) Tj ET' % MEANT.encode()


@trick()
def content_put_over_the_page(it):
    """Shadow content, hide: what was there is covered."""
    return update(
        it.pdf, lambda w: w.add_stream_to_page(0, w.add_object(stream(shown_text())))
    )


@trick()
def content_of_the_page_replaced(it):
    """Shadow content, replace: the object stays, its bytes don't."""

    def change(writer):
        content = page(writer)['/Contents']
        content._data = content._encoded_data = shown_text()
        content.pop('/Filter', None)
        content['/Length'] = generic.NumberObject(len(shown_text()))
        writer.update_container(content)

    return update(it.pdf, change)


@trick()
def page_led_to_other_content(it):
    """Shadow content, hide and replace: the page names another object."""

    def change(writer):
        page(writer)[pdf_name('/Contents')] = writer.add_object(stream(shown_text()))
        writer.update_container(page(writer))

    return update(it.pdf, change)


def annotated(it, annotation):
    def change(writer):
        note = generic.DictionaryObject({'/Type': pdf_name('/Annot'), **annotation(writer)})
        note[pdf_name('/AP')] = generic.DictionaryObject(
            {'/N': writer.add_object(appearance(b'1 1 1 rg 0 0 400 40 re f', 400, 40))}
        )
        target = page(writer)
        notes = target['/Annots'] if '/Annots' in target else generic.ArrayObject()
        target[pdf_name('/Annots')] = generic.ArrayObject([*notes, writer.add_object(note)])
        writer.update_container(target)

    return update(it.pdf, change)


def appearance(data, width, height):
    form = stream(data, Type='/XObject', Subtype='/Form')
    form[pdf_name('/BBox')] = box(0, 0, width, height)
    return form


@trick()
def annotation_over_the_text(it):
    """Evil annotation attack (EAA) on the certification."""
    return annotated(it, lambda _w: {
        '/Subtype': pdf_name('/FreeText'), '/Rect': box(70, 690, 470, 730),
        '/Contents': generic.TextStringObject(MEANT),
    })  # fmt: skip


@trick()
def redaction_over_the_text(it):
    return annotated(it, lambda _w: {
        '/Subtype': pdf_name('/Redact'), '/Rect': box(70, 690, 470, 730),
    })  # fmt: skip


@trick()
def link_over_the_page(it):
    return annotated(it, lambda _w: {
        '/Subtype': pdf_name('/Link'), '/Rect': box(0, 0, 595, 842),
        '/A': generic.DictionaryObject({
            '/S': pdf_name('/URI'), '/URI': generic.TextStringObject('https://pay.example'),
        }),
    })  # fmt: skip


@trick()
def page_added(it):
    def change(writer):
        new = generic.DictionaryObject({
            '/Type': pdf_name('/Page'), '/MediaBox': box(0, 0, 595, 842),
            '/Resources': page(writer)['/Resources'],
            '/Contents': writer.add_object(stream(shown_text())),
        })  # fmt: skip
        pages = writer.root['/Pages']
        new['/Parent'] = writer.root.raw_get('/Pages')
        pages['/Kids'].append(writer.add_object(new))
        pages['/Count'] = generic.NumberObject(pages['/Count'] + 1)
        writer.update_container(pages)

    return update(it.pdf, change)


@trick()
def page_removed(it):
    def change(writer):
        pages = writer.root['/Pages']
        pages['/Kids'].pop()
        pages['/Count'] = generic.NumberObject(1)
        writer.update_container(pages)

    return update(it.pdf, change)


@trick()
def pages_swapped(it):
    def change(writer):
        pages = writer.root['/Pages']
        pages['/Kids'].reverse()
        writer.update_container(pages)

    return update(it.pdf, change)


@trick()
def page_cropped(it):
    def change(writer):
        page(writer)[pdf_name('/CropBox')] = box(0, 0, 595, 600)
        writer.update_container(page(writer))

    return update(it.pdf, change)


@trick()
def page_turned(it):
    def change(writer):
        page(writer)[pdf_name('/Rotate')] = generic.NumberObject(180)
        writer.update_container(page(writer))

    return update(it.pdf, change)


@trick()
def font_swapped(it):
    def change(writer):
        font = page(writer)['/Resources']['/Font']['/F1']
        font['/BaseFont'] = pdf_name('/Symbol')
        writer.update_container(font)

    return update(it.pdf, change)


@trick()
def text_behind_the_glyphs_changed(it):
    """/ToUnicode of the font that the values are printed with: copied text reads otherwise."""

    def change(writer):
        shared = field(writer, 's1_name')['/AP']['/N']['/Resources']['/Font']
        font = shared[next(iter(shared))]
        other = b'1 beginbfrange\n<0000> <ffff> <0041>\nendbfrange\n'
        font[pdf_name('/ToUnicode')] = writer.add_object(stream(other))
        writer.update_container(font)

    return update(it.pdf, change)


@trick()
def script_run_on_opening(it):
    def change(writer):
        writer.root[pdf_name('/OpenAction')] = script('app.alert("Pay!")')
        writer.update_root()

    return update(it.pdf, change)


@trick()
def script_in_a_field(it):
    def change(writer):
        widget = field(writer, 's1_name')
        action = generic.DictionaryObject({'/F': script('event.value = "Somebody else"')})
        widget[pdf_name('/AA')] = action
        writer.update_container(widget)

    return update(it.pdf, change)


def script(text):
    code = generic.TextStringObject(text)
    return generic.DictionaryObject({'/S': pdf_name('/JavaScript'), '/JS': code})


@trick()
def file_attached(it):
    def change(writer):
        names = generic.ArrayObject([generic.TextStringObject('a.txt'), generic.NullObject()])
        files = generic.DictionaryObject({'/Names': names})
        writer.root[pdf_name('/Names')] = generic.DictionaryObject({'/EmbeddedFiles': files})
        writer.update_root()

    return update(it.pdf, change)


@trick()
def layers_added(it):
    def change(writer):
        group = generic.DictionaryObject({'/Type': pdf_name('/OCG')})
        group[pdf_name('/Name')] = generic.TextStringObject('Annex')
        groups = generic.ArrayObject([writer.add_object(group)])
        hidden = generic.DictionaryObject({'/OFF': groups})
        writer.root[pdf_name('/OCProperties')] = generic.DictionaryObject(
            {'/OCGs': groups, '/D': hidden}
        )
        writer.update_root()

    return update(it.pdf, change)


def retitled(pdf):
    def change(writer):
        info = writer.trailer['/Info']
        info['/Title'] = generic.TextStringObject('Another contract')
        writer.update_container(info)

    return update(pdf, change)


@trick(AMBER)
def metadata_changed(it):
    return retitled(it.pdf)


@trick(AMBER)
def metadata_changed_and_stamped_again(it):
    return renew.renew(retitled(it.pdf), authorities=[it.ca], stamper=it.stamper).pdf


@trick(AMBER)
def nothing_but_an_empty_revision(it):
    def change(writer):
        writer.add_object(generic.NumberObject(7))

    return update(it.pdf, change)
