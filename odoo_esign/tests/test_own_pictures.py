"""Initials, stamps, choices, pages to be seen, and the signature that one keeps."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.guard import unlocked
from .common import EsignCase, EsignHttpCase, make_image


def picture(kind="drawn", size=(120, 80)):
    return {"kind": kind, "image": base64.b64encode(make_image(size)).decode()}


@tagged("post_install", "-at_install")
class TestPictures(EsignCase):
    def test_initials_and_stamp(self):
        envelope = self.send_new(
            fields=[
                {"kind": "initials", "label": "Beside the price"},
                {"kind": "stamp", "label": "Stamp", "required": False},
            ]
        )
        signer = envelope.signer_ids
        initials, stamp = (
            envelope.document_ids.field_ids.filtered(lambda f, k=kind: f.kind == k)
            for kind in ("initials", "stamp")
        )
        for given in (None, "x", {}, {"kind": "drawn"}, {"kind": "drawn", "image": "bm90IGEgUE5H"}):
            answer = self.sign(signer, initials=given, stamp=None)
            self.assertEqual(list(answer["field_errors"]), [str(initials.id)], given)
        answer = self.sign(signer, initials=picture(), stamp=picture(size=(90, 90)))
        self.assertTrue(answer["ok"], answer)
        signature = signer.signature_ids
        self.assertNotEqual(signature._picture("initials"), signature._picture("signature"))
        values = signature._pdf_values(envelope.document_ids)
        self.assertEqual(values[initials.pdf_name], signature._picture("initials"))
        self.assertEqual(values[stamp.pdf_name], signature._picture("stamp"))
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_stamp_may_stay_empty(self):
        envelope = self.send_new(fields=[{"kind": "stamp", "label": "Stamp", "required": False}])
        self.assertTrue(self.sign(envelope.signer_ids, stamp=None)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")

    def test_one_of_a_choice(self):
        envelope = self.send_new(
            fields=[
                {"kind": "radio", "group": "Delivery", "label": label} for label in ("air", "sea")
            ]
            + [{"kind": "radio", "group": "Gift", "label": "red", "required": False}]
        )
        signer = envelope.signer_ids
        air, sea, red = (
            str(envelope.document_ids.field_ids.filtered(lambda f, n=name: f.label == n).id)
            for name in ("air", "sea", "red")
        )
        for values in ({}, {air: True, sea: True}, {air: "true"}, {red: True}):
            answer = self.sign(signer, values=values)
            self.assertEqual(set(answer["field_errors"]), {air, sea}, values)
        self.assertTrue(self.sign(signer, values={sea: True})["ok"])
        self.assertEqual(signer.signature_ids.values, {air: False, sea: True, red: False})

    def test_numbers_as_people_write_them(self):
        envelope = self.make_envelope(fields=[{"kind": "number", "label": "Amount"}])
        field = envelope.document_ids.field_ids
        for text in ("7", "-7,5", "1234.50", "1 234,50", "1\u202f234,50", "1,234,567.5", "1.234,5"):
            self.assertIsNone(field._check_value(text)[1], text)
        for text in ("seven", "1e5", "1_000", "nan", "1,23,4", "1.234.5", "-", "1,5.5"):
            value, error = field._check_value(text)
            self.assertIsNone(value, text)
            self.assertTrue(error)

    def test_all_pages_first(self):
        self.company.esign_require_reading = True
        envelope = self.send_new(documents=2, pages=3)
        self.assertTrue(envelope.require_reading)
        signer = envelope.signer_ids
        pages = {str(d.id): list(range(len(d.page_geometry))) for d in envelope.document_ids}
        first = str(envelope.document_ids[0].id)
        for seen in ({}, {**pages, first: pages[first][1:]}, {**pages, first: "all"}, []):
            answer = self.sign(signer, reading={"seconds": 9, "pages": seen})
            self.assertEqual(answer["code"], "invalid", seen)
            self.assertFalse(signer.signature_ids)
        self.assertTrue(self.sign(signer, reading={"seconds": 9, "pages": pages})["ok"])
        event = envelope.sudo().event_ids.filtered(lambda e: e.code == "signed")
        self.assertEqual(event._facts()["client"]["pages"], pages)

    def test_pages_seen_before_count(self):
        """What was read before a reload or on another device; by this person, not by another."""
        self.company.esign_require_reading = True
        envelope = self.send_new(pages=9, allow_delegation=True)
        signer, number = envelope.signer_ids, str(envelope.document_ids.id)
        signer._read_pages({"pages": {number: [0, 1, 2, 5]}}, "phone")
        signer._read_pages({"pages": {number: [7]}}, "desk")
        self.assertEqual(signer._signing_page("")["seen"], {number: [0, 1, 2, 5, 7]})
        self.assertEqual(signer._pages_left({"reading": {"pages": {number: [3, 4, 6]}}}), 2)
        unlocked(signer).write({"name": "Olga Other", "email": "olga@example.com"})
        self.assertEqual(signer._pages_read(), {})

    def test_all_pages_of_the_own_documents(self):
        self.company.esign_require_reading = True
        envelope = self.make_envelope(documents=2, pages=2)
        signer, mine = envelope.signer_ids, envelope.document_ids[1]
        signer.document_ids = mine
        self.send(envelope)
        pages = {str(mine.id): list(range(len(mine.page_geometry)))}
        self.assertTrue(self.sign(signer, reading={"seconds": 9, "pages": pages})["ok"])


@tagged("post_install", "-at_install")
class TestSavedSignature(EsignHttpCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.portal.partner_id])
        self.signer = self.envelope.signer_ids
        self.path = self.signer._page_path()

    def sign_as(self, user, path=None, **changes):
        """Open the page as this user and sign there."""
        self.be(user)
        page = self.page_of(self.url_open(path or self.path))
        signer = self.env["esign.signer"].search([("access_ref", "=", page["ref"])])
        return page, self.post_sign(signer, page, **changes)

    def saved(self):
        return self.env["esign.saved.image"].sudo().search([])

    def test_kept_when_ticked_alone(self):
        page, answer = self.sign_as(self.portal)
        self.assertEqual(page["saved"], {})
        self.assertTrue(answer["ok"])
        self.assertFalse(self.saved())

    def test_kept_used_again_deleted(self):
        _page, answer = self.sign_as(self.portal, save=["signature", "nonsense", 7])
        self.assertTrue(answer["ok"])
        saved = self.saved()
        self.assertEqual((saved.user_id, saved.kind), (self.portal, "signature"))
        kept = self.signer.signature_ids._picture("signature")
        self.env.cr.execute("SELECT wrapped FROM esign_secret WHERE model = 'esign.saved.image'")
        self.assertNotIn(kept[:50], bytes(self.env.cr.fetchone()[0]))

        again = self.send_new([self.portal.partner_id]).signer_ids
        chosen = {"kind": "saved", "name": "Petra Portal", "image": picture()["image"]}
        page, answer = self.sign_as(self.portal, again._page_path(), signature=chosen)
        self.assertTrue(page["saved"]["signature"].startswith("data:image/png;base64,"))
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(again.signature_ids.kind, "saved")
        self.assertEqual(again.signature_ids._picture("signature"), kept, "not what was posted")

        response = self.url_open("/my/signature")
        self.assertIn("data:image/png", response.text)
        token = response.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        self.be(self.other_portal)
        self.assertNotIn("data:image/png", self.url_open("/my/signature").text)
        self.be(self.portal)
        token = self.url_open("/my/signature").text.partition('name="csrf_token" value="')[2]
        data = {"csrf_token": token.partition('"')[0], "kind": "signature"}
        self.url_open("/my/signature/delete", data=data)
        self.assertFalse(self.saved())

    def test_by_link_nothing_is_kept_or_offered(self):
        self.open_link(self.signer)
        page = self.page_of(self.url_open(self.path))
        self.assertIsNone(page["saved"])
        chosen = {"kind": "saved", "name": "Petra Portal", "image": picture()["image"]}
        self.assertFalse(self.post_sign(self.signer, page, signature=chosen)["ok"])
        self.assertTrue(self.post_sign(self.signer, page, save=["signature"])["ok"])
        self.assertFalse(self.saved())

    def test_nobody_else_reads_it(self):
        self.sign_as(self.portal, save=["signature"])
        saved = self.saved()
        for user in (self.other_portal, self.sender, self.no_groups):
            with self.assertRaises(AccessError):
                self.rpc(user, "esign.saved.image", "search_read", [])
        row = self.rpc(self.esign_admin, "esign.saved.image", "read", saved.ids)[0]
        self.assertNotIn("image", row)
        for method in ("_as_address", "_secret_get"):
            with self.assertRaises(AccessError):
                self.rpc(self.esign_admin, "esign.saved.image", method, saved.ids)

    def test_portrait(self):
        self.open_link(self.signer)
        page = self.page_of(self.url_open(self.path))
        self.assertNotIn("portrait_url", page["sender"])
        self.sender.image_1920 = base64.b64encode(make_image((200, 200)))
        url = self.page_of(self.url_open(self.path))["sender"]["portrait_url"]
        self.assertEqual(self.url_open(url).headers["Content-Type"], "image/png")
        self.be(self.other_portal)
        self.assertEqual(self.url_open(url).status_code, 404)
