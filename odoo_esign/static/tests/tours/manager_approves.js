import { registry } from "@web/core/registry";
import { finish, readDocument, tickConsent } from "./signing_steps";

/** A purchasing manager approves: agree, press Approve. */
registry.category("web_tour.tours").add("odoo_esign_manager_approves", {
    steps: () => [...readDocument, ...tickConsent, ...finish],
});
