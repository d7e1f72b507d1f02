"""Text from outside, without what is no text: no `import odoo` here."""

import re
import unicodedata

# they turn the order of letters, so that a text reads other than it is stored
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# they are not seen at all, and make an empty text look filled in to a program
_UNSEEN = "\u00ad\u034f\u115f\u1160\u200b\u2060-\u2064\u206a-\u206f\u2800\u3164\ufeff\uffa0"
_UNWANTED = re.compile(
    f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{_TURNING}{_UNSEEN}"
    "\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U000e0fff]"
)
# what means something in the head of a mail (RFC 5322, 3.2.3), and what may become it
_SPECIAL = re.compile(r"""[()<>\[\]:;@\\,"'=?%]|[\uff1c\uff1e\uff20\ufe64\ufe65\ufe6b]""")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text, length=None):
    """Return text as people write it: no control characters, nothing that can't be seen.

    What is left can be kept by the database, by JSON and by XML. Line feeds and tabs stay.

    :param int length: cut off after so many characters
    """
    if not isinstance(text, str):
        return ""
    text = text[: 4 * length] if length else text
    # half a pair of surrogates, as JSON can spell it
    text = text.encode("utf-8", "replace").decode()
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", _BREAKS.sub("\n", text)))
    return _without_nonsense(text).strip()[:length].rstrip()


def one_line(text, length=None):
    """Return the same on one line, for what stands in a heading or in the head of a mail.

    There «=?» begins an encoded word (RFC 2047), in which Python before 3.11.10 takes a line feed
    for the end of the line, so that a subject could bring its own receivers.
    """
    return " ".join(clean(text, length).split()).replace("=?", "= ?")


def isolated(text):
    """Return a name for a sentence on a page: it does not turn what stands around it.

    Not for what is kept or printed.
    """
    return f"\u2068{text}\u2069" if text else ""


def name_in_head(text):
    """Return a name as it may stand before an address in the head of a mail.

    Nothing in it can be taken for another address: mail programs and servers differ in how they
    read quotes, and a long name loses its quotes when Python breaks the line.
    """
    return " ".join(_SPECIAL.sub(" ", one_line(text)).split())[:60].strip()


def _without_nonsense(text):
    """Drop the last two code points of each plane, which are no characters."""
    return "".join(char for char in text if ord(char) & 0xFFFE != 0xFFFE)
