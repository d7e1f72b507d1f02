"""What a mail server says about a mail: delivery status notifications (RFC 3464), and less."""

import re
from dataclasses import dataclass
from email.utils import parseaddr

OUTCOMES = {"failed": "bounced", "delivered": "received"}
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^\s*>?\s*Message-Id:\s*(<[^<>\s]{5,300}>)", re.IGNORECASE | re.MULTILINE)
# servers that send no report write as one of these
_DAEMONS = ("mailer-daemon", "postmaster")
LONGEST_REASON = 300


@dataclass(frozen=True)
class Report:
    """``outcome`` is bounced or received; ``status`` is that of RFC 3463, '' if unknown."""

    outcome: str
    status: str
    reason: str


def read_report(message):
    """Return the Report in an ``EmailMessage``, or None where it says nothing final.

    A delay is nothing final, and an absence note is no report.
    """
    for fields in _recipients(message):
        action = str(fields.get("Action", "")).split(";")[0].strip().lower()
        if action:
            outcome = OUTCOMES.get(action)
            return outcome and Report(outcome, _status_of(fields), _reason_of(fields))
    sender = parseaddr(str(message.get("From", "")))[1].partition("@")[0].lower()
    if sender not in _DAEMONS:
        return None
    text = _text_of(message)
    status = _STATUS.search(text)
    return Report("bounced", status[1] if status else "", _tidy(text))


def quoted_ids(message):
    """Return the Message-Ids that the text of a report quotes, where it brings no part for it."""
    return _MESSAGE_ID.findall(_text_of(message))


def _recipients(message):
    """Yield the fields about each recipient; the first block is about the message."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from blocks[1:] if isinstance(blocks, list) else ()


def _status_of(fields):
    found = _STATUS.search(str(fields.get("Status", "")))
    return found[1] if found else ""


def _reason_of(fields):
    return _tidy(str(fields.get("Diagnostic-Code", "")).partition(";")[2])


def _text_of(message):
    body = message.get_body(("plain",)) or message
    try:
        return body.get_content() if body.get_content_maintype() == "text" else ""
    except (LookupError, ValueError, KeyError):
        return ""


def _tidy(text):
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:LONGEST_REASON]
