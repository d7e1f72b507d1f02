"""In which revision somebody sees a document, and who has to look first."""

from odoo.tests import tagged

from .common import EsignHttpCase


@tagged("post_install", "-at_install")
class TestHalfSigned(EsignHttpCase):
    def setUp(self):
        super().setUp()
        self.people = [self.customer, {"partner_id": self.second.id, "step": 2}]

    def open(self, signer):
        page = self.page_of(self.open_link(signer))
        return page, self.url_open(page["documents"][0]["url"]).content

    def test_marks_are_shown(self):
        """As on paper, the second one sees that the first has signed; and that is recorded."""
        envelope = self.send_new(self.people)
        first, second = envelope.signer_ids
        document = envelope.document_ids
        page, frozen = self.open(first)
        self.assertTrue(self.post_sign(first, page)["ok"])
        self.run_jobs()
        page, pdf = self.open(second)
        self.assertTrue(pdf.startswith(frozen), "a revision goes on where the one before ends")
        self.assertEqual(pdf, document._read_pdf("sealed"))
        self.assertEqual(page["documents"][0]["note"], "")
        shown = {str(document.id): page["documents"][0]["sha256"]}
        self.assertTrue(self.post_sign(second, page, shown=shown)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        facts = envelope.event_ids.filtered(lambda e: e.code == "signed").sorted("seq")
        self.assertEqual(
            [line._facts()["documents"][str(document.id)]["shown"] for line in facts],
            [document.frozen_sha256, shown[str(document.id)]],
        )
        # who has signed finds what was signed, also when others have signed since
        self.open_link(second)
        self.assertEqual(self.url_open(page["documents"][0]["url"]).content, pdf)
        self.assertFalse(envelope._verify_evidence())

    def test_as_sent(self):
        envelope = self.send_new(self.people, show_marks=False)
        first, second = envelope.signer_ids
        self.sign(first)
        self.run_jobs()
        document = envelope.document_ids
        page, pdf = self.open(second)
        self.assertEqual(pdf, document._read_pdf("frozen"))
        url = page["documents"][0]["url"].partition("?")[0]
        for wrong in (document.sealed_sha256, "0" * 64, "", "x"):
            response = self.url_open(f"{url}?revision={wrong}")
            allowed = response.status_code == 404 or response.content == pdf
            self.assertTrue(allowed, wrong)
        shown = {str(document.id): document.sealed_sha256}
        self.assertTrue(self.post_sign(second, page, shown=shown)["ok"])
        signature = second.signature_ids
        self.assertEqual(signature.documents[str(document.id)]["shown"], document.frozen_sha256)

    def test_not_placed_yet(self):
        """The seal is slow: the page says whose mark is missing, and shows what there is."""
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        self.sign(first)
        page, pdf = self.open(second)
        self.assertEqual(pdf, envelope.document_ids._read_pdf("frozen"))
        self.assertIn("Clara Customer", page["documents"][0]["note"])
        # the page stays what it was while the mark is placed
        self.run_jobs()
        now = self.page_of(self.open_link(second))
        self.assertEqual(self.url_open(page["documents"][0]["url"]).content, pdf)
        self.assertEqual(now["documents"][0]["note"], "")
        self.assertTrue(self.post_sign(second, now)["ok"])

    def test_nonsense_about_what_was_shown(self):
        envelope = self.send_new()
        for shown in (None, [], "x", {"x": 1}, {str(envelope.document_ids.id): ["a"]}):
            answer = self.sign(envelope.signer_ids, shown=shown, consent=False)
            self.assertEqual(answer["code"], "invalid")
            marks = envelope.signer_ids._shown_documents({"shown": shown})
            self.assertEqual(list(marks.values()), [{"shown": envelope.document_ids.frozen_sha256}])


@tagged("post_install", "-at_install")
class TestViewersWhoBlock(EsignHttpCase):
    def make(self, **viewer):
        return self.send_new(
            [
                {"partner_id": self.second.id, "action": "view", **viewer},
                {"partner_id": self.customer.id, "step": 2},
            ]
        )

    def test_the_next_step_waits(self):
        envelope = self.make(view_blocks=True)
        viewer, customer = envelope.signer_ids
        self.assertEqual(customer.state, "waiting")
        self.assertFalse(self.sign(customer)["ok"])
        # visits of mail scanners open nothing
        page = self.page_of(self.open_link(viewer))
        self.assertEqual(customer.state, "waiting")
        self.post(page["urls"]["opened"], {"csrf_token": page["csrf_token"], "context": {}})
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((viewer.state, customer.state), ("opened", "invited"))
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        codes = self.codes(envelope)
        self.assertLess(codes.index("opened"), codes.index("signed"))

    def test_it_does_not_by_default(self):
        envelope = self.make()
        self.assertEqual(envelope.signer_ids.mapped("state"), ["invited", "invited"])
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

    def test_last_of_all(self):
        """Everybody has signed; it is complete when the viewer has looked too."""
        envelope = self.send_new(
            [self.customer, {"partner_id": self.second.id, "action": "view", "view_blocks": True}]
        )
        signer, viewer = envelope.signer_ids
        self.sign(signer)
        self.run_jobs()
        self.assertEqual(envelope.state, "sent")
        self.assertTrue(viewer.may_be_reminded)
        viewer._open({})
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        viewer._open({})
        self.assertEqual(self.codes(envelope).count("opened"), 1)
