import { App, whenReady } from "@odoo/owl";
import { appTranslateFn, translatedTerms, translationLoaded } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getTemplate } from "@web/core/templates";

const MODULE = "odoo_esign";

/** The page's texts in the reader's language, which come with it. */
function takeTranslations() {
    const texts = document.getElementById("o_esign_texts");
    translatedTerms[MODULE] = JSON.parse(texts.textContent);
    translatedTerms[translationLoaded] = true;
}

/**
 * Starts the `<owl-component>`s of the page, as Odoo's front end does, without
 * its services: this bundle holds only what the signing page needs.
 */
async function start() {
    await whenReady();
    takeTranslations();
    for (const el of document.querySelectorAll("owl-component[name]")) {
        const Root = registry.category("public_components").get(el.getAttribute("name"));
        const app = new App(Root, {
            env: { debug: odoo.debug, intro: el.querySelector(".o_esign_intro_said") },
            getTemplate,
            name: el.getAttribute("name"),
            props: JSON.parse(el.getAttribute("props") || "{}"),
            translateFn: appTranslateFn,
        });
        const [first] = el.children;
        await app.mount(el); // behind what is shown until then
        const read = first.querySelector(".o_esign_scroller").scrollTop;
        first.remove();
        el.querySelector(".o_esign_scroller").scrollTop = read;
    }
}

start();
