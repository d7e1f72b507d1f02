"""One user per actor, in two companies, and the contacts that they ask to sign.

They are made for each class of tests, unless the database has them already: a database that is
there for tests alone may hold them for good (`dev/devenv/tests_plugin.py`), which saves a second
per class.
"""

from odoo.fields import Command


class People:
    @classmethod
    def _make_companies_and_users(cls):
        cls.company = cls.env.ref("base.main_company")
        cls.other_company = cls._found("res.company", name="Other Company") or cls.env[
            "res.company"
        ].create({"name": "Other Company"})
        own, everything, admin = (
            f"odoo_esign.group_esign_{name}" for name in ("user", "all", "admin")
        )
        # who sends
        cls.sender = cls._make_user("sender", "Sam Sender", own)
        # another user with the same rights, who is no part of it
        cls.colleague = cls._make_user("colleague", "Cora Colleague", own)
        cls.all_documents = cls._make_user("all_documents", "Alma All", everything)
        cls.esign_admin = cls._make_user(
            "esign_admin", "Ada Administrator", admin, "base.group_system"
        )
        cls.no_groups = cls._make_user("no_groups", "Nora Nogroup", "base.group_user")
        cls.manager = cls._make_user("manager", "Mia Manager", "purchase.group_purchase_manager")
        cls.foreigner = cls._make_user(
            "foreigner", "Finn Foreign", admin, company=cls.other_company
        )
        cls.portal = cls._make_user("portal_signer", "Petra Portal", "base.group_portal")
        cls.other_portal = cls._make_user("portal_other", "Otto Other", "base.group_portal")
        cls.customer = cls._make_partner("Clara Customer")
        cls.second = cls._make_partner("Sven Second")
        cls.third = cls._make_partner("Thea Third")

    @classmethod
    def _make_user(cls, login, name, *groups, company=None):
        company = company or cls.company
        found = cls._found("res.users", login=f"esign_{login}")
        if found:
            return found
        user = cls._quick("res.users").create(
            {
                "login": f"esign_{login}",
                "password": f"esign_{login}",
                "name": name,
                "email": f"{login}@example.com",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
            }
        )
        return cls.env["res.users"].browse(user.id)

    @classmethod
    def _make_partner(cls, name, **values):
        email = f"{name.split()[0].lower()}@example.org"
        found = not values and cls._found("res.partner", name=name, email=email)
        if found:
            return found
        partner = cls._quick("res.partner").create({"name": name, "email": email, **values})
        return cls.env["res.partner"].browse(partner.id)

    @classmethod
    def _found(cls, model, **values):
        return cls.env[model].search([(name, "=", value) for name, value in values.items()])

    @classmethod
    def _quick(cls, model):
        """Return a model whose new records have no chatter of their own."""
        return cls.env[model].with_context(tracking_disable=True, mail_create_nosubscribe=True)


def new_quotation(seller, customer, product):
    """Return a quotation that its customer only has to sign."""
    return (
        seller.env["sale.order"]
        .with_user(seller)
        .create(
            {
                "partner_id": customer.id,
                "require_payment": False,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
    )
