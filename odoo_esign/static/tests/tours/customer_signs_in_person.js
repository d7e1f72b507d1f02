import { registry } from "@web/core/registry";
import { adoptTypedSignature, finish, readDocument, tickConsent } from "./signing_steps";

/** A customer signs on the salesperson's device, and is asked to give it back. */
registry.category("web_tour.tours").add("odoo_esign_customer_signs_in_person", {
    steps: () => [
        ...readDocument,
        ...tickConsent,
        ...adoptTypedSignature,
        ...finish,
        {
            content: "Where the device goes is told",
            trigger: ".o_esign_end_message:contains(give the device back to Sam Sender)",
        },
        {
            content: "The only way on is to log in",
            trigger: ".o_esign_end_next[href^='/web/login?redirect=/odoo/signatures/']",
        },
    ],
});
