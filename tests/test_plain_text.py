"""What people type is kept without what only programs can see."""

import sys
import unicodedata
from pathlib import Path

import pytest
from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'odoo_esign' / 'models'))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'odoo_esign' / 'tests'))
import hostile
import plain_text


def test_there_are_more_than_a_hundred():
    assert len(set(hostile.STRINGS)) >= 100


def test_what_is_left_can_be_kept_everywhere():
    everything = [*hostile.STRINGS, *(chr(number) * 3 + 'x' for number in range(0x3100))]
    for text in [*everything, ''.join(hostile.STRINGS)]:
        cleaned = plain_text.clean(text)
        assert plain_text.clean(cleaned) == cleaned
        etree.Element('p').text = cleaned
        cleaned.encode()
        left = {char for char in cleaned if unicodedata.category(char) == 'Cc'}
        assert left <= set('\n\t')
        assert not set(cleaned) & set('\u202e\u2066\u200b\ufeff\u200e')
        assert not set(plain_text.one_line(text)) & set('\n\t')


@pytest.mark.parametrize('text', ['\u200b', '\ufeff \u2060', '\u3164\u2800', '\0', '\u202e'])
def test_what_can_not_be_seen_is_empty(text):
    assert plain_text.clean(text) == ''


@pytest.mark.parametrize(
    'text', ['Łukasz Żółć', 'نمی\u200cخواهم', 'क्\u200dष', 'a\n\tb', '👩‍👧', '中 <Ltd> & {{7*7}} %s']
)
def test_what_people_type_stays(text):
    assert plain_text.clean(f'  {text}\r\n') == text


def test_length():
    assert plain_text.clean('\0' * 10 + 'x' * 50, 5) == 'xxxxx'
    assert plain_text.clean(None) == plain_text.clean(['x']) == plain_text.clean(7) == ''
    assert plain_text.clean('e\u0301' * 10, 3) == 'ééé'


def test_isolated_names_turn_nothing_around_them():
    assert plain_text.isolated('دنيا') == '\u2068دنيا\u2069'
    assert plain_text.isolated('') == plain_text.isolated(False) == ''
