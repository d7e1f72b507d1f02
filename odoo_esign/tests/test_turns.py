"""Who may act when: steps, groups, refusals, and the same request twice."""

from odoo.tests import tagged

from .common import LINK, NETWORK, EsignCase, EsignHttpCase


@tagged("post_install", "-at_install")
class TestTurns(EsignCase):
    def states(self, envelope):
        self.env.invalidate_all()
        return envelope.signer_ids.mapped("state")

    def test_steps(self):
        envelope = self.send_new(
            [
                self.customer,
                {"partner_id": self.second.id, "step": 2},
                {"partner_id": self.third.id, "step": 5},
            ]
        )
        first, second, third = envelope.signer_ids
        self.assertEqual(self.states(envelope), ["invited", "waiting", "waiting"])
        self.assertFalse(self.mails_to(second.email))
        before = self.snapshot(envelope)["esign_signer"]
        for early in (second, third):
            answer = self.sign(early)
            self.assertEqual((answer["ok"], answer["code"]), (False, "not_your_turn"))
            answer = early._decline("No", NETWORK)
            self.assertEqual((answer["ok"], answer["code"]), (False, "not_your_turn"))
            early._open({})
        self.assertEqual(self.snapshot(envelope)["esign_signer"], before)
        self.assertFalse(envelope.signature_ids)
        self.assertTrue(self.sign(first)["ok"])
        self.run_jobs()
        self.assertEqual(self.states(envelope), ["signed", "invited", "waiting"])
        self.assertTrue(LINK.search(self.body_of(self.mails_to(second.email)[0])))
        self.assertFalse(self.sign(third)["ok"])
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")

    def test_same_step_in_any_order(self):
        envelope = self.send_new([self.customer, self.second, self.third])
        self.assertEqual(self.states(envelope), ["invited"] * 3)
        for signer in reversed(envelope.signer_ids):
            self.assertEqual(envelope.state, "sent")
            self.assertTrue(self.sign(signer)["ok"])
        self.assertEqual(envelope.state, "signed")
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(self.codes(envelope).count("sealed"), 3)

    def test_approver_before_signer(self):
        envelope = self.send_new(
            [
                {"partner_id": self.manager.partner_id.id, "action": "approve"},
                {"partner_id": self.customer.id, "step": 2},
            ]
        )
        approver, customer = envelope.signer_ids
        self.assertFalse(self.sign(customer)["ok"])
        self.assertTrue(self.sign(approver)["ok"])
        self.run_jobs()
        self.assertIn("approved", self.codes(envelope))
        self.sign_all(envelope)
        self.assertEqual(envelope.signature_ids.mapped("action"), ["sign", "approve"])

    def test_some_of_a_group_are_enough(self):
        people = [
            {"partner_id": person.id, "quorum_group": "board", "quorum": 2}
            for person in (self.customer, self.second, self.third)
        ]
        people.append({"partner_id": self.portal.partner_id.id, "step": 2})
        envelope = self.send_new(people)
        first, second, third, last = envelope.signer_ids
        self.assertTrue(self.sign(first)["ok"])
        self.assertEqual(self.states(envelope), ["signed", "invited", "invited", "waiting"])
        self.assertTrue(self.sign(third)["ok"])
        self.assertEqual(self.states(envelope), ["signed", "released", "signed", "invited"])
        answer = self.sign(second)
        self.assertEqual((answer["ok"], answer["code"]), (False, "released"))
        self.assertFalse(second._decline("No", NETWORK)["ok"])
        self.assertEqual(self.codes(envelope).count("released"), 1)
        self.run_jobs()
        self.assertTrue(self.sign(last)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(len(envelope.signature_ids), 3)
        copies = [m for m in self.mails_to(second.email) if m["Subject"].startswith("Signed")]
        self.assertFalse(copies, "who was not needed gets no copy")

    def test_decline_ends_everything(self):
        envelope = self.send_new(
            [self.customer, self.second, {"partner_id": self.third.id, "step": 2}]
        )
        first, second, third = envelope.signer_ids
        self.assertTrue(self.sign(first)["ok"])
        answer = second._decline("Too dear", NETWORK)
        self.assertTrue(answer["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "declined")
        self.assertEqual(envelope.closing_reason, "Too dear")
        self.assertEqual(self.states(envelope), ["signed", "declined", "waiting"])
        self.assertEqual(second._decline("Too dear", NETWORK), answer)
        self.assertEqual(self.codes(envelope).count("declined"), 1)
        self.assertEqual(self.sign(second)["code"], "declined")
        self.assertEqual(self.sign(third)["code"], "declined")
        self.assertFalse(third._decline("I too", NETWORK)["ok"])
        self.assertEqual(len(envelope.signature_ids), 1, "what was signed stays on record")
        self.assertFalse(self.mails_to(third.email))
        self.assertIn("Declined: Agreement", [m["Subject"] for m in self.mails_to(first.email)])
        self.assertFalse(envelope._verify_log())

    def test_cancel(self):
        envelope = self.send_new([self.customer, self.second])
        self.assertTrue(self.sign(envelope.signer_ids[0])["ok"])
        envelope.with_user(self.sender).action_cancel()
        self.assertEqual(self.sign(envelope.signer_ids[1])["code"], "cancelled")
        self.assertEqual(self.codes(envelope).count("cancelled"), 1)
        envelope._cancel("again")
        self.assertEqual(self.codes(envelope).count("cancelled"), 1)
        self.run_jobs()
        self.assertEqual(envelope.state, "cancelled")

    def test_signing_twice(self):
        """A lost answer makes the page send the same again: one signature, the same answer."""
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        answer = self.sign(first)
        self.assertTrue(answer["ok"])
        before = self.snapshot(envelope)
        for changes in (
            {},
            {"client_key": "another"},
            {"values": {"1": "x"}, "signature": {"name": "Somebody Else"}},
            {"consent": False},
        ):
            self.assertEqual(self.sign(first, **changes), answer)
        self.assertEqual(self.snapshot(envelope), before)
        self.assertEqual(self.codes(envelope).count("signed"), 1)
        self.assertTrue(self.sign(second)["ok"])

    def test_sending_twice(self):
        envelope = self.make_envelope()
        envelope.with_user(self.sender).action_send()
        for _turn in range(2):
            with self.assertRaises(Exception):  # noqa: B017
                envelope.with_user(self.sender).action_send()
            self.run_jobs()
        self.assertEqual(self.codes(envelope).count("requested"), 1)
        self.assertEqual(len(self.mails), 1)

    def test_moves_that_are_not_allowed(self):
        envelope = self.sign_all(self.send_new())
        for state in ("draft", "preparing", "sent", "signed", "declined", "expired", "cancelled"):
            self.assertFalse(envelope._update_state(state))
        self.assertEqual(envelope.state, "completed")
        self.assertFalse(envelope.signer_ids._decline("Too late", NETWORK)["ok"])
        self.assertEqual(envelope.state, "completed")

    def test_consent_is_needed(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        for changes in (
            {"consent": False},
            {"consent": None},
            {"consent_version": "0" * 16},
            {"consent_version": ""},
        ):
            answer = self.sign(signer, **changes)
            self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"))
        # a text that has changed while the page was open has to be read again
        old = self.consent(signer)
        self.company.with_context(lang=signer.lang).esign_consent_text = "Something new"
        answer = self.sign(signer, consent_version=old["consent_version"])
        self.assertFalse(answer["ok"])
        self.assertTrue(self.sign(signer)["ok"])
        self.assertEqual(envelope.signature_ids.consent_text, "Something new")

    def test_who_gets_a_copy_signs_nothing(self):
        envelope = self.send_new([self.customer, {"partner_id": self.second.id, "action": "copy"}])
        signer, copy = envelope.signer_ids
        self.assertFalse(self.mails_to(copy.email))
        self.assertFalse(self.sign(copy)["ok"])
        self.assertTrue(self.sign(signer)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        (mail,) = self.mails_to(copy.email)
        self.assertFalse(LINK.search(self.body_of(mail)))
        self.assertEqual(
            [part.get_content_type() for part in mail.iter_attachments()],
            ["application/pdf"] * 2,  # the document and the certificate
        )

    def test_viewer_signs_nothing(self):
        envelope = self.send_new([self.customer, {"partner_id": self.second.id, "action": "view"}])
        viewer = envelope.signer_ids[1]
        self.assertFalse(self.sign(viewer)["ok"])
        self.assertFalse(viewer._decline("No", NETWORK)["ok"])
        self.assertEqual(envelope.state, "sent")
        self.assertFalse(envelope.signature_ids)


@tagged("post_install", "-at_install")
class TestTurnsOverHttp(EsignHttpCase):
    def test_not_before_the_turn(self):
        """A contact with a login knows the address perhaps; it opens when it is the turn."""
        envelope = self.send_new(
            [self.customer, {"partner_id": self.portal.partner_id.id, "step": 2}]
        )
        first, second = envelope.signer_ids
        document = envelope.document_ids
        path = second._page_path()
        self.be(self.portal)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 403)
        self.assertEqual(self.code_of(response), "not_your_turn")
        self.assertNotIn(document.name, response.text)
        for kind in ("document", "signed"):
            self.assertEqual(self.url_open(f"{path}/{kind}/{document.id}").status_code, 404)
        self.assertTrue(self.sign(first)["ok"])
        self.run_jobs()
        self.be(self.portal)
        page = self.page_of(self.url_open(path))
        self.assertIn(b"%PDF", self.url_open(page["documents"][0]["url"]).content)
        self.assertTrue(self.post_sign(second, page)["ok"])
        self.assertEqual(envelope.signature_ids[0].identification, "login")
        self.assertEqual(envelope.signature_ids[0].user_id, self.portal)

    def test_released(self):
        people = [
            {"partner_id": person.id, "quorum_group": "a"}
            for person in (self.customer, self.second)
        ]
        envelope = self.send_new([*people, {"partner_id": self.third.id, "step": 2}])
        first, second, _third = envelope.signer_ids
        page = self.page_of(self.open_link(second))
        link = self.link_of(second)
        self.assertTrue(self.sign(first)["ok"])
        answer = self.post_sign(second, page)
        self.assertEqual((answer["ok"], answer["code"]), (False, "released"))
        self.assertEqual(self.url_open(page["documents"][0]["url"]).status_code, 404)
        response = self.url_open(link)
        self.assertEqual((response.status_code, self.code_of(response)), (410, "released"))

    def test_the_same_post_again(self):
        envelope = self.send_new()
        signer = envelope.signer_ids
        page = self.page_of(self.open_link(signer))
        answers = [self.post_sign(signer, page) for _turn in range(3)]
        self.assertTrue(answers[0]["ok"])
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        self.assertEqual(len(envelope.signature_ids), 1)
        self.assertEqual(self.codes(envelope).count("signed"), 1)

    def test_page_after_signing(self):
        envelope = self.send_new([self.customer, self.second])
        first, second = envelope.signer_ids
        page = self.page_of(self.open_link(first))
        self.assertEqual(page["state"], "ready")
        self.assertNotIn(second.email, str(page))
        self.assertNotIn(second.name, str(page))
        self.post_sign(first, page)
        page = self.page_of(self.url_open(first._page_path()))
        self.assertEqual(page["state"], "signed")
        document = envelope.document_ids
        signed = f"{first._page_path()}/signed/{document.id}"
        self.assertEqual(self.url_open(signed).status_code, 404, "not before all have signed")
        self.assertTrue(self.sign(second)["ok"])
        self.run_jobs()
        self.open_link(first)
        self.assertIn(b"%PDF", self.url_open(signed).content)
        status = self.url_open(page["urls"]["status"]).json()
        self.assertEqual(status["state"], "completed")
