"""Manipulations of a file's bytes: flips, cuts, things put before, between and behind."""

import re

from revisions import update
from scene import MEANT, offset_of
from tricks import AMBER, GREEN, trick


def flipped(pdf, position, bit=1):
    changed = bytearray(pdf)
    changed[position] ^= bit
    return bytes(changed)


@trick()
def bit_of_the_content_flipped(it):
    return flipped(it.pdf, it.pdf.index(b'endstream') - 10)


@trick()
def bit_of_a_signature_value_flipped(it):
    gap_end = it.range_of('sign1')[2]
    end = len(it.pdf[:gap_end].rstrip(b'0>'))
    # the last bytes belong to the time stamp on it; the value itself stands before
    return flipped(it.pdf, end - 2200)


@trick()
def bit_of_a_time_stamp_on_a_signature_flipped(it):
    gap_end = it.range_of('sign1')[2]
    return flipped(it.pdf, len(it.pdf[:gap_end].rstrip(b'0>')) - 20)


@trick()
def byte_range_shortened(it):
    length = it.range_of('sign2')[3]
    start = it.pdf.rindex(b'/ByteRange', 0, it.range_of('sign2')[2] + 200)
    old = b' %d]' % length
    place = it.pdf.index(old, start)
    return it.pdf[:place] + b' %d]' % (length - 10) + it.pdf[place + len(old) :]


@trick()
def bytes_hidden_behind_a_signature(it):
    end = it.range_of('sign1')[2] - 1
    assert it.pdf[end - 8 : end] == b'0' * 8
    return it.pdf[: end - 8] + b'CAFEBABE' + it.pdf[end:]


@trick(AMBER)
def bytes_behind_the_end(it):
    return it.pdf + b'\n<!-- payload -->\n'


@trick()
def second_end_of_file(it):
    return it.pdf + b'\n% nothing\n%%EOF\n'


@trick()
def bytes_before_the_beginning(it):
    return b'#!/bin/sh\n' + it.pdf


@trick()
def file_cut_in_half(it):
    return it.pdf[: len(it.pdf) // 2]


@trick(GREEN)
def last_signers_cut_off(it):
    """By itself a sound file of an earlier moment; only the log knows that it is not all."""
    return it.steps[1].pdf


# What the company sent out is told as such.
@trick(GREEN, file=AMBER)
def signers_cut_off_up_to_the_company(it):
    return it.steps[0].pdf


# An interim version is told as such: amber.
@trick(GREEN, file=AMBER)
def document_time_stamp_cut_off(it):
    return it.steps[-1].pdf


@trick()
def page_moved_by_the_cross_reference_alone(it):
    """Hide-and-replace: no new object at all, a table that leads to an older one."""
    return it.pdf + xref(it.pdf, {shown(it): it.pdf.index(b'\n%d 0 obj' % shown(it)) + 1})


@trick()
def hybrid_file_with_a_second_table(it):
    """/XRefStm is read after the table, by some readers before it."""
    return it.pdf + xref(it.pdf, {shown(it): offset_of(it.pdf, shown(it))}, b'/XRefStm 17')


@trick()
def object_deleted_by_the_cross_reference(it):
    return it.pdf + xref(it.pdf, {shown(it): None})


@trick()
def cross_reference_without_its_predecessor(it):
    """The chain of revisions is cut: everything signed lies in the 'first' one."""
    offsets = {}
    for match in re.finditer(rb'[\r\n](\d+) 0 obj', it.pdf):
        offsets[int(match[1])] = match.start(1)
    return it.pdf + xref(it.pdf, offsets, previous=False)


@trick()
def file_written_anew_by_another_program(it):
    from pypdf import PdfReader, PdfWriter

    return written(PdfWriter(clone_from=PdfReader(opened(it.pdf))))


@trick()
def file_encrypted(it):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(opened(it.pdf)))
    writer.encrypt('', 'owner', algorithm='RC4-128')
    return written(writer)


@trick()
def encryption_claimed_by_the_trailer(it):
    return it.pdf + xref(
        it.pdf, {shown(it): offset_of(it.pdf, shown(it))}, b'/Encrypt << /Filter /Standard /V 1 >>'
    )


@trick()
def signature_wrapped(it):
    """Signature wrapping: the second signed part moves back, and room is made for other objects.

    The hash of both parts stays right. The table of the last revision, which readers look for at
    its old place, is another one now, and leads to other content.
    """
    start, length, rest, rest_length = it.range_of('archive_1')
    first, second = it.pdf[start:length], it.pdf[rest:]
    table = int(re.findall(rb'startxref\s+(\d+)', it.pdf)[-1])
    moved = len(it.pdf) + 4096
    gap = it.pdf[length:rest] + b'\n/ByteRange [0 %d %d %d]\n/Type /DocTimeStamp\n' % (
        length, moved, rest_length,
    )  # fmt: skip
    gap += b'/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n>>\nendobj\n'
    gap = gap.ljust(table - length, b' ')
    assert len(gap) == table - length, 'the other table stands where the right one stood'
    evil = len(first) + len(gap) + 2000
    old = it.pdf[table:]
    entry = b'%d 1\n%010d 00000 n \n' % (shown(it), evil)
    gap += old.replace(b'xref\n0 1\n', b'xref\n0 1\n', 1).replace(b'trailer', entry + b'trailer', 1)
    gap = gap.ljust(evil - length, b' ') + evil_page(it)
    return first + gap.ljust(moved - length, b' ') + second


# ------------------------------------------------------------------ tools


def shown(it):
    """Return the number of the object that the first page shows."""
    numbers = []
    update(it.pdf, lambda writer: numbers.append(
        writer.find_page_for_modification(0)[0].get_object().raw_get('/Contents').idnum
    ))  # fmt: skip
    return numbers[0]


def evil_page(it):
    text = b'BT /F1 12 Tf 72 700 Td (%s) Tj ET' % MEANT.encode()
    return b'%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n' % (
        shown(it), len(text), text,
    )  # fmt: skip


def xref(pdf, offsets, extra=b'', previous=True):
    """Return a table of cross-references and a trailer to be appended to the file."""
    place = int(re.findall(rb'startxref\s+(\d+)', pdf)[-1])
    trailer = pdf[pdf.rindex(b'trailer') : pdf.rindex(b'startxref')]
    before = b'/Prev %d' % place if previous else b''
    trailer = re.sub(rb'/Prev \d+', before + b' ' + extra, trailer)
    lines = [b'xref\n0 1\n0000000000 65535 f \n']
    for number, offset in sorted(offsets.items()):
        entry = b'0000000000 00001 f \n' if offset is None else b'%010d 00000 n \n' % offset
        lines.append(b'%d 1\n%s' % (number, entry))
    return b''.join(lines) + trailer + b'startxref\n%d\n%%%%EOF\n' % len(pdf)


def opened(pdf):
    import io

    return io.BytesIO(pdf)


def written(writer):
    output = opened(b'')
    writer.write(output)
    return output.getvalue()
