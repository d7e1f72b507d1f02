"""Make the pictures of README and app page anew, from a server with a database of its own.

A salesperson sends a quotation and the customer signs it in a browser; nothing is retouched.
"""

import base64
import io
import subprocess

from devenv import camera, paths, say
from devenv.browser import Browser
from PIL import Image, ImageOps
from story.office import Office

OUT = paths.MODULE / "static" / "description"
LARGEST = 200_000  # bytes

SELLER = "Marc Lindgren"
CUSTOMER = "Anna Berger"
ADDRESS = "anna.berger@example.com"
COMPANY = {
    "name": "Nordlys Furniture",
    "street": "14 Harbour Lane",
    "street2": False,
    "city": "Oakland",
    "zip": "94607",
    "phone": "+1 555 0142",
    "email": "hello@nordlys.example",
    "website": "https://nordlys.example",
}
LINES = (
    ("Oak table, 2.4 m, oiled", "consu", 2, 1180.0),
    ("Chair Fjord, oak and wool", "consu", 12, 245.0),
    ("Delivery and assembly", "service", 1, 320.0),
)
FORM = "document.querySelector('.o_form_view .o_form_sheet')"
LOGO = """
<body style="margin:0;background:transparent"><svg width="720" height="180" viewBox="0 0 240 60">
<rect x="2" y="4" width="52" height="52" rx="14" fill="#1d4b4f"/>
<path d="M15 41V22l26 19V19" fill="none" stroke="#f2c14e" stroke-width="5"
 stroke-linecap="round" stroke-linejoin="round"/>
<g font-family="sans-serif">
<text x="66" y="33" font-size="25" font-weight="700" fill="#1d4b4f">Nordlys</text>
<text x="67" y="50" font-size="12.500" letter-spacing="3" fill="#5c7a7d">FURNITURE</text>
</g></svg>"""


def main():
    with camera.studio() as (server, post):
        take_all(server, post)


def take_all(server, post):
    office = Office(server.url, server.database)
    admin, seller = office.user("admin"), office.user("demo")
    dress_up(admin)
    order = make_quotation(seller, make_products(admin))
    seller.call("sale.order", "action_esign_send", [order])
    sign(post.link(post.wait_for(ADDRESS, "Quotation"), "/esign/s/"))
    seller.wait("sale.order", order, "state", "sale")
    envelope = seller.search(
        "esign.envelope", [["res_model", "=", "sale.order"], ["res_id", "=", order]]
    )[0]
    picture_of_signed(seller, envelope)
    with Browser(1280, 800) as browser:
        browser.log_in(server.url, "demo", "demo")
        # Odoo puts its scripts together; two pages that ask for them at once get an error
        browser.wait_for("document.querySelector('.o_main_navbar')", 180)
        shoot_form(browser, f"{server.url}/odoo/sales/{order}", "quotation_form")
        action = f"{server.url}/odoo/action-odoo_esign.action_esign_envelope"
        shoot_form(browser, f"{action}/{envelope}", "envelope_form", tab="log")


def sign(link):
    """The customer looks at a large screen, and signs on a phone."""
    drawn = "document.querySelector('.o_esign_page_drawn')"
    with Browser(1280, 800) as browser:
        browser.open(link)
        browser.wait_for(drawn)
        shoot(browser, "signing_desktop")
    with Browser(390, 844, mobile=True) as browser:
        browser.open(link)
        browser.wait_for(drawn)
        fill_in(browser)
        shoot(browser, "signing_phone")
        browser.evaluate("document.querySelector('.o_esign_finish').click()")
        browser.wait_for("document.querySelector('.o_esign_end[data-state=completed]')", 90)


def dress_up(admin):
    """A company with a name and a logo, and a salesperson who is not called Demo."""
    with Browser(720, 180) as browser:
        browser.call(
            "Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0}
        )
        browser.open("data:text/html," + LOGO.replace("#", "%23").replace("\n", " "))
        logo = browser.picture()
    admin.call("res.company", "write", [1], {**COMPANY, "logo": logo})
    seller = admin.search("res.users", [["login", "=", "demo"]])
    admin.call("res.users", "write", seller, {"name": SELLER})


def make_products(admin):
    """Return the products and how many of each are offered."""
    products = admin.call(
        "product.product",
        "create",
        [
            {"name": name, "type": kind, "list_price": price, "taxes_id": [[6, 0, []]]}
            for name, kind, _count, price in LINES
        ],
    )
    return list(zip(products, [count for _name, _kind, count, _price in LINES], strict=True))


def make_quotation(seller, products):
    customer = {
        "name": CUSTOMER,
        "email": ADDRESS,
        "street": "3 Mill Road",
        "city": "Berkeley",
        "zip": "94704",
    }
    order = {
        "partner_id": seller.call("res.partner", "create", [customer])[0],
        "require_signature": True,
        "require_payment": False,
        "order_line": [
            [0, 0, {"product_id": product, "product_uom_qty": count}] for product, count in products
        ],
    }
    return seller.call("sale.order", "create", [order])[0]


def fill_in(browser):
    """Tick the consent and make a signature, as the customer does."""
    click = "document.querySelector({!r}).click()".format
    browser.evaluate(click(".o_esign_consent input[name=consent]"))
    browser.wait_for("document.querySelector('.o_esign_consent.o_esign_done')")
    browser.evaluate(click(".o_esign_next"))
    browser.wait_for("document.querySelector('[data-name=signature] [data-tab=type]')")
    browser.evaluate(click("[data-name=signature] [data-tab=type]"))
    browser.wait_for("document.querySelectorAll('.o_esign_style img').length > 1")
    browser.evaluate(click(".o_esign_adopt"))
    browser.wait_for("document.querySelector('.o_esign_finish:enabled')")
    browser.evaluate(
        "document.activeElement.blur();"
        "const head = document.querySelector('.o_esign_document_head').getBoundingClientRect();"
        "const area = document.querySelector('.o_esign_scroller');"
        "area.scrollTop += head.top - area.getBoundingClientRect().top"
    )


def picture_of_signed(seller, envelope):
    """The first page of the signed PDF, with a thin border."""
    found = seller.call(
        "esign.document", "search_read", [["envelope_id", "=", envelope]], ["sealed_attachment_id"]
    )[0]
    pdf = seller.download(f"/web/content/{found['sealed_attachment_id'][0]}")
    done = subprocess.run(
        ["pdftoppm", "-png", "-f", "1", "-l", "1", "-scale-to-x", "798", "-scale-to-y", "-1", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    picture = Image.open(io.BytesIO(done.stdout)).convert("RGB")
    save(ImageOps.expand(picture, 1, "#c9cfd8"), "signed_quotation")


def shoot_form(browser, address, name, tab=None):
    browser.open(address)
    browser.wait_for(FORM)
    if tab:
        browser.evaluate(f"document.querySelector('.o_notebook [name={tab}]').click()")
    browser.evaluate("document.activeElement.blur()")
    shoot(browser, name, 2)


def shoot(browser, name, seconds=1):
    browser.settle(seconds)
    save(Image.open(io.BytesIO(base64.b64decode(browser.picture()))), name)


def save(picture, name):
    camera.save(picture, OUT / f"{name}.png", LARGEST)


if __name__ == "__main__":
    say.main(main)
