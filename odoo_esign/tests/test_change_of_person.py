"""Somebody else in a participant's place; refusals that concern one alone; another deadline."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.guard import unlocked
from .common import NETWORK, EsignCase, EsignHttpCase

OTHER = {"name": "Olga Other", "email": "olga@example.net", "reason": "She does the contracts."}


@tagged("post_install", "-at_install")
class TestDelegation(EsignHttpCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer, self.second], allow_delegation=True)
        self.signer = self.envelope.signer_ids[0]

    def delegate(self, **changes):
        page = self.page_of(self.open_link(self.signer))
        params = {**OTHER, "csrf_token": page["csrf_token"], **changes}
        return self.post(page["urls"]["delegate"], params)

    def test_the_other_person_signs(self):
        old_link = self.link_of(self.signer)
        answer = self.delegate()
        self.assertEqual((answer["ok"], answer["state"]), (True, "delegated"))
        self.run_jobs()
        for address in (old_link, self.signer._page_path()):  # with the cookie of before, too
            response = self.url_open(address)
            self.assertEqual((response.status_code, self.code_of(response)), (410, "passed_on"))
            self.assertNotIn("olga", response.text.lower())
        self.be()
        self.assertEqual(self.code_of(self.url_open(self.signer._page_path())), "login")
        self.env.invalidate_all()
        self.assertEqual(self.signer.email, "olga@example.net")
        page = self.page_of(self.open_link(self.signer))
        self.assertEqual(page["signer"]["name"], "Olga Other")
        self.assertTrue(self.post_sign(self.signer, page)["ok"])
        self.sign_all(self.envelope)
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        line = self.envelope.event_ids.filtered(lambda e: e.code == "delegated")
        for text in ("Clara Customer", "Olga Other", "She does the contracts."):
            self.assertIn(text, line.sentence)
        self.assertFalse(self.envelope._verify_log())
        told = self.envelope.message_ids.filtered(lambda m: "Olga Other" in (m.body or ""))
        self.assertTrue(told)
        # the new person was invited for the first time, and reads by whom
        self.assertNotIn("resent", self.codes(self.envelope))
        mail = self.mails_to(OTHER["email"])[0]
        self.assertIn("Clara Customer was asked first", self.body_of(mail))
        # in the chatter nobody says “I” who is no contact
        said = " ".join(self.envelope.message_ids.mapped("body"))
        self.assertIn(f"{self.signer.signature_ids.name} has signed.", said)
        self.assertEqual(self.signer.in_place_of, "Clara Customer")
        self.assertTrue(self.envelope.has_other_people)

    def test_nobody_acts_for_two_of_a_group(self):
        board = {"quorum_group": "board", "quorum": 2}
        envelope = self.send_new(
            [{"partner_id": p.id, **board} for p in (self.customer, self.second, self.third)],
            allow_delegation=True,
        )
        self.signer = envelope.signer_ids[0]
        answer = self.delegate(email=self.second.email.upper())
        self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"))
        self.assertIn("can't act for two", answer["message"])
        self.assertTrue(self.delegate()["ok"])

    def test_who_was_asked_by_sms_hands_it_on_by_mail(self):
        self.customer.phone = "+420 601 123 456"
        envelope = self.send_new([self.customer], allow_delegation=True)
        self.signer = envelope.signer_ids
        unlocked(self.signer).write({"invite_by": "sms"})
        self.assertTrue(self.delegate()["ok"])
        self.run_jobs()
        self.assertTrue(self.mails_to(OTHER["email"]))
        self.assertFalse(envelope.needs_attention)

    def test_only_if_the_sender_allows_it(self):
        envelope = self.send_new([self.customer])
        self.signer = envelope.signer_ids
        page = self.page_of(self.open_link(self.signer))
        self.assertIsNone(page["delegation"])
        answer = self.delegate()
        self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"))
        self.assertEqual(self.signer.email, self.customer.email)

    def test_what_is_missing_is_said(self):
        for changes in (
            {"name": ""},
            {"email": "nonsense"},
            {"email": "olga@example"},
            {"email": self.customer.email},
            {"email": self.sender.email},
            {"reason": " "},
            {"name": "\u202e\u200b"},  # nothing is left of it
            {"name": None, "email": [], "reason": {}},
        ):
            answer = self.delegate(**changes)
            self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"), changes)
            self.assertTrue(answer["message"])
        self.assertNotIn("delegated", self.codes(self.envelope))

    def test_not_to_who_made_or_sent_it(self):
        """Three people: one made it, one sent it, one is responsible for it now."""
        envelope = self.make_envelope([self.customer], allow_delegation=True)
        envelope.with_user(self.all_documents).action_send()
        self.run_jobs()
        envelope.with_user(self.all_documents).write({"user_id": self.colleague.id})
        for user in (self.sender, self.all_documents, self.colleague):
            request = {**OTHER, "email": user.email}
            answer = envelope.signer_ids._delegate(request, NETWORK)
            self.assertIn("can't sign in your place", answer.get("message", ""), user.name)

    def test_not_after_signing(self):
        page = self.page_of(self.open_link(self.signer))
        self.post_sign(self.signer, page)
        answer = self.post(
            page["urls"]["delegate"], {**OTHER, "csrf_token": page["csrf_token"]}
        )
        self.assertFalse(answer["ok"])
        self.assertEqual(self.signer.name, "Clara Customer")

    def test_not_from_elsewhere(self):
        self.assertFalse(self.delegate(csrf_token="wrong")["ok"])
        self.assertNotIn("delegated", self.codes(self.envelope))

    def test_who_must_log_in_can_not_hand_it_on(self):
        envelope = self.send_new(
            [{"partner_id": self.manager.partner_id.id, "identification": "login"}],
            allow_delegation=True,
        )
        signer = envelope.signer_ids
        answer = signer._delegate(dict(OTHER), NETWORK)
        self.assertFalse(answer["ok"])
        self.assertEqual(signer.user_id, self.manager)


@tagged("post_install", "-at_install")
class TestChangeBySender(EsignCase):
    def set_the_scene(self):
        self.envelope = self.send_new([self.customer, self.second])
        self.signer = self.envelope.signer_ids[0]

    def change(self, user=None, signer=None, **values):
        user = user or self.sender
        dialog = (
            self.env["esign.signer.change"]
            .with_user(user)
            .with_context(default_signer_id=(signer or self.signer).id)
            .create({"reason": "Misspelt", **values})
        )
        dialog.action_change()
        self.run_jobs()

    def test_an_address_is_put_right(self):
        before = self.link_of(self.signer)
        self.change(email="clara.new@example.org")
        self.assertNotEqual(self.link_of(self.signer), before)
        self.assertIn("corrected", self.codes(self.envelope))
        self.assertFalse(self.env["esign.signer"]._find_by_token(before.rpartition("/")[2]))
        self.sign_all(self.envelope)
        self.assertEqual(self.envelope.state, "completed")

    def test_somebody_else_is_asked(self):
        self.change(partner_id=self.third.id, name="Thea Third", email=self.third.email)
        self.assertIn("reassigned", self.codes(self.envelope))
        self.assertEqual(self.signer.predecessors, [{"name": "Clara Customer", "by": "Sam Sender"}])
        self.assertTrue(self.mails_to(self.third.email))
        self.sign_all(self.envelope)
        self.assertEqual(self.envelope.state, "completed")
        self.assertFalse(self.envelope._verify_log())

    def test_another_way_to_identify(self):
        self.change(identification="access_code", access_code="BlueWhale7")
        self.assertTrue(self.signer.sudo().access_code_digest)
        self.env.cr.execute("SELECT to_jsonb(t)::text FROM esign_signer_change t")
        self.assertNotIn("Whale", str(self.env.cr.fetchall()))
        with self.assertRaises(UserError):
            self.change(identification="sms_code", phone="")

    def test_a_failure_of_before_is_forgotten(self):
        """What could not be sent in the way of before needs nobody's attention any more."""
        job = self.env["esign.job"]._enqueue("code", self.envelope, signer=self.signer, turn=0)
        job._keep_failure("No credit", final=True)
        envelope = self.envelope.with_user(self.sender)
        own = envelope.activity_schedule("mail.mail_activity_data_warning", summary="My own")
        asked = self.envelope.activity_ids.filtered(lambda a: "needs your attention" in a.summary)
        self.assertEqual(len(asked), 1)
        self.assertTrue(self.envelope.needs_attention)
        self.change(identification="mail_code")
        self.assertFalse(self.envelope.needs_attention)
        self.assertEqual(self.envelope.activity_ids, own)

    def test_the_new_person_is_invited_not_again(self):
        self.change(partner_id=self.third.id, name="Thea Third", email=self.third.email)
        self.assertNotIn("resent", self.codes(self.envelope))
        self.change(email="thea.third@example.org")
        self.assertIn("resent", self.codes(self.envelope))

    def test_why_not_is_said(self):
        other = self.envelope.signer_ids[1]
        self.sign(self.signer)
        with self.assertRaisesRegex(UserError, "has already signed"):
            self.signer.with_user(self.sender).action_change()
        self.envelope._cancel("Over")
        with self.assertRaisesRegex(UserError, "not out for signature"):
            other.with_user(self.sender).action_change()

    def test_not_who_has_acted(self):
        self.sign(self.signer)
        with self.assertRaises(UserError):
            self.change(email="other@example.org")

    def test_not_by_others(self):
        for user in (self.colleague, self.no_groups, self.foreigner):
            with self.assertRaises(AccessError):
                self.change(user=user, email="mine@example.org")
        self.assertEqual(self.signer.email, self.customer.email)


@tagged("post_install", "-at_install")
class TestOneRefusal(EsignCase):
    def decline(self, signer):
        answer = signer.sudo()._decline("No", NETWORK)
        self.run_jobs()
        return answer

    def told(self, envelope):
        """Return what the sender was told at last."""
        return envelope.message_ids.filtered(lambda m: "has declined" in (m.subject or ""))[:1]

    def mails_about(self, who, subject):
        return [m for m in self.mails_to(who.email) if str(m["Subject"]).startswith(subject)]

    def test_the_others_go_on(self):
        envelope = self.send_new([self.customer, self.second], decline_policy="participant")
        self.assertTrue(self.decline(envelope.signer_ids[0])["ok"])
        self.assertEqual(envelope.state, "sent")
        self.assertIn("continues without", self.told(envelope).body)
        self.assertFalse(self.mails_about(self.second, "Declined"))
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(envelope.signer_ids.mapped("state"), ["declined", "signed"])
        self.assertIn("closed", self.codes(envelope))
        # nobody waits for who has declined, and nothing says that everybody has signed
        self.assertEqual((envelope.progress, envelope.refused_by), ("1 / 1", "Clara Customer"))
        for person in (self.second, self.sender):
            mail = self.mails_about(person, "Signed")[0]
            self.assertNotIn("everyone", mail["Subject"] + self.body_of(mail))
        said = [
            envelope.signer_ids[1]._done_page()["message"],
            *envelope.message_ids.mapped("body"),
        ]
        self.assertTrue(said[0].startswith("The document is complete."))
        self.assertTrue(any("All the others have signed" in text for text in said))
        self.assertFalse(any("Everyone has signed" in text for text in said))

    def test_nobody_is_left(self):
        envelope = self.send_new([self.customer, self.second], decline_policy="participant")
        self.decline(envelope.signer_ids[0])
        self.decline(envelope.signer_ids[1])
        self.assertEqual(envelope.state, "declined")

    def test_too_few_of_a_group_are_left(self):
        group = {"quorum_group": "A", "quorum": 2}
        people = [{"partner_id": p.id, **group} for p in (self.customer, self.second, self.third)]
        envelope = self.send_new(people, decline_policy="participant")
        self.decline(envelope.signer_ids[0])
        self.assertEqual(envelope.state, "sent")
        self.decline(envelope.signer_ids[1])
        self.assertEqual(envelope.state, "declined")
        self.assertIn("too few are left", self.told(envelope).body)

    def test_who_declined_can_not_sign(self):
        envelope = self.send_new([self.customer, self.second], decline_policy="participant")
        self.decline(envelope.signer_ids[0])
        self.assertFalse(self.sign(envelope.signer_ids[0])["ok"])

    def test_the_mail_to_the_sender_says_who_and_what(self):
        """In its subject; and it is nobody's letter."""
        envelope = self.send_new([self.customer])
        self.decline(envelope.signer_ids)
        [told] = envelope.message_ids.filtered(lambda m: "has declined" in (m.subject or ""))
        self.assertEqual(told.subject, "Clara Customer has declined: Agreement")
        self.assertEqual(told.notified_partner_ids, self.sender.partner_id)
        self.assertFalse(told.email_add_signature)
        for mail in self.mails_to(self.sender.email):
            self.assertNotIn("-- ", self.body_of(mail))

    def test_by_default_it_ends(self):
        """All who know of it are told, each what it means for them, on their page too."""
        envelope = self.send_new(
            [
                *(self.customer, self.second, self.third),
                {"partner_id": self.portal.partner_id.id, "step": 2},
            ]
        )
        signed, declines, waits, _later = envelope.signer_ids
        self.sign(signed)
        self.decline(declines)
        self.assertEqual(envelope.state, "declined")
        self.assertIn("Nobody can sign it any more", self.told(envelope).body)
        for signer, words in (
            (signed, "Your signature stays on record"),
            (waits, "You don't need to do anything"),
        ):
            [mail] = self.mails_about(signer, "Declined")
            self.assertIn(words, self.body_of(mail))
            self.assertIn(words, signer._obstacle_text("declined"))
        self.assertIn("You have declined", declines._obstacle_text("declined"))
        for who in (declines, self.portal):
            self.assertFalse(self.mails_about(who, "Declined"))
        self.assertEqual(envelope.progress, "1 / 4")


@tagged("post_install", "-at_install")
class TestDeadline(EsignCase):
    def test_it_is_moved(self):
        envelope = self.send_new([self.customer])
        later = envelope.date_deadline + timedelta(days=10)
        self.rpc(
            self.sender,
            "esign.envelope",
            "write",
            envelope.ids,
            {"date_deadline": fields.Datetime.to_string(later)},
        )
        self.assertEqual(envelope.signer_ids.sudo().token_expiry, later)
        self.assertIn("extended", self.codes(envelope))

    def test_not_into_the_past_nor_afterwards(self):
        envelope = self.send_new([self.customer])
        past = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=1))
        future = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=90))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(
                self.sender, "esign.envelope", "write", envelope.ids, {"date_deadline": past}
            )
        self.sign_all(envelope)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc(
                self.sender, "esign.envelope", "write", envelope.ids, {"date_deadline": future}
            )
