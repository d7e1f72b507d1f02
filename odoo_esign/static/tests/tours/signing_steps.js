/** Steps that the tours on the signing page share. */

export const readDocument = [
    {
        content: "Who asks for what is told first",
        trigger: ".o_esign_intro h1",
    },
    {
        content: "The first page is drawn",
        trigger: ".o_esign_page_drawn canvas",
    },
];

export const tickConsent = [
    {
        content: "The consent is not ticked in advance, and comes first",
        trigger: ".o_esign_consent input[name=consent]:not(:checked)",
    },
    {
        content: "The main button leads to the consent",
        trigger: ".o_esign_next",
        run: "click",
    },
    {
        content: "Agree",
        trigger: ".o_esign_consent input[name=consent]",
        run: "click",
    },
    {
        trigger: ".o_esign_consent.o_esign_done",
    },
];

export const adoptTypedSignature = [
    {
        content: "The main button leads to the signature",
        trigger: ".o_esign_next",
        run: "click",
    },
    {
        content: "Type it",
        trigger: ".o_esign_modal[data-name=signature] [data-tab=type]",
        run: "click",
    },
    {
        content: "The name is shown in handwriting",
        trigger: ".o_esign_modal .o_esign_style:has(:checked) img",
    },
    {
        trigger: ".o_esign_modal .o_esign_adopt",
        run: "click",
    },
    {
        content: "The dialog is closed",
        trigger: "body:not(:has(.o_esign_modal))",
    },
];

export const finish = [
    {
        content: "Everything is done: the main button signs",
        trigger: ".o_esign_finish:enabled",
        run: "click",
    },
    {
        content: "What happens next is told",
        trigger: ".o_esign_end[data-state=signed] h1, .o_esign_end[data-state=completed] h1",
        timeout: 20000,
    },
];
