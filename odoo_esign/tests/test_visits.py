"""What the log tells of visitors: how they came in, how far they read, what they took along."""

import json

from odoo.tests import tagged

from .common import NETWORK, EsignCase, EsignHttpCase


@tagged("post_install", "-at_install")
class TestVisits(EsignHttpCase):
    """As a participant's browser tells it."""

    def set_the_scene(self):
        self.envelope = self.send_new(pages=3)
        self.signer = self.envelope.signer_ids
        self.document = self.envelope.document_ids

    def setUp(self):
        super().setUp()
        self.page = self.page_of(self.open_link(self.signer))

    def tell(self, name, **params):
        return self.post(
            self.page["urls"][name], {"csrf_token": self.page["csrf_token"], **params}
        )

    def lines(self, code):
        self.env.invalidate_all()
        return self.envelope.event_ids.filtered(lambda e: e.code == code).sorted("seq")

    def see(self, *pages, **reading):
        reading = {"seconds": 75, "pages": {str(self.document.id): list(pages)}, **reading}
        self.assertEqual(self.tell("read", reading=reading), {"ok": True})
        return self.lines("read")

    # ------------------------------------------------------------- coming in
    def test_identified_once_per_session(self):
        for _time in range(2):
            self.tell("opened", context={})
        line = self.lines("identified")
        self.assertEqual(len(line), 1)
        self.assertLess(self.codes(self.envelope).index("identified"), line.seq)
        self.assertLess(line.seq, self.lines("opened").seq)
        facts = json.loads(line.data)
        self.assertEqual(facts["identified_by"], "link")
        self.assertEqual(line.actor, f"signer:{self.signer.id}")
        self.assertRegex(facts["session"], r"^[0-9a-f]{16}$")
        self.assertIn("the link that was emailed to clara@example.org", line.sentence)
        # another day, another browser
        self.page = self.page_of(self.open_link(self.signer))
        self.tell("opened", context={})
        self.assertEqual(self.envelope._verify_log(), [])

    def test_identified_by_login(self):
        envelope = self.send_new(
            [{"partner_id": self.manager.partner_id.id, "identification": "login"}]
        )
        self.be(self.manager)
        path = envelope.signer_ids._page_path()
        self.page = self.page_of(self.url_open(path))
        self.envelope = envelope
        self.tell("opened", context={})
        self.assertIn("Odoo login “esign_manager”", self.lines("identified").sentence)

    def test_not_more_than_so_many_sessions(self):
        network = {**NETWORK, "user_id": False}
        for number in range(30):
            self.signer._come_in(network, f"session{number}")
        self.assertEqual(len(self.lines("identified")), 20)

    # ------------------------------------------------------------- reading
    def test_read_as_far_as_it_went(self):
        pages = len(self.document.page_geometry)  # with the page of participants
        lines = self.see(0, 1)
        self.assertIn(f"up to page 2 of {pages}, in 1:15 min", lines.sentence)
        self.assertEqual(len(self.see(0, 1)), 1, "nothing new was seen")
        self.assertEqual(len(self.see(1)), 1)
        lines = self.see(*range(pages))
        self.assertEqual(len(lines), 2)
        seen = json.loads(lines[1].data)["pages"][str(self.document.id)]
        count = dict.fromkeys(("reached", "total", "seen"), pages)
        self.assertEqual(seen, {**count, "which": f"1-{pages}"})

    def test_what_is_no_page_is_no_reading(self):
        other = self.send_new().document_ids
        for pages in (
            {str(self.document.id): [99, -1, True, 1.0, "1", None]},
            {str(other.id): [0]},
            {"x": [0], str(self.document.id): 5},
            [],
            None,
        ):
            self.assertFalse(self.see(pages=pages))
        for seconds in ("x", -1, 1e300, None):
            self.assertEqual(self.tell("read", reading=seconds), {"ok": True})
        self.assertEqual(json.loads(self.see(0, seconds="x").data)["seconds"], 0)

    def test_not_more_than_so_many_lines(self):
        envelope = self.send_new(pages=30)
        signer, document = envelope.signer_ids, envelope.document_ids
        for number in range(30):
            signer._read_pages({"pages": {str(document.id): list(range(number + 1))}}, "s")
        self.assertEqual(self.codes(envelope).count("read"), 12)

    def test_reading_disturbs_no_job(self):
        revision = self.envelope.revision
        self.tell("opened", context={})
        opened = self.envelope.revision
        self.see(0)
        self.env.invalidate_all()
        self.assertEqual(self.envelope.revision, opened)
        self.assertGreater(opened, revision)

    def test_closed_envelope_is_not_read(self):
        self.envelope._cancel("No")
        self.tell("read", reading={"pages": {str(self.document.id): [0]}})
        self.assertFalse(self.lines("read"))

    # ------------------------------------------------------------- taking along
    def test_downloads_are_told_by_the_script(self):
        self.assertTrue(self.post_sign(self.signer, self.page)["ok"])
        self.tell("downloaded", file=self.document.id)
        self.assertFalse(self.lines("downloaded"), "there is nothing yet")
        self.run_jobs()
        before = self.snapshot(self.envelope)
        for name in (f"signed/{self.document.id}", "certificate", "evidence"):
            for method in ("GET", "HEAD", "OPTIONS"):
                response = self.url_open(f"{self.signer._page_path()}/{name}", method=method)
                self.assertLess(response.status_code, 500)
        self.assertEqual(self.snapshot(self.envelope), before, "fetching writes nothing")
        for file in (self.document.id, self.document.id, "certificate", "evidence"):
            self.tell("downloaded", file=file)
        lines = self.lines("downloaded")
        self.assertEqual(len(lines), 3)
        self.assertEqual(json.loads(lines[0].data)["sha256"], self.document.sealed_sha256)
        self.assertEqual(
            [line.sentence for line in lines],
            [
                f"Clara Customer downloaded “{name}” (127.0.0.1)"
                for name in ("Agreement 1", "Certificate of completion", "Evidence package")
            ],
        )

    def test_files_of_others_are_not_told(self):
        other = self.sign_all(self.send_new()).document_ids
        self.post_sign(self.signer, self.page)
        self.run_jobs()
        for file in (other.id, 0, "x", None, [], {"a": 1}, True):
            self.assertEqual(self.tell("downloaded", file=file), {"ok": True})
        self.assertFalse(self.lines("downloaded"))

    # ------------------------------------------------------------- strangers
    def test_strangers_write_nothing(self):
        before = self.snapshot(self.envelope)
        urls, token = self.page["urls"], self.page["csrf_token"]
        for name in ("read", "downloaded"):
            params = {"reading": {"pages": {str(self.document.id): [0]}}, "file": "certificate"}
            for wrong in (None, "", "x" * 40, 5):
                answer = self.post(urls[name], {**params, "csrf_token": wrong})
                self.assertEqual(answer["code"], "csrf")
            for method in ("GET", "HEAD", "OPTIONS", "PUT"):
                self.url_open(urls[name], method=method)
            self.be()
            answer = self.post(urls[name], {**params, "csrf_token": token})
            self.assertFalse(answer["ok"])
            self.page = self.page_of(self.open_link(self.signer))
            urls, token = self.page["urls"], self.page["csrf_token"]
        self.assertEqual(self.snapshot(self.envelope), before)


@tagged("post_install", "-at_install")
class TestUserTakesAlong(EsignCase):
    """As a user of the back end."""

    def test_buttons_log(self):
        envelope = self.send_new()
        self.rpc(self.sender, "esign.envelope", "action_open_documents", envelope.ids)
        self.assertNotIn("downloaded", self.codes(envelope), "it is what was sent, not signed")
        self.sign_all(envelope)
        for method in ("action_open_documents", "action_open_certificate", "action_open_package"):
            for _time in range(2):
                self.rpc(self.sender, "esign.envelope", method, envelope.ids)
        self.env.invalidate_all()
        lines = envelope.event_ids.filtered(lambda e: e.code == "downloaded")
        self.assertEqual(set(lines.mapped("actor")), {f"user:{self.sender.id}"})
        self.assertEqual(len(lines), 3)
        self.assertIn("Sam Sender downloaded “Agreement 1”", lines.mapped("sentence"))
        self.assertEqual(envelope._verify_evidence(), [])
