"""Outside time stamp servers: set, tested and used; nothing takes their place when they fail."""

from unittest.mock import patch

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.esign_secrets import MASK
from ..pades import stamp_servers
from ..pades.authority import create_authority
from ..pades.certificates import fingerprint_words
from ..pades.errors import StampFailed
from ..pades.longterm import judge
from ..pades.stamper import LocalStamper
from ..pades.validate import check_sealed
from .actors import ActorCase
from .common import EsignHttpCase

CA = create_authority("Trusted Time Ltd", "BE")
HOST = "stamps.example.com"
URL = f"https://{HOST}/tsa"


def pem(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


class StampCase(ActorCase):
    """An outside service stands behind the addresses; ``down`` are those that don't answer."""

    def setUp(self):
        super().setUp()
        self.asked, self.down = [], set()
        self.startPatcher(patch.object(stamp_servers, "_post", self.answer))

    async def answer(self, server, body):
        self.asked.append(server)
        if server.host in self.down:
            raise StampFailed("cannot be reached", "unreachable")
        outside = LocalStamper(CA.tsa_cert, CA.tsa_key, [CA.root_cert], policy="1.2.3.4")
        request = tsp.TimeStampReq.load(body)
        return (await outside.async_request_tsa_response(request)).dump()

    def make_server(self, user=None, **values):
        values = {
            "name": "Trusted Time",
            "url": URL,
            "company_id": self.company.id,
            "add_certificates": pem(CA.root_cert),
            "state": "enabled",
            **values,
        }
        [id_] = self.rpc(user or self.esign_admin, "esign.stamp.server", "create", [values])
        return self.env["esign.stamp.server"].browse(id_)


@tagged("post_install", "-at_install")
class TestStampServers(StampCase):
    # ------------------------------------------------------------- setting
    def test_roots_are_read(self):
        server = self.make_server()
        self.assertEqual(server.root_ids.fingerprint, fingerprint_words(CA.root_cert))
        self.assertIn("Trusted Time Ltd", server.root_ids.subject)
        self.assertFalse(server.add_certificates)
        self.rpc(
            self.esign_admin, "esign.stamp.server", "write", server.ids,
            {"add_certificates": pem(CA.root_cert)},
        )  # fmt: skip
        self.assertEqual(len(server.root_ids), 1)

    def test_what_can_not_be(self):
        for values, error in (
            ({"add_certificates": False}, ValidationError),  # enabled, and nobody is trusted
            ({"add_certificates": "nonsense"}, UserError),
            ({"add_certificates": pem(CA.tsa_cert)}, UserError),  # no authority's
            ({"url": "ftp://example.com"}, ValidationError),
            ({"url": "example.com/tsa"}, ValidationError),
            ({"url": "https://"}, ValidationError),
            ({"url": "http://["}, ValidationError),
            ({"url": "https://user:secret@example.com/"}, ValidationError),
            ({"policy": "mine"}, ValidationError),
            ({"timeout": 0}, ValidationError),
            ({"timeout": 600}, ValidationError),
        ):
            with (
                self.subTest(values),
                self.assertRaises(error),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.make_server(**values)

    def test_what_was_used_stays(self):
        """Documents that it stamped are judged by its certificates."""
        server = self.make_server()
        root = server.root_ids
        self.assertRefused(self.esign_admin, "esign.stamp.server", "unlink", server.ids)
        self.assertRefused(self.esign_admin, "esign.stamp.root", "unlink", root.ids)
        for values in ({"certificate": "eA=="}, {"sha256": "0" * 64}):
            self.assertRefused(self.esign_admin, "esign.stamp.root", "write", root.ids, values)
        # the last one of a server that is in use
        self.assertRefused(
            self.esign_admin, "esign.stamp.root", "write", root.ids, {"trusted": False}
        )
        draft = self.make_server(state="disabled")
        self.rpc(self.esign_admin, "esign.stamp.server", "unlink", draft.ids)

    def test_only_administrators(self):
        server = self.make_server()
        for user in (self.sender, self.all_documents, self.no_groups, self.portal):
            self.assertAccessError(user, "esign.stamp.server", "read", server.ids)
            self.assertAccessError(user, "esign.stamp.server", "action_test", server.ids)
        self.assertAccessError(self.foreigner, "esign.stamp.server", "read", server.ids)

    def test_secrets(self):
        server = self.make_server(username="jane", password="geheim", token="t0ken")
        [values] = self.rpc(
            self.esign_admin, "esign.stamp.server", "read", server.ids, ["password", "token"]
        )
        self.assertEqual((values["password"], values["token"]), (MASK, MASK))
        used = server._as_server()
        self.assertEqual((used.username, used.password, used.bearer), ("jane", "geheim", "t0ken"))
        self.assertFalse(server.is_open_password)
        server.url = "http://example.com"
        self.assertTrue(server.is_open_password)

    # ------------------------------------------------------------- choosing
    def test_order_and_states(self):
        first = self.make_server(sequence=2, url="https://b.example.com")
        second = self.make_server(sequence=1, url="https://a.example.com")
        trial = self.make_server(state="test", sequence=0)
        used = self.env["esign.stamp.server"]._used_by
        self.assertEqual(used(self.company), second | first)
        (first | second).write({"state": "disabled"})
        self.assertEqual(used(self.company), trial)
        self.assertFalse(used(self.other_company))
        trial.state = "disabled"
        self.assertFalse(self.company._esign_stamping().external)
        self.assertIn(CA.root_cert, self.company._esign_stamp_roots(), "for old documents")

    def test_next_one_is_asked(self):
        self.make_server(url="https://a.example.com", sequence=1)
        self.make_server()
        self.down.add("a.example.com")
        stamper = self.company._esign_stamper()
        stamp_servers.run(stamper.async_timestamp(bytes(32), "sha256"))
        self.assertEqual([one.host for one in self.asked], ["a.example.com", HOST])
        self.assertEqual(stamper.used, HOST)

    def test_each_is_believed_by_its_own_root(self):
        server = self.make_server()
        other = create_authority("Other Time", "BE")
        server._add_roots(other.root_cert)
        server.root_ids.filtered(lambda r: r._der() == CA.root_cert).trusted = False
        with self.assertRaises(StampFailed) as failed:
            stamp_servers.run(self.company._esign_stamper().async_timestamp(bytes(32), "sha256"))
        self.assertEqual(failed.exception.code, "untrusted")

    # ------------------------------------------------------------- test
    def test_button(self):
        server = self.make_server(policy="1.2.3.4")
        test = self.press_test(server)
        self.assertTrue(test.is_good)
        self.assertFalse(test.problem or test.offered)
        for word in (HOST, "1.2.3.4", "1 s"):
            self.assertIn(word, test.stamp_facts)
        self.assertEqual(len(test.chain.splitlines()), 2)
        self.assertTrue(server.last_ok)
        self.assertTrue(server.last_test)

    def test_root_is_taken_over(self):
        """Only after its fingerprint was compared."""
        server = self.make_server(state="disabled", add_certificates=False)
        test = self.press_test(server)
        self.assertFalse(test.is_good)
        self.assertIn("nothing vouches", test.problem)
        self.assertEqual(test.offered_fingerprint, fingerprint_words(CA.root_cert))
        trust = ("esign.stamp.test", "action_trust", test.ids)
        self.assertRefused(self.esign_admin, *trust)
        self.assertFalse(server.root_ids)
        self.rpc(self.esign_admin, "esign.stamp.test", "write", test.ids, {"is_compared": True})
        action = self.rpc(self.esign_admin, *trust)
        self.assertTrue(self.env["esign.stamp.test"].browse(action["res_id"]).is_good)
        self.assertEqual(server.root_ids._der(), CA.root_cert)
        server.state = "enabled"

    def test_button_tells_what_is_wrong(self):
        server = self.make_server()
        self.down.add(HOST)
        test = self.press_test(server)
        self.assertIn("cannot be reached", test.problem)
        self.assertFalse(test.is_good or test.chain)
        self.assertFalse(server.last_ok)
        self.assertIn("cannot be reached", server.last_result)
        self.down.clear()
        stranger = self.make_server(
            url="https://c.example.com",
            add_certificates=pem(create_authority("Other Time", "BE").root_cert),
        )
        test = self.press_test(stranger)
        self.assertIn("not trusted", test.problem)
        self.assertTrue(test.offered)
        self.assertFalse(test.is_good)

    def press_test(self, server):
        action = self.rpc(self.esign_admin, "esign.stamp.server", "action_test", server.ids)
        return self.env["esign.stamp.test"].browse(action["res_id"])

    # ------------------------------------------------------------- documents
    def test_document(self):
        """Every stamp comes from outside, and the result holds for decades, offline."""
        self.make_server()
        envelope = self.sign_all(self.send_new())
        self.assertEqual(envelope.state, "completed")
        for event in envelope.event_ids.filtered(lambda e: e.code in ("certified", "stamped")):
            self.assertEqual(event._facts()["stamper"], HOST)
        self.assertEqual(envelope.stamp_words, f"by {HOST}, an outside time stamp service")
        pdf = envelope.document_ids._read_pdf("sealed")
        names = ["company", f"s{envelope.signer_ids.id}", "archive_1"]
        trust = envelope._whom_to_trust()
        self.assertFalse(check_sealed(pdf, expected_fields=names, level="B-LTA", **trust))
        self.assertTrue(all(one.passed for one in judge(pdf, **trust)))
        own = self.env["esign.authority"]._all_of(self.company)._roots()
        self.assertTrue(check_sealed(pdf, expected_fields=names, level="B-LTA", roots=own))
        self.assertFalse(envelope._verify_evidence(deep=True))
        report = self.env["report.odoo_esign.report_certificate"]
        said = " ".join(report._made_with(envelope))
        self.assertIn(f"come from {HOST}, not from a clock of the company", said)
        self.assertNotIn("do not prove", said)
        self.assertFalse(envelope.seal_is_test)

    def test_own_clock_is_called_that(self):
        envelope = self.sign_all(self.send_new())
        self.assertIn("by the clock of", envelope.stamp_words)
        self.assertFalse(self.asked)

    def test_test_mode_is_said(self):
        self.make_server(state="test")
        envelope = self.sign_all(self.send_new())
        self.assertTrue(envelope.seal_is_test)

    def test_server_that_fails(self):
        """The job waits and says why; no other clock steps in."""
        self.make_server()
        envelope = self.send_new()
        self.down.add(HOST)
        self.assertTrue(self.sign(envelope.signer_ids)["ok"])
        failed = self.run_jobs(allow_failures=True)
        self.assertEqual((failed.kind, failed.state), ("apply", "pending"))
        self.assertIn(f"{HOST}: cannot be reached", failed.error)
        self.assertEqual(envelope.state, "signed")
        self.assertNotIn("sealed", self.codes(envelope))
        self.down.clear()
        failed._retry()
        self.run_jobs()
        self.assertEqual(envelope.state, "completed")
        stampers = self.env["report.odoo_esign.report_certificate"]._stampers(envelope)
        self.assertEqual(stampers, {HOST})

    def test_changed_in_the_middle(self):
        """Begun by the own clock, finished by a service: both are told, and everything holds."""
        envelope = self.send_new()
        self.make_server()
        self.sign_all(envelope)
        self.assertEqual(envelope.state, "completed")
        self.assertIn("by the clock of", envelope.stamp_words)
        self.assertIn(HOST, envelope.stamp_words)
        self.assertFalse(envelope._verify_evidence(deep=True))

    def test_renewal(self):
        """The own clock's stamp gets one from outside on top, and that one another."""
        envelope = self.sign_all(self.send_new())
        self.make_server()
        for _again in (1, 2):
            envelope.with_user(self.esign_admin).action_renew()
            self.run_jobs()
        renewed = envelope.event_ids.filtered(lambda e: e.code == "renewed")
        self.assertEqual({event._facts()["stamper"] for event in renewed}, {HOST})
        self.assertFalse(envelope._verify_evidence(deep=True))

    def test_daily_anchor(self):
        self.make_server()
        self.sign_all(self.send_new())
        anchors = self.env["esign.anchor"]
        anchors._make(self.company.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(anchors._last(self.company.id).stamper, HOST)
        self.assertFalse(anchors._check(self.company.id, 1))


@tagged("post_install", "-at_install")
class TestStampersOnVerifyPage(EsignHttpCase):
    answer, make_server = StampCase.answer, StampCase.make_server

    def setUp(self):
        super().setUp()
        self.asked, self.down = [], set()
        self.startPatcher(patch.object(stamp_servers, "_post", self.answer))

    def test_told_apart(self):
        own = self.sign_all(self.send_new())
        self.make_server()
        outside = self.sign_all(self.send_new())
        own.with_user(self.esign_admin).action_renew()
        self.run_jobs()
        check = self.env["esign.verification"]._check_file
        answer = check(outside.document_ids._read_pdf("sealed"), self.env.user)
        self.assertIn("independent time stamp service", answer["timing"])
        self.assertEqual({row["colour"] for row in answer["signatures"]}, {"green"})
        self.assertEqual(answer["signatures"][-1]["clock"], "by Trusted Time Ltd")
        self.assertTrue(answer["signatures"][-1]["by_service"])
        mixed = check(own.document_ids._read_pdf("sealed"), self.env.user)
        self.assertIn("clock of", mixed["timing"])
        self.assertIn("confirmed later", mixed["timing"])
        mark = answer["signatures"][-1]["root"]
        page = self.url_open(f"/esign/trust/{mark}")
        self.assertIn("time stamp service that", page.text)
        file = self.url_open(f"/esign/trust/{mark}/ca-root.pem")
        self.assertEqual(file.text, pem(CA.root_cert))
        self.assertEqual(self.url_open(f"/esign/trust/{mark}/ca-root.der").status_code, 404)
        self.assertEqual(self.url_open(f"/esign/trust/{mark}/ca-root.crt").content, CA.root_cert)
