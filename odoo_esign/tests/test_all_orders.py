"""Five participants over three steps, posting in all 120 orders."""

from itertools import permutations

from odoo.tests import tagged

from ..models import esign_signer_consent
from .common import NETWORK, EsignCase, make_image

# who comes in which step; of the board one is enough
STEPS = {"approver": 1, "viewer": 1, "board_1": 2, "board_2": 2, "signer": 3}
BOARD = ("board_1", "board_2")


class Expected:
    """Whose turn it is, kept apart from the product's own idea of it."""

    def __init__(self):
        self.done = []

    def may(self, who):
        if who in self.done or (who in BOARD and any(one in self.done for one in BOARD)):
            return False
        before = [other for other, step in STEPS.items() if step < STEPS[who]]
        waiting = [other for other in before if other not in self.done and other not in BOARD]
        board_waits = STEPS[who] > 2 and not any(one in self.done for one in BOARD)
        return not waiting and not board_waits

    @property
    def is_over(self):
        return not any(self.may(who) for who in STEPS)


@tagged("post_install", "-at_install")
class TestAllOrders(EsignCase):
    def setUp(self):
        super().setUp()
        group = {"step": 2, "quorum_group": "board", "quorum": 1}
        envelope = self.send_new(
            [
                {"partner_id": self.manager.partner_id.id, "action": "approve", "role": "approver"},
                {
                    "partner_id": self.portal.partner_id.id,
                    "action": "view",
                    "view_blocks": True,
                    "role": "viewer",
                },
                {"partner_id": self.customer.id, "role": "board_1", **group},
                {"partner_id": self.second.id, "role": "board_2", **group},
                {"partner_id": self.third.id, "role": "signer", "step": 3},
            ]
        )
        self.envelope = self.env["esign.envelope"].browse(envelope.id)
        self.people = {signer.role: signer.id for signer in envelope.signer_ids}
        # the same picture hundreds of times: looked at once
        image = make_image()
        self.patch(esign_signer_consent, "prepare_image", lambda _data: image)
        self.posts = {who: self.consent(self.signer(who)) for who in STEPS}

    def signer(self, who):
        return self.env["esign.signer"].browse(self.people[who])

    def post(self, who):
        """Do what ``who`` does on the page; return whether it counted."""
        signer = self.signer(who)
        if who == "viewer":
            before = signer.date_opened
            signer._open({})
            return bool(signer.date_opened) and not before
        already = signer.state == "signed"
        return signer._consent(self.posts[who], NETWORK)["ok"] and not already

    def play(self, order):
        """Let everybody post in this order again and again, until nothing can happen any more."""
        expected = Expected()
        while not expected.is_over:
            for who in order:
                may = expected.may(who)
                self.assertEqual(self.post(who), may, (order, who, expected.done))
                if may:
                    expected.done.append(who)
        self.assertEqual(self.envelope.state, "signed", order)
        self.assertEqual(len(self.envelope.signature_ids), 3, order)
        return expected.done

    def test_no_act_out_of_turn(self):
        ways = set()
        for order in permutations(STEPS):
            with self.env.cr.savepoint() as savepoint:
                ways.add(tuple(self.play(order)))
                savepoint.rollback()
            self.env.invalidate_all()
        # two orders of the first step, and either of the board
        self.assertEqual(len(ways), 4)
        self.assertEqual(self.envelope.state, "sent")

    def test_the_same_envelope_to_its_end(self):
        done = self.play(("signer", "board_2", "viewer", "board_1", "approver"))
        self.assertEqual(done, ["viewer", "approver", "board_2", "signer"])
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        states = {signer.role: signer.state for signer in self.envelope.signer_ids}
        self.assertEqual(states["board_1"], "released")
        self.assertFalse(self.envelope._verify_evidence())
