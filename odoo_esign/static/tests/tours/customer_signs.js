import { registry } from "@web/core/registry";
import { adoptTypedSignature, finish, readDocument, tickConsent } from "./signing_steps";

/** A customer reads, agrees, signs by typing. At every width. */
registry.category("web_tour.tours").add("odoo_esign_customer_signs", {
    steps: () => [...readDocument, ...tickConsent, ...adoptTypedSignature, ...finish],
});

/** The same, waiting until the sealed copy is offered. */
registry.category("web_tour.tours").add("odoo_esign_customer_signs_and_gets_copy", {
    steps: () => [
        ...readDocument,
        ...tickConsent,
        ...adoptTypedSignature,
        ...finish,
        {
            content: "The signed copy is offered without reloading",
            trigger: ".o_esign_end[data-state=completed] .o_esign_file[href]",
            timeout: 60000,
        },
    ],
});
