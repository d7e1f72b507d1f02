"""Lists, cards and filters of the back end, as those who work with many envelopes use them."""

from datetime import datetime, timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval

from .common import NETWORK, EsignCase

MODELS = [
    "esign.envelope",
    "esign.signer",
    "esign.job",
    "esign.event",
    "esign.alert",
    "esign.anchor",
    "esign.seal",
    "esign.stamp.server",
    "esign.authority",
]


@tagged("post_install", "-at_install")
class TestLists(EsignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.env.ref("base.user_admin")

    def view(self, model, kind):
        records = self.env[model].with_user(self.administrator)
        return etree.fromstring(records.get_view(None, kind)["arch"])

    def test_every_filter_finds_and_every_group_groups(self):
        envelope = self.send_new()
        self.assertTrue(envelope)
        known = {
            "uid": self.administrator.id,
            "context_today": fields.Date.today,
            "datetime": safe_datetime,
        }
        for model in MODELS:
            records = self.env[model].with_user(self.administrator)
            names = []
            for node in self.view(model, "search").iter("filter"):
                names.append(node.get("name"))
                with self.subTest(model=model, filter=names[-1]):
                    if node.get("domain"):
                        records.search(safe_eval(node.get("domain"), known), limit=1)
                    if node.get("context"):
                        group = safe_eval(node.get("context"), known)["group_by"]
                        records.formatted_read_group([], [group], ["__count"])
            self.assertEqual(len(names), len(set(names)), model)

    def test_lines_of_today(self):
        envelope = self.send_new()
        domain = "[('ts', '>=', context_today().strftime('%Y-%m-%d'))]"
        [today] = self.view("esign.event", "search").xpath("//filter[@name='today']")
        self.assertEqual(today.get("domain"), domain)
        lines = self.env["esign.event"].search(
            [
                ("envelope_id", "=", envelope.id),
                *safe_eval(domain, {"context_today": datetime.utcnow().date}),
            ]
        )
        self.assertEqual(lines, envelope.event_ids)
        newest = lines.sorted("id")[-1]
        self.assertLess(abs(newest.moment - datetime.utcnow()), timedelta(minutes=10))

    # ------------------------------------------------------------- what waits for me
    def test_waiting_for_me(self):
        """The list of what waits leads to each document, in the word for what is asked."""
        people = [self.colleague, self.all_documents]
        asks = [(people[0], "sign"), (people[1], "approve")]
        envelope = self.send_new(
            [
                {"partner_id": user.partner_id.id, "step": step, "action": action}
                for step, (user, action) in enumerate(asks, start=1)
            ]
        )
        asked = [envelope.with_user(user).my_action for user in people]
        self.assertEqual(asked, ["sign", False])
        self.sign(envelope.signer_ids[0], network=NETWORK)
        self.env.invalidate_all()
        asked = [envelope.with_user(user).my_action for user in people]
        self.assertEqual(asked, [False, "approve"])
        action = self.env.ref("odoo_esign.action_esign_envelope_my_turn")
        views = action.view_ids.view_id
        self.assertEqual(views.mapped("type"), ["list", "kanban"])
        for view in views:
            arch = etree.fromstring(view.arch)
            # nothing is made here, and on a phone no empty column comes first
            self.assertEqual(arch.get("create"), "0")
            self.assertFalse(arch.get("default_group_by"))
            buttons = arch.xpath("//button[@name='action_sign']/@invisible")
            kinds = ("sign", "approve", "view")
            self.assertEqual(buttons, [f"my_action != '{kind}'" for kind in kinds])

    # ------------------------------------------------------------- rows lead on
    def test_rows_lead_to_their_envelope(self):
        envelope = self.send_new()
        for model, records in (
            ("esign.signer", envelope.signer_ids),
            ("esign.job", envelope.job_ids),
            ("esign.event", envelope.event_ids),
        ):
            for kind in ("list", "kanban"):
                arch = self.view(model, kind)
                self.assertEqual(arch.get("action"), "action_open_envelope")
                self.assertEqual(arch.get("type"), "object")
            self.assertEqual(
                records[:1].with_user(self.administrator).action_open_envelope()["res_id"],
                envelope.id,
            )

    def test_the_envelope_of_a_line_may_be_gone(self):
        self.env.cr.execute(
            """INSERT INTO esign_event
                (envelope_id, company_id, seq, prev, ts, code, actor, data, hash)
               VALUES (2147483600, %s, 1, '', '', 'sent', 'system', '{}', '') RETURNING id""",
            [self.company.id],
        )
        line = self.env["esign.event"].browse(self.env.cr.fetchone()[0])
        self.assertFalse(line.moment)
        with self.assertRaisesRegex(UserError, "no longer in the database"):
            line.action_open_envelope()

    def test_versions_of_the_consent_text_are_short_in_lists(self):
        self.company.esign_consent_text = "First line.\n\n" + "Many words follow. " * 50
        newest = self.env["esign.consent"]._newest(self.company)
        self.assertTrue(newest.preview.startswith("First line. Many words"))
        self.assertTrue(newest.preview.endswith("…"))
        self.assertLess(len(newest.preview), 130)
        self.assertGreater(len(newest.text), 500)
