"""Links that are over: cancelled, declined, expired, replaced, signed."""

from odoo.tests import tagged

from .stranger import StrangerCase


@tagged("post_install", "-at_install")
class TestDeadLinks(StrangerCase):
    """A link that was good: each case with the link in the mail and with an open page."""

    def set_the_scene(self):
        self.envelope = self.send_new()
        self.signer = self.envelope.signer_ids
        self.old_link = self.link_of(self.signer)

    def setUp(self):
        super().setUp()
        self.page = self.page_of(self.open_link(self.signer))

    def assertDead(self, status=410, code=None):
        self.assertShut(self.signer)
        answer = self.post_sign(self.signer, self.page)
        self.assertFalse(answer["ok"])
        self.assertFalse(self.envelope.signature_ids)
        self.be()
        response = self.url_open(self.old_link)
        self.assertEqual(response.status_code, status)
        self.assertEqual(self.code_of(response), code)
        self.assertShut(self.signer)

    def test_resent(self):
        self.signer.with_user(self.sender).action_resend()
        self.assertDead(code="revoked")
        self.run_jobs()
        self.assertDead(code="revoked")
        self.assertNotEqual(self.link_of(self.signer), self.old_link)
        self.assertTrue(self.page_of(self.open_link(self.signer)))
        self.assertIn("resent", self.codes(self.envelope))

    def test_cancelled(self):
        self.envelope.with_user(self.sender).action_cancel()
        self.assertDead(code="cancelled")
        self.run_jobs()
        self.assertEqual(self.envelope.state, "cancelled")
        self.assertFalse(self.envelope.signature_ids)

    def test_expired_by_the_clock(self):
        """The deadline counts at once, before the cron has closed the envelope."""
        self._pass_deadline()
        before = self.snapshot(self.envelope)
        answer = self.post_sign(self.signer, self.page)
        self.assertFalse(answer["ok"])
        url = self.page["documents"][0]["url"]
        self.assertEqual(self.url_open(url).status_code, 404)
        response = self.open_link(self.signer)
        self.assertEqual(response.status_code, 410)
        self.assertEqual(self.code_of(response), "expired")
        self.assertEqual(self.snapshot(self.envelope)["esign_signature"], [])
        self.assertEqual(self.snapshot(self.envelope)["esign_signer"], before["esign_signer"])

    def test_expired_by_the_cron(self):
        self._pass_deadline()
        self._run_cron()
        self.assertEqual(self.envelope.state, "expired")
        self.assertEqual(self.codes(self.envelope)[-1], "expired")
        self.assertDead(code="expired")
        self._run_cron()
        self.assertEqual(self.codes(self.envelope).count("expired"), 1)
        # the sender hears of it now, and not when the queue of mails is looked at
        [mail] = self.mails_to(self.sender.email)
        self.assertIn("Expired", str(mail["Subject"]))

    def test_expiry_of_the_link_itself(self):
        """Also after signing the link does not open for ever."""
        self.assertTrue(self.post_sign(self.signer, self.page)["ok"])
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        signed = f"{self.signer._page_path()}/signed/{self.envelope.document_ids.id}"
        self.assertEqual(self.url_open(signed).status_code, 200)
        self.env.cr.execute(
            """UPDATE esign_signer SET token_expiry = now() AT TIME ZONE 'UTC' - interval '1 hour'
                WHERE id = %s""",
            [self.signer.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.url_open(signed).status_code, 404)
        self.assertNotIn("signing_page", self.url_open(self.signer._page_path()).text)
        response = self.open_link(self.signer)
        self.assertIn(response.status_code, (404, 410))
        self.assertEqual(self.url_open(signed).status_code, 404)

    def test_declined(self):
        """The others' links are dead at once; who declined gets the same answer again."""
        envelope = self.send_new([self.second, self.third])
        first, second = envelope.signer_ids
        others_page = self.page_of(self.open_link(second))
        others_link = self.link_of(second)
        page = self.page_of(self.open_link(first))
        answer = self.post(
            page["urls"]["decline"], {"reason": "Too dear", "csrf_token": page["csrf_token"]}
        )
        self.assertTrue(answer["ok"])
        again = self.post(
            page["urls"]["decline"], {"reason": "Too dear", "csrf_token": page["csrf_token"]}
        )
        self.assertEqual(again, answer)
        self.assertEqual(self.codes(envelope).count("declined"), 1)
        self.assertFalse(self.post_sign(first, page)["ok"])
        self.assertEqual(self.url_open(page["documents"][0]["url"]).status_code, 404)
        self.be()
        response = self.url_open(others_link)
        self.assertEqual((response.status_code, self.code_of(response)), (410, "declined"))
        self.assertFalse(self.post_sign(second, others_page)["ok"])
        self.assertFalse(envelope.signature_ids)

    def _run_cron(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            # as the crons of Odoo are run
            envelopes = self.env(cr=cr)["esign.envelope"]
            envelopes.with_context(mail_notify_force_send=False)._cron_expire()
        self.env.invalidate_all()

    def _pass_deadline(self):
        self.env.cr.execute(
            """UPDATE esign_envelope SET date_deadline = now() AT TIME ZONE 'UTC' - interval '1 min'
                WHERE id = %s""",
            [self.envelope.id],
        )
        self.env.cr.execute(
            "UPDATE esign_signer SET token_expiry = %s WHERE id = %s",
            [self.envelope.date_deadline, self.signer.id],
        )
        self.env.invalidate_all()
