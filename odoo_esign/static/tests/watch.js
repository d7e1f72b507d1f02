/**
 * Put into every page that a test opens: what must be true of each of them, whatever it shows.
 * `esignCheckPage(state, part)` resolves with a list of sentences, empty when all is well. axe-core is
 * a tool of the development set-up (dev/devenv/axe.py); without it the other checks are made.
 */
(() => {
    const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    // these never scroll sideways, however narrow the window; zoomed pages do
    const STEADY = `.o_esign_header, .o_esign_find, .o_esign_lead, .o_esign_card, .o_esign_document_head,
        .o_esign_side, .o_esign_actions, .o_esign_modal, .o_esign_tabs, .o_esign_modal_body, .o_esign_modal_footer`;
    const refused = [];
    document.addEventListener("securitypolicyviolation", (ev) => {
        refused.push(`The policy refused ${ev.blockedURI} (${ev.violatedDirective})`);
    });

    /** Odoo says so above the page where a style sheet could not be made. */
    function findStyleless() {
        const said = getComputedStyle(document.body, "::before").content;
        return said.includes("css error") ? ["The style sheet could not be made"] : [];
    }

    function findForeign() {
        return performance
            .getEntriesByType("resource")
            .map(({ name }) => new URL(name, location.href))
            .filter(({ protocol, origin }) => protocol.startsWith("http") && origin !== location.origin)
            .map(({ href }) => `Something was asked of another server: ${href}`);
    }

    function findWide() {
        const wide = [...document.querySelectorAll(STEADY)].filter(
            (el) => el.scrollWidth > el.clientWidth + 1
        );
        if (document.documentElement.scrollWidth > window.innerWidth) {
            wide.push(document.documentElement);
        }
        return wide.map((el) => `${el.tagName}.${el.className} is wider than its place`);
    }

    /**
     * Places on a page that is made smaller than paper are as near to each other as the sender
     * has put them (WCAG 2.5.8, essential), and the button "Next" enlarges each of them.
     */
    function isSmallOnPaper(selector) {
        const page = document.querySelector(selector).closest(".o_esign_page");
        return Boolean(page) && page.clientWidth < parseFloat(page.style.getPropertyValue("--page-width"));
    }

    async function findBarriers(part) {
        if (!window.axe) {
            return [];
        }
        const { violations } = await window.axe.run(part || document, {
            runOnly: { type: "tag", values: TAGS },
            resultTypes: ["violations"],
        });
        return violations.flatMap(({ id, help, nodes }) =>
            nodes
                .filter(({ target }) => id !== "target-size" || !isSmallOnPaper(target.at(-1)))
                .map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary}`)
        );
    }

    window.esignCheckPage = async (state, part) =>
        [...refused, ...findStyleless(), ...findForeign(), ...findWide(), ...(await findBarriers(part))].map(
            (problem) => `${state}: ${problem}`
        );
})();
