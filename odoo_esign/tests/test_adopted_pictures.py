"""A picture is checked when it is adopted, and only named when it is signed with."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..pades.appearance import prepare_image
from .actors import ActorCase
from .common import NETWORK, EsignCase, EsignHttpCase, make_image

LARGE = (240, 90)


def encoded(data):
    return base64.b64encode(data).decode()


class Adopting:
    """What is asked of the table itself."""

    def pictures(self, signer=None):
        """Return the kinds of the pictures that are kept."""
        self.env.cr.execute(
            "SELECT kind FROM esign_picture WHERE signer_id = ANY(%s) ORDER BY kind",
            [(signer or self.signer).ids],
        )
        return [kind for (kind,) in self.env.cr.fetchall()]

    def adopted(self):
        """Return a participant, and the record of the picture that this one has adopted."""
        signer = self.send_new().signer_ids
        self.assertTrue(signer._adopt("signature", self.encoded_image())["ok"])
        return signer, self.env["esign.picture"].search([("signer_id", "=", signer.id)])


@tagged("post_install", "-at_install")
class TestAdopting(Adopting, EsignHttpCase):
    def set_the_scene(self):
        self.envelope = self.send_new(fields=[{"kind": "initials"}])
        self.signer = self.envelope.signer_ids

    def setUp(self):
        super().setUp()
        self.page = self.page_of(self.open_link(self.signer))

    def adopt(self, kind="signature", image=None, page=None):
        page = page or self.page
        params = {"kind": kind, "image": image or self.encoded_image()}
        return self.post(page["urls"]["picture"], {**params, "csrf_token": page["csrf_token"]})

    def sign_with(self, **names):
        """Sign as the page does: with names of pictures, in place of pictures."""
        given = {
            kind: {"kind": "drawn", "name": "Anna Customer", "picture": name}
            for kind, name in names.items()
        }
        return self.post_sign(self.signer, self.page, **given)

    def test_adopted_and_signed_with(self):
        before = self.snapshot(self.envelope)
        signature, initials = self.adopt(), self.adopt("initials", self.encoded_image((120, 80)))
        self.assertEqual((signature["ok"], initials["ok"]), (True, True))
        self.assertEqual(self.snapshot(self.envelope), before, "nothing but the pictures")
        answer = self.sign_with(signature=signature["picture"], initials=initials["picture"])
        self.assertTrue(answer["ok"], answer)
        kept = self.signer.signature_ids
        self.assertEqual(kept.kind, "drawn")
        self.assertEqual(kept._picture("signature"), prepare_image(make_image()))
        self.assertEqual(kept._picture("initials"), prepare_image(make_image((120, 80))))
        self.assertEqual(self.pictures(), ["initials", "signature"], "the signer waits for nothing")
        self.run_jobs()
        self.assertEqual(self.envelope.state, "completed")
        self.assertEqual(self.pictures(), [])

    def test_another_one_takes_its_place(self):
        """From another device, say: what this one has adopted is not there any more."""
        first = self.adopt()["picture"]
        second = self.adopt(image=self.encoded_image(LARGE))["picture"]
        self.assertNotEqual(first, second)
        self.assertEqual(self.pictures(), ["signature"])
        initials = self.adopt("initials")["picture"]
        answer = self.sign_with(signature=first, initials=initials)
        self.assertEqual((answer["ok"], answer["code"]), (False, "picture"))
        self.assertIn("once more", answer["message"])
        self.assertFalse(self.envelope.signature_ids)
        self.assertTrue(self.sign_with(signature=second, initials=initials)["ok"])
        kept = self.signer.signature_ids._picture("signature")
        self.assertEqual(kept, prepare_image(make_image(LARGE)))

    def test_each_kind_for_itself(self):
        name = self.adopt("initials")["picture"]
        self.assertEqual(self.sign_with(signature=name, initials=name)["code"], "picture")

    def test_names_that_are_none(self):
        self.adopt("initials")
        nobodys = ("0" * 64, "x", "\0" * 64, "\ud800", ["0" * 64], {"a": 1}, 7, True)
        for name in nobodys:
            answer = self.sign_with(signature=name)
            self.assertEqual((answer["ok"], answer["code"]), (False, "picture"), name)
        for name in (None, "", False, 0, [], {}):
            self.assertEqual(self.sign_with(signature=name)["code"], "invalid", name)
        self.assertFalse(self.envelope.signature_ids)

    def test_pictures_of_others(self):
        other = self.send_new([self.second]).signer_ids
        theirs = self.adopt(page=self.page_of(self.open_link(other)))["picture"]
        self.page = self.page_of(self.open_link(self.signer))
        self.assertEqual(self.sign_with(signature=theirs)["code"], "picture")
        self.assertFalse(self.envelope.signature_ids)

    def test_unusable_pictures(self):
        blank = make_image((40, 40))[:20]
        for image, words in (
            ("?", "can't be read"),
            (encoded(blank), "not a picture that can be used"),
            (encoded(b"GIF89a"), "not a picture that can be used"),
            (encoded(make_image() + b"\0" * 6_000_000), "too large"),
        ):
            answer = self.adopt(image=image)
            self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"))
            self.assertIn(words, answer["message"])
        for kind in ("Signature", "", None, [], {}, "image"):
            self.assertEqual(self.adopt(kind)["code"], "invalid", kind)
        self.assertEqual(self.pictures(), [])

    def test_picture_in_the_request_itself(self):
        """As pages did that were opened before an update, and as programs may."""
        answer = self.post_sign(self.signer, self.page)
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(self.pictures(), [])

    def test_saved_picture_has_no_name(self):
        """Who is not logged in has none, whatever was adopted."""
        self.adopt("initials")
        chosen = {"kind": "saved", "name": "Anna", "picture": self.adopt()["picture"]}
        answer = self.post_sign(self.signer, self.page, signature=chosen)
        self.assertEqual((answer["ok"], answer["code"]), (False, "invalid"))

    def test_strangers(self):
        """Without the cookie, with that of another link, with another visitor's token."""
        other = self.send_new([self.second]).signer_ids
        page = self.page
        self.be()
        self.assertEqual(self.adopt()["code"], "revoked")
        self.page = {**page, "csrf_token": self.page_of(self.open_link(other))["csrf_token"]}
        self.assertEqual(self.adopt()["code"], "revoked")
        self.open_link(self.signer)
        self.assertEqual(self.adopt(page=page)["code"], "csrf")
        self.assertEqual(self.pictures(self.signer | other), [])

    def test_after_the_end(self):
        self.assertTrue(self.post_sign(self.signer, self.page)["ok"])
        self.assertEqual(self.adopt()["code"], "already")
        self.assertEqual(self.pictures(), [])


@tagged("post_install", "-at_install")
class TestForgetting(Adopting, EsignCase):
    """Whoever is done leaves no picture behind, and neither does whoever was replaced."""

    def send_adopted(self, signers=None, **options):
        envelope = self.send_new(signers, **options)
        for signer in envelope.signer_ids.filtered(lambda s: s._can_act()):
            self.assertTrue(signer._adopt("signature", self.encoded_image())["ok"])
        return envelope

    def test_when_it_is_not_their_turn(self):
        people = [self.customer, {"partner_id": self.second.id, "step": 2}]
        people += [{"partner_id": self.third.id, "action": "view"}]
        _first, second, viewer = self.send_adopted(people).signer_ids
        for signer in (second, viewer):
            answer = signer._adopt("signature", self.encoded_image())
            self.assertEqual(answer["code"], "not_your_turn")
            self.assertEqual(self.pictures(signer), [])

    def test_approvers_too(self):
        envelope = self.send_new([{"partner_id": self.customer.id, "action": "approve"}])
        signer = envelope.signer_ids
        name = signer._adopt("signature", self.encoded_image())["picture"]
        signature = {"kind": "typed", "name": "Anna", "picture": name}
        self.assertTrue(self.sign(signer, signature=signature)["ok"])
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        self.assertEqual(self.pictures(signer), [])

    def test_released(self):
        board = {"quorum_group": "board", "quorum": 1}
        people = [{"partner_id": p.id, **board} for p in (self.customer, self.second)]
        envelope = self.send_adopted([*people, {"partner_id": self.third.id}])
        first, second, third = envelope.signer_ids
        self.sign(first)
        self.run_jobs()
        self.assertEqual(second.state, "released")
        self.assertEqual(self.pictures(first | second), [])
        self.assertEqual(self.pictures(third), ["signature"], "still to be signed with")

    def test_declined(self):
        for policy, left in (("end", []), ("participant", ["signature"])):
            envelope = self.send_adopted([self.customer, self.second], decline_policy=policy)
            first, second = envelope.signer_ids
            self.assertTrue(first._decline("No", NETWORK)["ok"])
            self.run_jobs()
            self.assertEqual(self.pictures(first), [], policy)
            self.assertEqual(self.pictures(second), left, policy)

    def test_ended_by_the_sender_or_the_clock(self):
        cancelled, expired = self.send_adopted(), self.send_adopted()
        cancelled.with_user(self.sender).action_cancel()
        expired._expire()
        self.assertEqual(expired.state, "expired")
        self.assertEqual(self.pictures(cancelled.signer_ids | expired.signer_ids), [])

    def test_somebody_else_stands_there(self):
        envelope = self.send_adopted(allow_delegation=True)
        signer = envelope.signer_ids
        person = {"name": "Olga Other", "email": "olga@example.net", "reason": "On holiday"}
        self.assertTrue(signer._delegate(person, NETWORK)["ok"])
        self.assertEqual(self.pictures(signer), [])

    def test_vacuum(self):
        kept, old, over = (self.send_adopted().signer_ids for _number in range(3))
        month_ago = fields.Datetime.now() - timedelta(days=31)
        self.env["esign.picture"].search([("signer_id", "=", old.id)]).date_adopted = month_ago
        self.sign(over)
        with mute_logger("odoo.models.unlink"):
            self.env["esign.picture"]._gc_pictures()
        self.assertEqual(self.pictures(old | over), [])
        self.assertEqual(self.pictures(kept), ["signature"])


@tagged("post_install", "-at_install")
class TestNobodyReadsThem(Adopting, ActorCase):
    def test_users(self):
        signer, picture = self.adopted()
        admin = self.env.ref("base.user_admin")
        for user in (admin, self.esign_admin, self.sender, self.portal, self.no_groups):
            for method, args in (
                ("search_read", [[]]),
                ("read", [picture.ids, ["image"]]),
                ("write", [picture.ids, {"kind": "stamp"}]),
                ("create", [[{"signer_id": signer.id, "kind": "stamp"}]]),
                ("unlink", [picture.ids]),
            ):
                self.assertAccessError(user, "esign.picture", method, *args)
        self.assertFalse(
            self.env["ir.attachment"].sudo().search([("res_model", "=", "esign.picture")])
        )


@tagged("post_install", "-at_install")
class TestNoAddressShowsThem(Adopting, EsignHttpCase):
    def test_odoos_own_addresses(self):
        _signer, picture = self.adopted()
        shown = prepare_image(make_image())
        for user in (self.env.ref("base.user_admin"), self.sender, None):
            self.be(user)
            for path in (f"/web/image/esign.picture/{picture.id}/image", "/web/content"):
                query = f"?model=esign.picture&id={picture.id}&field=image"
                self.assertNotIn(shown, self.url_open(path + query).content, path)
