"""Text that runs both ways: in the order of the Unicode bidirectional algorithm."""

import random

import pytest
from bidi import get_display
from pades import direction, layout

LETTERS = 'abĄЖאבשعمد012٣٤ ,.-+/%()[]{}<>«»!\u0301'


def by_eye(text):
    """Return the characters in the order of the eye (rules L1 and L2)."""
    levels = direction.levels_of(text)
    base = 1 if direction.is_right_to_left(text) else 0
    end = len(text.rstrip(' '))
    levels[end:] = [base] * (len(text) - end)
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        place = 0
        while place < len(order):
            end = place
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[place:end] = reversed(order[place:end])
            place = max(end, place + 1)
    return ''.join(text[place] for place in order)


@pytest.mark.parametrize(
    ('text', 'seen'),
    [
        ('עסק (v2.1) 2026/17 Contract', '2026/17 Contract )v2.1( קסע'),
        ('דנה (CEO) 50%', '50% )CEO( הנד'),
        ('abc (שלום) 12, def', 'abc (םולש) 12, def'),
        ('abc [אב (x) 1] y', 'abc [בא (x) 1] y'),
        ('עסק (abc', 'abc( קסע'),
        ('a) ב (c', 'a) ב (c'),
    ],
)
def test_brackets_stay_at_what_they_enclose(text, seen):
    assert by_eye(text) == seen


def test_order_is_that_of_another_implementation():
    """The one in Rust that python-bidi carries too; it tells the order alone, and no levels."""
    dice = random.Random(19)
    for _number in range(3000):
        text = ''.join(dice.choices(LETTERS, k=dice.randint(1, 16)))
        assert by_eye(text) == get_display(text), ascii(text)


def test_broken_lines_keep_the_order_of_their_paragraph(font_path):
    """A line that begins with Latin in a paragraph of Hebrew begins at the right all the same."""
    block = layout.fit('שלום לכולם abc שלום', 60, 200, 10)
    _first, second = block.lines
    assert second.right_to_left
    assert [run.text for run in second.runs if run.text.strip()] == ['שלום', 'abc']
