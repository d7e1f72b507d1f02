"""What a sender, and a user who was asked, finds on forms, in lists and in dialogs."""

from datetime import date, datetime, timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import EsignCase
from .people import new_quotation


@tagged("post_install", "-at_install")
class TestSenderDesk(EsignCase):
    # ------------------------------------------------------------- who takes part only
    def test_buttons_are_for_those_who_may_press_them(self):
        envelope = self.send_new([self.colleague.partner_id, self.customer])
        for user, may in ((self.sender, True), (self.all_documents, True), (self.colleague, False)):
            seen = envelope.with_user(user)
            self.assertEqual(seen.may_manage, may, user.name)
            self.assertEqual(set(seen.signer_ids.mapped("may_manage")), {may}, user.name)
            self.assertEqual(set(seen.signer_ids.mapped("may_be_reminded")), {may}, user.name)
        self.assertTrue(self.env["esign.envelope"].with_user(self.sender).new({}).may_manage)

    def test_another_responsible_user_is_named_by_those_who_may(self):
        draft = self.make_envelope()
        with Form(draft.with_user(self.all_documents)) as form:
            form.user_id = self.all_documents
        self.assertEqual(draft.user_id, self.all_documents)
        draft.user_id = self.sender
        with Form(draft.with_user(self.sender)) as form, self.assertRaises(AssertionError):
            form.user_id = self.colleague

    def test_a_document_for_reading_waits_too(self):
        envelope = self.send_new(
            [self.customer, {"partner_id": self.colleague.partner_id.id, "action": "view"}]
        )
        found = self.env["esign.envelope"].with_user(self.colleague)
        search = etree.fromstring(found.get_view(None, "search")["arch"])
        [domain] = search.xpath("//filter[@name='my_turn']/@domain")
        domain = safe_eval(domain, {"uid": self.colleague.id})
        self.assertEqual(found.search(domain), envelope)
        theirs = envelope.with_user(self.colleague)
        self.assertEqual(theirs.my_action, "view")
        viewer = envelope.signer_ids.filtered(lambda s: s.action == "view")
        self.assertEqual(theirs.action_sign()["url"], viewer._page_path())
        viewer._open({})
        self.env.invalidate_all()
        self.assertFalse(theirs.my_action)
        self.assertFalse(found.search(domain))

    def test_the_way_back_is_open(self):
        """Who can't see the envelope is not led there after signing."""
        envelope = self.send_new([self.no_groups.partner_id, self.colleague.partner_id])
        outside, inside = envelope.signer_ids
        self.assertEqual(outside._way_to_office()["next_url"], "/odoo")
        self.assertIn(f"res_id={envelope.id}", inside._way_to_office()["next_url"])

    def test_what_is_out_already_is_not_offered_again(self):
        product = self.env["product.product"].create({"name": "Chair", "list_price": 90})
        self.sender.group_ids += self.env.ref("sales_team.group_sale_salesman")
        order = new_quotation(self.sender, self.customer, product)
        envelopes = self.env["esign.envelope"].with_user(self.sender)
        first = envelopes.browse(order.action_esign_send()["res_id"])
        self.assertFalse(first.may_send_again)
        self.run_jobs()
        self.assertTrue(first.may_send_again)
        second = envelopes.browse(first.action_send_again()["res_id"])
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual([first.may_send_again, second.may_send_again], [False, True])
        second.action_cancel()
        self.env.invalidate_all()
        self.assertEqual([first.may_send_again, second.may_send_again], [True, True])
        self.assertFalse(self.send_new().with_user(self.sender).may_send_again)

    # ------------------------------------------------------------- several in the list
    def test_of_several_the_closed_ones_stay(self):
        sent, draft = self.send_new(), self.make_envelope(name="Not sent")
        over = self.send_new(name="Over")
        over._cancel("Over")
        chosen = (sent | draft | over).with_user(self.sender)
        asked = chosen.action_ask_extend()["context"]
        self.assertEqual(asked["default_envelope_ids"], sent.ids)
        self.assertEqual(set(asked["default_left_names"].split(", ")), {"Not sent", "Over"})
        asked = chosen.action_ask_cancel()["context"]
        self.assertEqual(set(asked["default_envelope_ids"]), set((sent | draft).ids))
        self.assertEqual(asked["default_left_names"], "Over")
        for action in (over.action_ask_extend, over.action_ask_cancel):
            with self.assertRaises(UserError):
                action()

    def test_nothing_changed_keeps_the_link(self):
        signer = self.send_new().signer_ids
        link = self.link_of(signer)
        dialog = (
            self.env["esign.signer.change"]
            .with_user(self.sender)
            .with_context(default_signer_id=signer.id)
            .create({"reason": "Only looking"})
        )
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            dialog.action_change()
        self.assertTrue(self.env["esign.signer"]._find_by_token(link.rpartition("/")[2]))

    # ------------------------------------------------------------- deadlines
    def test_a_deadline_is_the_end_of_a_day(self):
        for zone, hours in (("UTC", 0), ("Asia/Tokyo", -9), ("Etc/GMT+8", 8)):
            envelopes = self.env["esign.envelope"].with_context(tz=zone)
            end = envelopes._end_of_day(date(2031, 5, 6))
            self.assertEqual(end, datetime(2031, 5, 6, 23, 59) + timedelta(hours=hours), zone)
            default = envelopes._default_deadline()
            wanted = fields.Datetime.now() + timedelta(days=self.company.esign_validity_days)
            self.assertTrue(wanted - timedelta(minutes=1) <= default <= wanted + timedelta(days=1))
        envelope = self.send_new(date_deadline=datetime(2031, 5, 7, 3, 59))
        self.colleague.tz = "America/New_York"
        self.assertEqual(envelope._deadline_day(self.colleague), date(2031, 5, 6))

    def test_the_log_tells_a_deadline_in_the_readers_time(self):
        envelope = self.send_new()
        envelope.with_user(self.sender).date_deadline = datetime(2031, 5, 6, 21, 59)
        line = envelope.event_ids.filtered(lambda event: event.code == "extended")
        self.assertIn("11:59:00 PM (UTC+0200)", self.told(line, "Europe/Prague"))
        self.assertIn("(UTC+0000)", self.told(line, "UTC"))

    def told(self, line, zone):
        told = line.with_context(tz=zone).sentence.replace("\u202f", " ")
        return told.replace("23:59:00", "11:59:00 PM")  # as the language writes it

    # ------------------------------------------------------------- made anew
    def test_a_copy_keeps_who_gets_what(self):
        envelope = self.make_envelope([self.customer, self.second], documents=3)
        first, _middle, last = envelope.document_ids
        envelope.signer_ids[1].document_ids = first | last
        copied = envelope.with_user(self.sender).copy()
        self.assertFalse(copied.signer_ids[0].document_ids)
        wanted = copied.document_ids[0] | copied.document_ids[2]
        self.assertEqual(copied.signer_ids[1].document_ids, wanted)
        self.assertEqual(wanted.mapped("name"), (first | last).mapped("name"))

    def test_why_nothing_is_deleted(self):
        envelope = self.send_new().with_user(self.sender)
        with self.assertRaisesRegex(UserError, "can be cancelled instead"):
            envelope.unlink()
        envelope.action_cancel()
        with self.assertRaisesRegex(UserError, "it was sent, and its log is evidence"):
            envelope.unlink()

    # ------------------------------------------------------------- words and people
    def test_the_log_groups_by_words(self):
        envelope = self.send_new()
        events = self.env["esign.event"].with_user(self.sender)
        words = dict(events.fields_get(["code"])["code"]["selection"])
        self.assertEqual(words["consented"], "Consented")
        groups = events.formatted_read_group(
            [("envelope_id", "=", envelope.id)], ["code"], ["__count"]
        )
        found = {group["code"] for group in groups}
        self.assertEqual(found, set(self.codes(envelope)))
        self.assertLessEqual(found, set(words))

    def test_the_counterparty_is_none_of_us(self):
        people = [self.colleague.partner_id, {"partner_id": self.customer.id, "step": 2}]
        self.assertEqual(self.make_envelope(people).partner_id, self.customer)
        self.assertEqual(self.make_envelope(people[:1]).partner_id, self.colleague.partner_id)

    def test_from_a_contact(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        person = self.env["res.partner"].create(
            {"name": "Fred Firm", "email": "fred@example.org", "parent_id": firm.id}
        )
        action = self.env.ref("odoo_esign.action_esign_new").with_user(self.sender)
        context = {"active_model": "res.partner", "active_ids": person.ids, "active_id": person.id}
        opened = action.with_context(**context).run()
        with Form(
            self.env["esign.envelope"].with_user(self.sender).with_context(**opened["context"])
        ) as form:
            form.name = "Made from the contact"
        envelope = form.record
        self.assertEqual(envelope.signer_ids.mapped("email"), ["fred@example.org"])
        contacts = (firm | person).with_user(self.sender)
        self.assertEqual(contacts.mapped("esign_envelope_count"), [1, 1])
        domain = firm.with_user(self.sender).action_esign_view()["domain"]
        self.assertEqual(self.env["esign.envelope"].search(domain), envelope)

    def test_groups_are_told_in_words(self):
        group = {"quorum_group": "Board", "quorum": 2, "step": 2}
        envelope = self.make_envelope(
            [self.customer]
            + [{"partner_id": p.id, **group} for p in (self.second, self.third)]
        )
        self.assertEqual(
            envelope.signer_ids.mapped("group_words"), [False, "Board: 2 of 2", "Board: 2 of 2"]
        )
        self.assertTrue(envelope.has_steps and envelope.has_groups)
        self.assertFalse(envelope.has_proofs)
