"""Several participants one after the other, and signing in person, in a real browser."""

import re

from .common import EsignHttpCase


class TestRoutingTours(EsignHttpCase):
    """At desktop width."""

    browser_size = "1280x800"

    def test_three_steps(self):
        """An approver, then one of two of a board, then a signatory."""
        board = {"step": 2, "quorum_group": "board", "quorum": 1}
        envelope = self.send_new(
            [
                {"partner_id": self.manager.partner_id.id, "action": "approve"},
                {"partner_id": self.customer.id, **board},
                {"partner_id": self.second.id, **board},
                {"partner_id": self.third.id, "step": 3},
            ]
        )
        approver, first, second, last = envelope.signer_ids
        for signer, tour in (
            (approver, "odoo_esign_manager_approves"),
            (second, "odoo_esign_customer_signs"),
            (last, "odoo_esign_customer_signs"),
        ):
            self.assertEqual(signer.state, "invited")
            self.start_tour(self.link_of(signer), tour, login=None)
            self.run_jobs()
            self.env.invalidate_all()
            self.assertEqual(signer.state, "signed")
        self.assertEqual(first.state, "released")
        self.assertEqual(envelope.state, "completed")
        document = envelope.document_ids
        shown = [
            signature.documents[str(document.id)]["shown"]
            for signature in envelope.signature_ids.sorted("id")
        ]
        self.assertEqual(shown[0], document.frozen_sha256)
        self.assertEqual(shown[1:], [r["sha256"] for r in document.revisions[:2]])
        self.assertFalse(envelope._verify_evidence())

    def test_in_person(self):
        """The sender hands the device over; the customer signs on it, and gives it back."""
        envelope = self.send_new([self.customer])
        signer = envelope.signer_ids
        self.be(self.sender)
        url = self.rpc(self.sender, "esign.signer", "action_sign_here", signer.ids)["url"]
        token = re.search(r'name="csrf_token" value="(\w+)"', self.url_open(url).text)[1]
        self.url_open(f"{url}/now", {"csrf_token": token}, allow_redirects=False)
        name = signer._hand_cookie_name()
        self.start_tour(
            signer._page_path(),
            "odoo_esign_customer_signs_in_person",
            login=None,
            cookies={name: self.opener.cookies[name]},
        )
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(envelope.signature_ids.host_id, self.sender)


class TestRoutingToursOnAPhone(TestRoutingTours):
    browser_size = "360x740"
    touch_enabled = True
