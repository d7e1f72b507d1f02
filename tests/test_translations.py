"""Translations fit their texts: the same places to fill in, the same markup."""

import re
from pathlib import Path

import polib
import pytest

FOLDER = Path(__file__).resolve().parent.parent / 'odoo_esign' / 'i18n'
PLACES = re.compile(r'%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z][^>]*>')

READ_BY_PEOPLE = re.compile(r'\b(title|aria-label|alt|placeholder)="[^"]*"')


def places(text):
    return sorted(PLACES.findall(READ_BY_PEOPLE.sub(r'\1', text)))


@pytest.mark.parametrize('path', sorted(FOLDER.glob('*.po')), ids=lambda path: path.stem)
def test_translations_have_the_same_places(path):
    template = polib.pofile(str(FOLDER / 'odoo_esign.pot'))
    known = {(entry.msgctxt, entry.msgid) for entry in template}
    entries = polib.pofile(str(path))
    assert {(entry.msgctxt, entry.msgid) for entry in entries} == known
    assert len([entry for entry in entries if entry.msgstr]) > 500
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in entries
        if entry.msgstr and places(entry.msgid) != places(entry.msgstr)
    ]
    assert wrong == []
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete] == []
