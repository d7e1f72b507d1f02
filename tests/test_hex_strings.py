"""The faster reading of hexadecimal strings: the same results as pyHanko's, sooner."""

import io
import random
import time

import pytest
import samples
from pades import fields, forms, hex_strings, seal
from pyhanko.pdf_utils import generic


@pytest.fixture
def slower():
    hex_strings.remove()
    yield
    hex_strings.apply()


def read(text):
    """Return what is read from the text, or the error, and where reading ended."""
    stream = io.BytesIO(text)
    try:
        found = generic.read_hex_string_from_stream(stream)
    except Exception as error:
        return type(error), str(error)
    return type(found), found, getattr(found, 'original_bytes', found), stream.tell()


def strings():
    yield from (
        b'<>', b'<41>', b'<4>', b'<4 1>', b'<41\n42>', b'<41%comment\n42>', b'< 41>', b'<4x>',
        b'<FEFF0416>', b'<fefF00e9>', b'<00ff80>', b'<41', b'<', b'<4142', b'<<41>>', b'<41>>',
    )  # fmt: skip
    chance = random.Random(7)
    for _count in range(300):
        body = bytes(chance.choices(b'0123456789abcdefABCDEF', k=chance.randrange(60)))
        if chance.random() < 0.3:
            position = chance.randrange(len(body) + 1)
            body = body[:position] + chance.choice((b' ', b'\r\n', b'g', b'(')) + body[position:]
        yield b'<' + body + b'> /Next' * chance.randrange(2)
    yield b'<' + b'30' * 40_000 + b'>'  # longer than what is read at once


def test_the_package_applies_it():
    assert hex_strings.is_applied()
    reader = generic.read_hex_string_from_stream
    assert hex_strings.apply() is True and generic.read_hex_string_from_stream is reader


def test_the_results_are_pyhankos():
    fast = [read(text) for text in strings()]
    hex_strings.remove()
    try:
        assert [read(text) for text in strings()] == fast
    finally:
        hex_strings.apply()


def test_reading_starts_where_the_stream_stands():
    stream = io.BytesIO(b'/Contents <4142>/M <43>')
    stream.seek(10)
    assert generic.read_hex_string_from_stream(stream) == 'AB'
    assert stream.read() == b'/M <43>'


def test_unknown_versions_are_left_alone(slower, monkeypatch):
    monkeypatch.setattr(hex_strings, 'installed', '0.39.0')
    assert hex_strings.apply() is False and not hex_strings.is_applied()


def test_it_is_still_needed(make_signer):
    """A signature's /Contents takes pyHanko itself many times as long."""
    pdf = seal.certify(fields.freeze(samples.pdf(), []), make_signer()).pdf

    def spent():
        times = []
        for _repeat in range(5):
            start = time.process_time()
            list(forms.open_reader(pdf).embedded_signatures)
            times.append(time.process_time() - start)
        return min(times)

    fast = spent()
    hex_strings.remove()
    try:
        slow = spent()
    finally:
        hex_strings.apply()
    assert slow > 1.5 * fast, 'pyHanko reads as fast itself: hex_strings can go'
