"""Certificate and package on the signing page: who gets which."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import EsignHttpCase
from .test_storage import DiskCase, one_byte


@tagged("post_install", "-at_install")
class TestCertificateOverHttp(DiskCase, EsignHttpCase):
    FILES = ("certificate", "evidence")

    def status_of(self, signer, file):
        return self.url_open(f"{signer._page_path()}/{file}").status_code

    def test_signer_gets_both(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        self.assertEqual([page["done"]["files"], page["done"]["more"]], [[], False])
        for file in self.FILES:
            self.assertEqual(self.status_of(signer, file), 404, "not before it is completed")
        self.assertTrue(self.post_sign(signer, page)["ok"])
        self.run_jobs()
        done = self.url_open(page["urls"]["status"]).json()["done"]
        self.assertEqual([file["id"] for file in done["files"]], list(self.FILES))
        self.assertFalse(done["more"])
        for file, kept in zip(
            done["files"], (envelope.certificate_ids, envelope.package_ids), strict=True
        ):
            response = self.url_open(file["url"])
            self.assertEqual(response.content, kept._read_kept())
            self.assertIn("attachment", response.headers["Content-Disposition"])
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            good = self.damage(kept.attachment_id, one_byte)
            self.assertEqual(self.url_open(file["url"]).status_code, 404)
            self.put(self.path_of(kept.attachment_id), good)
        self.be()
        for file in done["files"]:
            self.assertEqual(self.url_open(file["url"]).status_code, 404, "a stranger")

    def test_page_waits_for_what_is_being_made(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        with patch.object(type(envelope), "_render_certificate", side_effect=UserError("later")):
            self.assertTrue(self.post_sign(signer, page)["ok"])
            self.run_jobs(allow_failures=True)
        done = self.url_open(page["urls"]["status"]).json()["done"]
        self.assertEqual([done["files"], done["more"]], [[], True])

    def test_who_reads_along_gets_the_certificate_only(self):
        envelope = self.send_new([self.customer, {"partner_id": self.second.id, "action": "view"}])
        signer, viewer = envelope.signer_ids
        self.open_link(viewer)
        self.assertEqual(self.status_of(viewer, "certificate"), 404)
        self.sign(signer)
        self.run_jobs()
        self.assertEqual(self.status_of(viewer, "certificate"), 200)
        self.assertEqual(self.status_of(viewer, "evidence"), 404)
        self.assertEqual(
            self.status_of(signer, "evidence"), 404, "the viewer's cookie opens no more"
        )

    def test_who_was_not_needed_gets_neither(self):
        group = {"quorum_group": "board", "quorum": 1}
        envelope = self.send_new(
            [
                {"partner_id": self.customer.id, **group},
                {"partner_id": self.portal.partner_id.id, **group},
            ]
        )
        self.sign(envelope.signer_ids[0])
        self.run_jobs()
        self.be(self.portal)
        for file in self.FILES:
            self.assertEqual(self.status_of(envelope.signer_ids[1], file), 404)

    def test_logged_in_as_the_very_contact(self):
        envelope = self.send_new([{"partner_id": self.portal.partner_id.id}])
        self.sign_all(envelope)
        self.be(self.portal)
        for file in self.FILES:
            self.assertEqual(self.status_of(envelope.signer_ids, file), 200)
        self.be(self.other_portal)
        for file in self.FILES:
            self.assertEqual(self.status_of(envelope.signer_ids, file), 404)
