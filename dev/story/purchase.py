"""A buyer's large order is approved by the purchasing manager's signature."""

from .office import Refused
from .quotation import keep_evidence
from .signing import SigningPage

FOLDER = "purchase"


def play(office, post, folder):
    buyer, manager = office.user("demo"), office.user("admin")
    address = manager.read("res.users", manager.id, "email")["email"]
    vendor = buyer.search("res.partner", [["is_company", "=", True]], limit=1)[0]
    product = buyer.search("product.product", [["purchase_ok", "=", True]], limit=1)[0]
    order = buyer.call(
        "purchase.order",
        "create",
        [
            {
                "partner_id": vendor,
                "order_line": [
                    [0, 0, {"product_id": product, "product_qty": 40, "price_unit": 250.0}],
                ],
            }
        ],
    )[0]
    buyer.call("purchase.order", "button_confirm", [order])
    kept = buyer.read("purchase.order", order, "name", "state")
    number = kept["name"]
    if kept["state"] != "to approve":
        raise ValueError(f"{number} is {kept['state']}")
    yield f"{buyer.name}, the buyer, confirms {number} over 10,000: it waits for approval."
    try:
        manager.call("purchase.order", "button_approve", [order])
    except Refused as refusal:
        yield f"Approving without a signature is refused: “{refusal}”"
    else:
        raise ValueError("the order was approved without a signature")

    mail = post.wait_for(address, number)
    link = post.link(mail, "/esign/sign/")
    yield f"Email to {manager.name}, the purchasing manager: “{mail['Subject']}”."
    page = SigningPage(link, web=manager.web)
    page.tell_opened()
    (folder / "as-sent.pdf").write_bytes(page.read()[0])
    page.sign(manager.name)
    yield f"{manager.name}, logged in, reads the order and approves it with a signature."

    envelope = buyer.search(
        "esign.envelope", [["res_model", "=", "purchase.order"], ["res_id", "=", order]]
    )[0]
    buyer.wait("esign.envelope", envelope, "state", "completed")
    buyer.wait("purchase.order", order, "state", "purchase")
    yield f"{number} is approved automatically, in the manager's name."
    signed = page.signed_copy()
    (folder / "signed.pdf").write_bytes(signed)
    post.wait_for(address, f"Signed: Purchase Order {number}")
    yield from keep_evidence(buyer, order, "purchase.order", envelope, signed, folder)
    yield "The signed PDF is attached to the order."
