"""Make the pictures of docs/signing_page.md anew: every state of the page, nothing retouched."""

import base64
import io
import re
import time
from urllib.parse import urlsplit

import pictures
import requests
from devenv import camera, paths, say
from devenv.browser import Browser
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from story.office import Office

OUT = paths.REPO / "docs" / "pictures"
LARGEST = 150_000  # bytes
SIZES = (("desktop", 1280, 800), ("phone", 360, 740))
ADDRESS = "anna.berger@example.com"
TEXT = "The supplier delivers the goods within thirty days of the order."
# kind, label, left, top, width, height, and more
FIELDS = (
    ("text", "Place", 72, 330, 180, 20, {}),
    ("number", "Pieces", 300, 330, 180, 20, {}),
    ("radio", "by air", 72, 300, 14, 14, {"group": "Delivery"}),
    ("radio", "by sea", 120, 300, 14, 14, {"group": "Delivery"}),
    ("selection", "Payment", 300, 304, 180, 20, {"options": ["In advance", "30 days"]}),
    ("checkbox", "Newsletter", 72, 272, 14, 14, {"required": False}),
    ("initials", "Initials", 300, 278, 80, 24, {}),
    ("stamp", "Stamp", 400, 278, 80, 34, {"required": False}),
    ("name", "Name", 72, 220, 180, 20, {}),
    ("date", "Date", 300, 220, 180, 20, {}),
    ("signature", "Signature", 72, 190, 200, 60, {}),
)


def main():
    with camera.studio() as (server, post):
        take_all(server, post)


def take_all(server, post):
    OUT.mkdir(exist_ok=True)
    office = Office(server.url, server.database)
    admin, seller = office.user("admin"), office.user("demo")
    pictures.dress_up(admin)
    customer = seller.call("res.partner", "create", [{"name": "Anna Berger", "email": ADDRESS}])[0]
    # the first envelope is withdrawn, the second asks for a code, the third is signed
    withdrawn = send(seller, customer, "Non-disclosure agreement")
    link = post.link(post.wait_for(ADDRESS, "Non-disclosure"), "/esign/s/")
    address = server.url + urlsplit(requests.get(link, timeout=60).url).path
    seller.call("esign.envelope", "action_cancel", [withdrawn])
    coded = send(seller, customer, "Framework agreement", identification="mail_code")
    say.line(f"envelopes {withdrawn} and {coded} are sent")
    coded_link = post.link(post.wait_for(ADDRESS, "Framework"), "/esign/s/")
    for name, width, height in SIZES:
        with Browser(width, height, mobile=name == "phone") as browser:
            browser.open(address)
            shoot(browser, f"withdrawn_{name}")
            identify(browser, coded_link, post, name)
            walk(browser, name)
            if name == "phone":
                finish(browser, name)
            browser.open(f"{server.url}/esign/verify")
            shoot(browser, f"verify_{name}")
    take_others(admin, seller, post)


def take_others(admin, seller, post):
    """A language that runs from right to left, and all pages first."""
    languages = {"context": {"active_test": False}}
    arabic = admin.search("res.lang", [["code", "=", "ar_001"]], **languages)
    wizard = admin.call("base.language.install", "create", [{"lang_ids": [[6, 0, arabic]]}])
    admin.call("base.language.install", "lang_install", wizard)
    layla = {"name": "ليلى حداد", "email": "layla@example.com", "lang": "ar_001"}
    reader = {"name": "Ben Reader", "email": "ben@example.com"}
    for state, person, name, values in (
        ("arabic", layla, "اتفاقية إطارية 2026/17", {"message": "إليكم الاتفاقية كما ناقشناها."}),
        ("reading", reader, "Framework agreement", {"require_reading": True, "message": False}),
    ):
        send(seller, seller.call("res.partner", "create", [person])[0], name, values)
        link = post.link(post.wait_for(person["email"], ""), "/esign/s/")
        for size, width, height in SIZES:
            with Browser(width, height, mobile=size == "phone") as browser:
                browser.open(link)
                browser.wait_for("document.querySelector('.o_esign_page_drawn canvas')", 60)
                if state == "reading":
                    click(browser, ".o_esign_next")
                shoot(browser, f"{state}_{size}")


def agreement():
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=True)
    for chapter in range(1, 5):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, f"Framework agreement, chapter {chapter}")
        canvas.setFont("Helvetica", 11)
        for number in range(1, 26):
            canvas.drawString(72, 740 - 15 * number, f"{chapter}.{number} {TEXT}")
        canvas.showPage()
    canvas.save()
    return base64.b64encode(output.getvalue()).decode()


def send(seller, partner, name, values=None, **signer):
    """Send an envelope with places of every kind; return its id."""
    envelope = seller.call(
        "esign.envelope",
        "create",
        [
            {
                "name": name,
                "message": "Dear Anna,\nhere is the agreement as we discussed it.",
                "allow_delegation": True,
                "document_ids": [[0, 0, {"name": name, "upload": agreement()}]],
                "signer_ids": [[0, 0, {"partner_id": partner, **signer}]],
                **(values or {}),
            }
        ],
    )[0]
    found = seller.read("esign.envelope", envelope, "document_ids", "signer_ids")
    for kind, label, left, top, width, height, more in FIELDS:
        place = {"left": left, "right": left + width, "top": top, "bottom": top - height}
        values = {"kind": kind, "label": label, "page": 0, **place, **more}
        values["document_id"], values["signer_id"] = (
            found["document_ids"][0],
            found["signer_ids"][0],
        )
        seller.call("esign.field", "create", [values])
    seller.call("esign.envelope", "action_send", [envelope])
    return envelope


def identify(browser, link, post, name):
    browser.open(link)
    shoot(browser, f"code_offered_{name}")
    known = len(post.mails())
    click(browser, "[data-code=identify] form button")
    browser.wait_for("document.querySelector('#o_esign_code')")
    while len(post.mails()) == known:
        time.sleep(0.3)
    body = post.mails()[0].get_body(("html", "plain")).get_content()
    code = re.search(r"\b\d{6}\b", re.sub(r"<[^>]+>", " ", body))[0]
    enter(browser, "#o_esign_code", "000000")
    click(browser, "[data-code=identify] form button")
    browser.wait_for("document.querySelector('.o_esign_identify_refusal')")
    shoot(browser, f"code_wrong_{name}")
    enter(browser, "#o_esign_code", code)
    click(browser, "[data-code=identify] form button")
    browser.wait_for("document.querySelector('.o_esign_page_drawn canvas')", 60)


def walk(browser, name):
    """Through everything that the page shows before it is signed."""
    shoot(browser, f"first_{name}")
    for dialog in ("ask", "delegate", "decline"):
        click(browser, f".o_esign_{dialog}")
        shoot(browser, f"{dialog}_{name}")
        click(browser, ".o_esign_modal_close")
    click(browser, ".o_esign_find_open")
    enter(browser, ".o_esign_find_text", "thirty days")
    browser.wait_for("document.querySelector('.o_esign_find_next:enabled')")
    for _number in range(30):
        click(browser, ".o_esign_find_next")
    shoot(browser, f"find_{name}")
    click(browser, ".o_esign_find_close")
    to_fields(browser)
    shoot(browser, f"fields_{name}")
    enter(browser, "[data-kind=text] input", "Oakland")
    enter(browser, "[data-kind=number] input", "many")
    shoot(browser, f"mistake_{name}")
    enter(browser, "[data-kind=number] input", "120")
    enter(browser, "select", "30 days")
    click(browser, "[data-kind=radio] input")
    click(browser, "[data-kind=checkbox] input")
    for kind in ("initials", "signature"):
        click(browser, f"[data-kind={kind}] button")
        if kind == "signature":
            for tab in ("upload", "draw"):
                click(browser, f"[data-tab={tab}]")
                shoot(browser, f"signature_{tab}_{name}")
        click(browser, "[data-tab=type]")
        browser.wait_for("document.querySelectorAll('.o_esign_style img').length > 2")
        shoot(browser, f"{kind}_type_{name}")
        click(browser, ".o_esign_adopt")
    click(browser, "input[name=consent]")
    if name == "phone":
        browser.evaluate("document.querySelector('.o_esign_consent').scrollIntoView()")
        shoot(browser, f"consent_{name}")
    to_fields(browser)
    shoot(browser, f"filled_{name}")


def finish(browser, name):
    click(browser, ".o_esign_finish")
    browser.wait_for("document.querySelector('.o_esign_end[data-state]')")
    shoot(browser, f"signed_{name}", 0.3)
    browser.wait_for("document.querySelectorAll('.o_esign_file').length > 1", 120)
    shoot(browser, f"completed_{name}")


def to_fields(browser):
    browser.evaluate(
        "document.activeElement.blur();"
        "document.querySelector('[data-kind=initials]').scrollIntoView({ block: 'center' })"
    )
    browser.wait_for("document.querySelector('.o_esign_page_drawn canvas')")


def click(browser, selector):
    browser.wait_for(f"document.querySelector({selector!r})")
    browser.evaluate(f"document.querySelector({selector!r}).click()")


def enter(browser, selector, text):
    browser.wait_for(f"document.querySelector({selector!r})")
    browser.evaluate(
        f"(() => {{ const el = document.querySelector({selector!r}); el.value = {text!r};"
        " for (const type of ['input', 'change'])"
        " el.dispatchEvent(new Event(type, { bubbles: true })); })()"
    )


def shoot(browser, name, seconds=0.7):
    browser.settle(seconds)
    picture = Image.open(io.BytesIO(base64.b64decode(browser.picture())))
    camera.save(picture, OUT / f"{name}.png", LARGEST, colours=96)


if __name__ == "__main__":
    say.main(main)
