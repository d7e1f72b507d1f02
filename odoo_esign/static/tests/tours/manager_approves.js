import { registry } from "@web/core/registry";
import { adoptTypedSignature, finish, readDocument, tickConsent } from "./signing_steps";

/** A purchasing manager approves: agree, press Approve. */
registry.category("web_tour.tours").add("odoo_esign_manager_approves", {
    steps: () => [...readDocument, ...tickConsent, ...finish],
});

/** The same where the document has a place for the manager's signature. */
registry.category("web_tour.tours").add("odoo_esign_manager_approves_with_signature", {
    steps: () => [...readDocument, ...tickConsent, ...adoptTypedSignature, ...finish],
});
