import { registry } from "@web/core/registry";
import { readDocument } from "./signing_steps";

const readOnly = [
    {
        content: "It is shown, nothing is asked",
        trigger: ".o_esign_intro_request:contains(has shared this with you)",
    },
    ...readDocument,
    {
        content: "There is nothing to agree to, to fill in, to sign or to decline",
        trigger:
            ".o_esign_reader:not(:has(.o_esign_consent, .o_esign_tasks, .o_esign_actions, .o_esign_next, .o_esign_decline))",
    },
    {
        content: "The document can be downloaded",
        trigger: ".o_esign_document_head a[download]",
    },
];

/** Somebody is shown a document before everybody has signed. */
registry.category("web_tour.tours").add("odoo_esign_viewer_reads", {
    steps: () => [
        ...readOnly,
        {
            trigger: ".o_esign_reader_bar:not(:has(a)) p",
        },
    ],
});

/** The same when everybody has signed: the signed copy is offered, now or in a moment. */
registry.category("web_tour.tours").add("odoo_esign_viewer_gets_copy", {
    steps: () => [
        ...readOnly,
        {
            trigger: ".o_esign_reader_bar[data-state=completed] a[download]",
            timeout: 60000,
        },
    ],
});
