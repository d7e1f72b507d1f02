"""Envelopes as a salesperson makes them, and what must be true of them afterwards."""

import base64
import hashlib
import io
import json
import time
from dataclasses import dataclass

from evidence import chain
from reportlab.pdfgen import canvas
from running import wait_until
from story import checks
from story.signing import SigningPage

SENT_IN = 240  # seconds for all the preparing that is under way
COMPLETED_IN = 120


@dataclass
class Envelope:
    """One envelope of the stock, and where its participants read their mail."""

    id: int
    addresses: list
    order: int | None = None

    def page(self, running, number=0):
        """Return the signing page of a participant, opened from the mailed link."""
        return SigningPage(running.link(self.addresses[number]))


def one_page_pdf(title):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(595, 842))
    page.drawString(60, 760, title)
    page.save()
    return buffer.getvalue()


def draft(seller, name, signers=1, company=None, **identified_by):
    """Let a user upload a page for some people, in the user's own company or in another."""
    addresses = [f"{name}-{number}@example.com" for number in range(signers)]
    envelope = seller.call(
        "esign.envelope",
        "create",
        [
            {
                "name": f"Upload {name}",
                **({"company_id": company} if company else {}),
                "document_ids": [
                    [
                        0,
                        0,
                        {
                            "name": f"Page {name}",
                            "source": "upload",
                            "upload": base64.b64encode(one_page_pdf(name)).decode(),
                        },
                    ]
                ],
                "signer_ids": [
                    [0, 0, {"name": f"Signer {address}", "email": address, **identified_by}]
                    for address in addresses
                ],
            }
        ],
    )[0]
    return Envelope(envelope, addresses)


def send(seller, name, signers=1, **identified_by):
    """Let a salesperson upload a page and send it to some people, all in one step."""
    envelope = draft(seller, name, signers, **identified_by)
    seller.call("esign.envelope", "action_send", [envelope.id])
    return envelope


def send_quotation(seller, name):
    """Let a salesperson send a quotation to its customer."""
    address = f"{name}-0@example.com"
    customer = seller.call("res.partner", "create", [{"name": name, "email": address}])[0]
    product = seller.search("product.product", [["sale_ok", "=", True]], limit=1)[0]
    order = seller.call(
        "sale.order",
        "create",
        [
            {
                "partner_id": customer,
                "require_signature": True,
                "require_payment": False,
                "order_line": [
                    [0, 0, {"product_id": product, "product_uom_qty": 1, "price_unit": 100.0}]
                ],
            }
        ],
    )[0]
    seller.call("sale.order", "action_esign_send", [order])
    envelope = seller.search("esign.envelope", [["res_id", "=", order]])[0]
    return Envelope(envelope, [address], order)


# ------------------------------------------------------------- waiting
def states(running, envelopes):
    return dict(
        running.rows(
            "SELECT id, state FROM esign_envelope WHERE id = ANY(%s)", [e.id for e in envelopes]
        )
    )


def open_jobs(running, envelopes):
    return running.rows(
        """SELECT envelope_id, kind, state, attempts, error FROM esign_job
            WHERE envelope_id = ANY(%s) AND state IN ('pending', 'attention') ORDER BY id""",
        [e.id for e in envelopes],
    )


def wait_for_state(running, envelopes, state, seconds=COMPLETED_IN, failed_before=False):
    """Wait until all envelopes have reached ``state`` and none of their jobs is left.

    :param failed_before: whether jobs are there that failed and are tried again
    :return: how many seconds it took
    """
    started = time.monotonic()

    def reached():
        left = open_jobs(running, envelopes)
        failed = [job for job in left if job[3] and not failed_before]
        assert not failed, f"{len(failed)} jobs failed, the first: {failed[0]}"
        return not left and set(states(running, envelopes).values()) == {state}

    wait_until(
        reached,
        seconds,
        lambda: f"{open_jobs(running, envelopes)[:5]}, {states(running, envelopes)}",
    )
    return time.monotonic() - started


# ------------------------------------------------------------- what must be true
def events(running, envelope):
    return running.rows(
        "SELECT seq, prev, ts, code, data, hash FROM esign_event WHERE envelope_id = %s "
        "ORDER BY seq",
        envelope.id,
    )


def codes(running, envelope):
    return [code for _seq, _prev, _ts, code, _data, _hash in events(running, envelope)]


def assert_log_whole(running, envelope):
    # in one statement: jobs go on meanwhile, and each of their lines moves the head
    found = running.rows(
        """SELECT v.evidence_head, v.evidence_count, e.seq, e.prev, e.ts, e.code, e.data, e.hash
             FROM esign_envelope v JOIN esign_event e ON e.envelope_id = v.id
            WHERE v.id = %s ORDER BY e.seq""",
        envelope.id,
    )
    assert found, "there is no log"
    head, count = found[0][:2]
    lines = [
        chain.Event(seq=seq, prev=prev, ts=ts, type=code, data=json.loads(data), hash=digest)
        for _head, _count, seq, prev, ts, code, data, digest in found
    ]
    assert not chain.verify(lines, head=head, count=count)


def assert_completed(running, envelope, signatures):
    """Assert what a completed envelope of ``signatures`` people is, down to the sealed file."""
    assert_log_whole(running, envelope)
    found = codes(running, envelope)
    for code, times in (
        ("signed", signatures),
        ("sealed", signatures),
        ("all_signed", 1),
        ("completed", 1),
        ("declined", 0),
        ("cancelled", 0),
    ):
        assert found.count(code) == times, (code, found)
    sealed = running.rows("SELECT sealed FROM esign_signature WHERE envelope_id = %s", envelope.id)
    assert sealed == [(True,)] * signatures
    for path in assert_files_kept(running, envelope)["sealed"]:
        checks.assert_valid(path, 1 + signatures)  # the company's is the first


def assert_files_kept(running, envelope):
    """Assert that every kept file is what its SHA-256 says; return the paths by revision."""
    found = {"frozen": [], "sealed": []}
    # in one statement: sealing goes on meanwhile, and each revision takes the place of the last
    for frozen, frozen_name, frozen_sha256, sealed, sealed_name, sealed_sha256 in running.rows(
        """SELECT d.frozen_attachment_id, f.store_fname, d.frozen_sha256,
                  d.sealed_attachment_id, s.store_fname, d.sealed_sha256
             FROM esign_document d
        LEFT JOIN ir_attachment f ON f.id = d.frozen_attachment_id
        LEFT JOIN ir_attachment s ON s.id = d.sealed_attachment_id
            WHERE d.envelope_id = %s""",
        envelope.id,
    ):
        for revision, attachment, name, digest in (
            ("frozen", frozen, frozen_name, frozen_sha256),
            ("sealed", sealed, sealed_name, sealed_sha256),
        ):
            if not attachment:
                continue
            path = running.stored_file(name)
            content = path.read_bytes()
            assert content, f"{path} is empty"
            assert hashlib.sha256(content).hexdigest() == digest
            found[revision].append(path)
    return found
