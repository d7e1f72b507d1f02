"""The signer's request: its cost in queries is known and does not grow with the document."""

from lxml import etree

from odoo.tests import tagged

from .common import EsignCase

SIGN_QUERIES = 15


@tagged("post_install", "-at_install")
class TestQueries(EsignCase):
    def count(self, pages, **options):
        """Return how many queries a signature takes, whose pictures were adopted before."""
        envelope = self.send_new(pages=pages, **options)
        signer = self.env["esign.signer"].browse(envelope.signer_ids.id)
        request = self.consent(signer)
        for kind in {"signature", "initials", "stamp"} & request.keys():
            answer = signer._adopt(kind, request[kind].pop("image"))
            request[kind]["picture"] = answer["picture"]
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = signer._consent(
            request, {"identification": "link", "ip_address": "192.0.2.1", "user_agent": "x"}
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertTrue(answer["ok"])
        return self.env.cr.sql_log_count - before

    def test_signing_costs_the_same_for_1_and_200_pages(self):
        self.count(1)  # fills the caches of the registry
        one, many = self.count(1), self.count(200)
        self.assertEqual(one, many)
        self.assertEqual(one, SIGN_QUERIES)

    def test_pictures_are_found_in_one_query(self):
        kinds = [{"kind": kind} for kind in ("initials", "stamp")]
        self.count(1, fields=kinds)
        self.assertEqual(self.count(1, fields=kinds), SIGN_QUERIES)

    def test_signing_renders_and_seals_nothing(self):
        envelope = self.send_new()
        self.sign(envelope.signer_ids)
        self.assertFalse(envelope.document_ids.sealed_attachment_id)
        self.assertEqual(
            envelope.job_ids.filtered(lambda j: j.state == "pending").mapped("kind"),
            ["apply", "complete"],
        )

    def test_list_of_envelopes_costs_the_same_for_2_and_12(self):
        names = ["name", "state", "progress", "partner_id", "needs_attention", "is_late"]
        envelopes = self.env["esign.envelope"].browse(
            [self.make_envelope().id for _number in range(12)]
        )

        def cost(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.sender).read(names)
            return self.env.cr.sql_log_count - before

        cost(envelopes[:2])
        self.assertEqual(cost(envelopes[:2]), cost(envelopes))

    def test_lists_cost_the_same_for_2_and_40(self):
        """What the list and the cards of envelopes ask for, with everything in them."""
        first = self.send_new()
        for _number in range(39):
            first.copy()
        envelopes = self.env["esign.envelope"].search([("user_id", "=", self.sender.id)])
        self.assertGreaterEqual(len(envelopes), 40)
        for kind in ("list", "kanban", "calendar"):
            names = self.names_in(kind)
            self.assertIn("progress", names)

            def cost(limit, names=names):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.env["esign.envelope"].with_user(self.sender).web_search_read(
                    [("id", "in", envelopes.ids)], {name: {} for name in names}, limit=limit
                )
                return self.env.cr.sql_log_count - before

            cost(2)
            self.assertEqual(cost(2), cost(40), kind)

    def names_in(self, kind):
        """Return the fields that a view asks for."""
        views = self.env["esign.envelope"].with_user(self.sender).get_views([(False, kind)])
        return views["models"]["esign.envelope"]["fields"].keys() & {
            node.get("name")
            for node in etree.fromstring(views["views"][kind]["arch"]).iter("field")
        }
