"""What users of the back end see: the log of an envelope, and what waits for them."""

from .common import EsignHttpCase, slow


class TestOfficeTours(EsignHttpCase):
    """At desktop width."""

    browser_size = "1280x800"

    def test_log(self):
        envelope = self.sign_all(self.send_new())
        self.start_tour(
            f"/odoo/signatures/{envelope.id}",
            "odoo_esign_sender_reads_log",
            login=self.sender.login,
        )

    def test_buttons(self):
        """Re-open and remind, by who has the own envelopes alone."""
        envelope = self.send_new()
        self.env.cr.execute(
            "UPDATE esign_envelope SET date_deadline = date_deadline - interval '90 days'"
        )
        self.env.invalidate_all()
        envelope._expire()
        # a button of the back end is found by its words, in English
        self.sender.lang = "en_US"
        self.start_tour(
            f"/odoo/signatures/{envelope.id}",
            "odoo_esign_sender_presses_buttons",
            login=self.sender.login,
        )
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "sent")
        self.assertEqual(self.codes(envelope)[-1], "reopened")
        kinds = envelope.job_ids.filtered(lambda job: job.state == "pending").mapped("kind")
        self.assertEqual(sorted(kinds), ["remind", "reopened"])

    def test_waiting(self):
        """By somebody who has no group of ours."""
        self.send_new([{"partner_id": self.no_groups.partner_id.id, "action": "approve"}])
        self.start_tour("/odoo", "odoo_esign_approver_finds_document", login=self.no_groups.login)


@slow
class TestOfficeToursOnAPhone(TestOfficeTours):
    browser_size = "360x740"
    touch_enabled = True


class TestCardOnAPhone(EsignHttpCase):
    browser_size = "360x740"
    touch_enabled = True

    def test_documents_for_a_participant(self):
        envelope = self.make_envelope(documents=2)
        self.start_tour(
            f"/odoo/signatures/{envelope.id}",
            "odoo_esign_sender_chooses_on_a_card",
            login=self.sender.login,
        )
        self.env.invalidate_all()
        signer = envelope.signer_ids
        self.assertEqual(signer.role, "Tenant")
        self.assertEqual(signer.document_ids, envelope.document_ids[0])
