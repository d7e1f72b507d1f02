"""What the tests share: one user per actor, small PDFs, envelopes, links and signatures."""

import base64
import functools
import html
import json
import re
from unittest.mock import patch

from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import SQL

from ..models import esign_job_prepare
from ..pades.inspect import inspect_upload
from .caught_mails import LINK as LINK  # tests take it from here
from .caught_mails import CaughtMails
from .drawings import draw_content as draw_content  # the tests of reports take it from here
from .drawings import draw_participants_page, make_image, make_pdf
from .outside_judges import OutsideJudges
from .people import People
from .scenes import Scenes

_inspect_once = functools.cache(inspect_upload)
NETWORK = {"identification": "link", "ip_address": "192.0.2.7", "user_agent": "Test browser"}


class EsignCommon(CaughtMails, Scenes, People, OutsideJudges):
    """For ``TransactionCase`` and ``HttpCase`` alike.

    The jobs open cursors of their own; here these share the test's transaction. The page of
    participants is drawn by ReportLab instead of wkhtmltopdf, with the same anchors; the real
    one is printed in the tests of the quotation and of the purchase order. So is the certificate
    of completion, which is printed in tests of its own.
    """

    draw_participants = True
    draw_certificate = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls._registry_patched:
            cls.registry_enter_test_mode_cls()
        cls.env = cls.env(context={"no_reset_password": True, "lang": "en_US"})
        cls._make_companies_and_users()
        cls.env["esign.authority"]._get_for(cls.company)
        cls.env["esign.seal"]._get_for(cls.company)
        cls.env["ir.config_parameter"].sudo().set_param("web.base.url.freeze", True)

    def stand_ins(self):
        super().stand_ins()
        # the child process that looks at uploads is started once for the same bytes
        self.startPatcher(patch.object(esign_job_prepare, "inspect_upload", _inspect_once))
        if self.draw_participants:
            self.startPatcher(
                patch.object(
                    type(self.env["esign.document"]), "_render_participants", draw_participants_page
                )
            )
        if self.draw_certificate:
            self.startPatcher(
                patch.object(
                    type(self.env["esign.envelope"]),
                    "_render_certificate",
                    lambda _envelope, lang: make_pdf(f"Certificate of completion, {lang}"),
                )
            )

    # ------------------------------------------------------------- envelopes
    def make_envelope(self, signers=None, user=None, documents=1, fields=(), pages=1, **values):
        """Return a draft that ``user`` (the sender) has made.

        :param signers: contacts, or dicts of values for ``esign.signer``; one customer if None
        :param int documents: how many PDFs, each with ``pages`` pages
        :param fields: dicts of values for ``esign.field``; ``signer`` is the participant's
            number in the list, ``document`` the PDF's
        """
        user = user or self.sender
        people = [
            person if isinstance(person, dict) else {"partner_id": person.id}
            for person in (signers or [self.customer])
        ]
        for number, person in enumerate(people):
            person.setdefault("sequence", number + 1)
        envelope = (
            self.env["esign.envelope"]
            .with_user(user)
            .create(
                {
                    "name": "Agreement",
                    "company_id": user.company_id.id,
                    "document_ids": [
                        Command.create(
                            {
                                "name": f"Agreement {number + 1}",
                                "upload": base64.b64encode(
                                    make_pdf(f"Agreement {number + 1}", pages=pages)
                                ),
                            }
                        )
                        for number in range(documents)
                    ],
                    "signer_ids": [Command.create(person) for person in people],
                    **values,
                }
            )
        )
        for place, field in enumerate(fields):
            top = 600.0 - 40 * place
            self.env["esign.field"].with_user(user).create(
                {
                    "document_id": envelope.document_ids[field.get("document", 0)].id,
                    "signer_id": envelope.signer_ids[field.get("signer", 0)].id,
                    "page": 0,
                    "left": 72,
                    "bottom": top - 20,
                    "right": 272,
                    "top": top,
                    **{k: v for k, v in field.items() if k not in ("signer", "document")},
                }
            )
        return self.env["esign.envelope"].browse(envelope.id)

    def send(self, envelope, allow_failures=False):
        """Send as the responsible user and run what is queued then."""
        envelope.with_user(envelope.user_id).action_send()
        self.run_jobs(allow_failures=allow_failures)
        return envelope

    def send_new(self, signers=None, **options):
        return self.send(self.make_envelope(signers, **options))

    def run_jobs(self, allow_failures=False):
        """Run every job that is ready, as the crons do, until none is left.

        In a test everything happens in one transaction, whose clock stands still.
        """
        jobs = self.env["esign.job"]
        self.env.flush_all()
        while True:
            self.env.cr.execute(
                """UPDATE esign_job SET next_try = now() AT TIME ZONE 'UTC'
                    WHERE state = 'pending' AND attempts = 0"""
            )
            job_id = jobs._claim()
            if not job_id:
                break
            jobs._run(job_id)
            self.env.invalidate_all()
            self.judge_results(jobs.browse(job_id).exists())
        failed = jobs.search([("error", "!=", False), ("state", "in", ("pending", "attention"))])
        if failed and not allow_failures:
            raise AssertionError("\n".join(f"{job.key}: {job.error}" for job in failed))
        return failed

    def codes(self, envelope):
        """Return the codes of the evidence log in their order."""
        self.env.invalidate_all()
        return envelope.sudo().event_ids.sorted("seq").mapped("code")

    def snapshot(self, envelope):
        """Return every row that belongs to the envelope, to show that nothing has changed."""
        self.env.flush_all()
        rows = {}
        for table, column in (
            ("esign_envelope", "id"),
            ("esign_document", "envelope_id"),
            ("esign_signer", "envelope_id"),
            ("esign_field", "envelope_id"),
            ("esign_signature", "envelope_id"),
            ("esign_event", "envelope_id"),
            ("esign_job", "envelope_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "SELECT to_jsonb(t) FROM %s t WHERE %s = %s ORDER BY id",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    envelope.id,
                )
            )
            rows[table] = [row for (row,) in self.env.cr.fetchall()]
        return rows

    # ------------------------------------------------------------- signing
    def consent(self, signer, **changes):
        """Return what the page of ``signer`` posts when everything is filled in."""
        signer = signer.sudo()
        values = {}
        for field in signer.field_ids:
            if field.kind in ("checkbox", "radio", "strikethrough"):
                values[str(field.id)] = True
            elif field.kind == "selection":
                values[str(field.id)] = (field.options or [""])[0]
            elif field.kind == "number":
                values[str(field.id)] = "12"
            elif field.kind in ("text", "multiline"):
                values[str(field.id)] = "Filled in"
        return {
            "client_key": f"key-{signer.id}",
            "consent": True,
            "consent_version": signer._consent_text()["version"],
            "signature": {
                "kind": "drawn",
                "name": signer.name,
                "image": self.encoded_image(),
            },
            "values": values,
            **self._further_images(signer),
            "reading": {"seconds": 12, "pages": {}},
            "context": {"screen": "1280x900@1", "language": "en-US", "time_zone": "Europe/Vienna"},
            **changes,
        }

    @staticmethod
    def encoded_image(size=(300, 100)):
        return base64.b64encode(make_image(size)).decode()

    def _further_images(self, signer):
        kinds = set(signer.field_ids.mapped("kind")) & {"initials", "stamp"}
        image = self.encoded_image((120, 80))
        return {kind: {"kind": "drawn", "image": image} for kind in kinds}

    def sign(self, signer, network=None, **changes):
        """Sign at the level of the model; return the answer that the page would get."""
        signer = self.env["esign.signer"].browse(signer.id)
        answer = signer._consent(self.consent(signer, **changes), {**NETWORK, **(network or {})})
        self.env.flush_all()
        return answer

    def sign_all(self, envelope):
        """Let everybody sign in turn and run the jobs, until the envelope is completed."""
        while True:
            ready = envelope.signer_ids.filtered(lambda s: s._can_act())
            if not ready:
                break
            answer = self.sign(ready[0])
            assert answer["ok"], answer
            self.run_jobs()
        return envelope

    # ------------------------------------------------------------- RPC
    def rpc(self, user, model, method, *args, **kwargs):
        """Call a method as the web client of ``user`` does; arguments are plain JSON."""
        args, kwargs = json.loads(json.dumps([args, kwargs]))
        records = self.env[model].with_user(user).with_context({})
        self.env.invalidate_all()
        result = call_kw(records, method, list(args), kwargs)
        self.env.flush_all()
        return result


# for classes whose tests are seldom worth their time: only in `make test-slow`, or in Odoo's
# own runs with `--test-tags esign_slow`
slow = tagged("-standard", "esign_slow")


@tagged("post_install", "-at_install")
class EsignCase(EsignCommon, TransactionCase):
    """Tests of models, RPC methods and jobs."""


@tagged("post_install", "-at_install")
class EsignHttpCase(EsignCommon, HttpCase):
    """Tests of the routes, with a browser's cookies."""

    def be(self, user=None):
        """Become another visitor with a new session: ``user``, or nobody."""
        login = user.login if user else None
        return self.authenticate(login, login)

    def open_link(self, signer):
        """Open the link in the mail with fresh cookies, and go where it leads."""
        self.be()
        return self.url_open(self.link_of(signer))

    def page_of(self, response):
        """Return what the server told the page, from the HTML that came."""
        found = re.search(r'<owl-component[^>]* props="([^"]*)"', response.text)
        self.assertTrue(found, f"no signing page but {response.status_code}")
        return json.loads(html.unescape(found[1]))

    def code_of(self, response):
        """Return why a page is closed, or None where it is no closed page."""
        found = re.search(r'data-code="(\w+)"', response.text)
        return found and found[1]

    def post(self, url, params, **options):
        """Post JSON as the page does; return the answer."""
        return self.post_raw(url, {"jsonrpc": "2.0", "id": 1, "params": params}, **options)[
            "result"
        ]

    def post_raw(self, url, payload, **options):
        response = self.url_open(
            url,
            data=payload if isinstance(payload, (str, bytes)) else json.dumps(payload),
            headers={"Content-Type": "application/json", **options.pop("headers", {})},
            **options,
        )
        self.assertEqual(response.status_code, 200, response.text[:300])
        return response.json()

    def post_sign(self, signer, page, **changes):
        """Post the signature from an open page."""
        params = {**self.consent(signer), "csrf_token": page["csrf_token"], **changes}
        return self.post(page["urls"]["sign"], params)
