"""A salesperson sends a quotation, the customer signs it, the order is confirmed."""

from . import evidence
from .signing import SigningPage

FOLDER = "quotation"
CUSTOMER = "Łucja Nováková"
ADDRESS = "lucja.novakova@example.com"


def play(office, post, folder):
    seller = office.user("demo")
    yield f"{seller.name}, a salesperson, writes a quotation for {CUSTOMER}."
    customer = seller.call("res.partner", "create", [{"name": CUSTOMER, "email": ADDRESS}])[0]
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
                    [0, 0, {"product_id": product, "product_uom_qty": 5, "price_unit": 420.0}],
                ],
            }
        ],
    )[0]
    seller.call("sale.order", "action_esign_send", [order])
    number = seller.read("sale.order", order, "name")["name"]
    yield f"{number}: Send for signature. The documents are prepared in the background."

    mail = post.wait_for(ADDRESS, number)
    link = post.link(mail, "/esign/s/")
    yield f"Email to {ADDRESS}: “{mail['Subject']}”, with one button."
    page = SigningPage(link)
    page.tell_opened()
    (folder / "as-sent.pdf").write_bytes(page.read()[0])
    yield f"The customer opens the link without an account and reads {number}."
    page.sign(CUSTOMER)
    yield f"{CUSTOMER} draws a signature, ticks the consent and presses Sign."

    envelope = seller.search("esign.envelope", [["res_id", "=", order]])[0]
    seller.wait("esign.envelope", envelope, "state", "completed")
    yield "The signature is placed in the PDF, read back and validated."
    signed = page.signed_copy()
    (folder / "signed.pdf").write_bytes(signed)
    seller.wait("sale.order", order, "state", "sale")
    kept = seller.read("sale.order", order, "signed_by", "signed_on")
    if kept["signed_by"] != CUSTOMER:
        raise ValueError(f"signed_by is {kept['signed_by']!r}")
    yield f"{number} is confirmed automatically; signed by {CUSTOMER}, {kept['signed_on']} UTC."
    copy = post.attachment(post.wait_for(ADDRESS, f"Signed: Quotation {number}"))
    address = seller.read("res.users", seller.id, "email")["email"]
    post.wait_for(address, f"Signed by everyone: Quotation {number}")
    if copy != signed:
        raise ValueError("the copy in the mail is not the signed file")
    yield "Customer and salesperson have the signed copy by email; it is on the order too."
    yield from keep_evidence(seller, order, "sale.order", envelope, signed, folder)


def keep_evidence(user, record, model, envelope, signed, folder):
    """Check the copy on the record; keep log and evidence beside the PDF."""
    attachments = user.search(
        "ir.attachment",
        [["res_model", "=", model], ["res_id", "=", record], ["mimetype", "=", "application/pdf"]],
    )
    files = [user.download(f"/web/content/{attachment}") for attachment in attachments]
    if signed not in files:
        raise ValueError("the signed PDF does not lie on the record")
    lines = user.call(
        "esign.event",
        "search_read",
        [["envelope_id", "=", envelope]],
        ["seq", "ts", "label"],
        order="seq",
    )
    (folder / "log.txt").write_text(
        "".join(f"{line['seq']:3} {line['ts']} {line['label']}\n" for line in lines)
    )
    yield from evidence.take(user, envelope, folder)
