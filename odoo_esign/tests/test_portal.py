"""The lists of a portal user: what waits for them, what they have signed, and nothing else."""

from odoo import fields
from odoo.tests import tagged

from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestPortal(EsignHttpCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.portal.partner_id], name="Lease of a bicycle")

    def texts(self, user):
        self.be(user)
        return [self.url_open(path).text for path in ("/my/to-sign", "/my/signed")]

    def counters(self, user):
        self.be(user)
        self.url_open("/my")
        wanted = ["esign_to_sign_count", "esign_signed_count"]
        values = self.post("/my/counters", {"counters": wanted})
        return [values[name] for name in wanted]

    def test_before_and_after_signing(self):
        waiting, signed = self.texts(self.portal)
        self.assertIn("Lease of a bicycle", waiting)
        self.assertNotIn("Lease of a bicycle", signed)
        self.assertEqual(self.counters(self.portal), [1, 0])
        page = self.page_of(self.url_open(self.envelope.signer_ids._page_path()))
        self.assertTrue(self.post_sign(self.envelope.signer_ids, page)["ok"])
        waiting, signed = self.texts(self.portal)
        self.assertNotIn("Lease of a bicycle", waiting)
        self.assertIn("Not everyone", signed)
        self.run_jobs()
        _waiting, signed = self.texts(self.portal)
        document = self.envelope.document_ids
        path = f"{self.envelope.signer_ids._page_path()}/signed/{document.id}"
        self.assertIn(path, signed)
        self.assertTrue(self.url_open(path).content.startswith(b"%PDF"))
        self.assertEqual(self.counters(self.portal), [0, 1])

    def test_sorted_by_deadline(self):
        """What has to be signed first comes first; what has no deadline comes last."""
        for name, days in (("Late", 20), ("Soon", 2), ("Whenever", None)):
            deadline = days and fields.Datetime.add(fields.Datetime.now(), days=days)
            self.send_new([self.portal.partner_id], name=name, date_deadline=deadline)
        self.envelope.with_user(self.sender).write(
            {"date_deadline": fields.Datetime.add(fields.Datetime.now(), days=9)}
        )
        self.env.flush_all()
        self.be(self.portal)
        text = self.url_open("/my/to-sign?sortby=deadline").text
        names = ("Soon", "Lease of a bicycle", "Late", "Whenever")
        places = [text.index(f">{name}</bdi>") for name in names]
        self.assertEqual(places, sorted(places))

    def test_found_by_what_the_list_shows(self):
        self.send_new([self.portal.partner_id], name="Order of a saddle")
        self.be(self.portal)
        for words in ("saddle", self.sender.name):
            self.assertIn("Order of a saddle", self.url_open(f"/my/to-sign?search={words}").text)
        text = self.url_open("/my/to-sign?search=saddle").text
        self.assertNotIn("Lease of a bicycle", text)
        for words in ("nonsense", "%", "_", "x" * 500):
            text = self.url_open("/my/to-sign", params={"search": words}).text
            self.assertNotIn("Lease of a bicycle</bdi>", text)
        self.assertIn("Nothing was found", text)
        self.assertIn("Nothing was found", self.url_open("/my/signed?search=saddle").text)

    def test_others_see_nothing(self):
        for user in (self.other_portal, self.no_groups, self.colleague):
            for text in self.texts(user):
                self.assertNotIn("Lease of a bicycle", text)
            self.assertEqual(self.counters(user), [0, 0])

    def test_strangers_log_in_first(self):
        self.be()
        response = self.url_open("/my/to-sign", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_withdrawn_is_gone(self):
        self.envelope.with_user(self.sender).action_cancel()
        self.env.flush_all()
        self.assertNotIn("Lease of a bicycle", "".join(self.texts(self.portal)))

    def test_handed_on_is_somebody_elses(self):
        self.envelope.signer_ids._change(
            {"name": "Olga", "email": "olga@example.net", "user_id": False}, by="Petra"
        )
        self.env.flush_all()
        self.assertNotIn("Lease of a bicycle", "".join(self.texts(self.portal)))
