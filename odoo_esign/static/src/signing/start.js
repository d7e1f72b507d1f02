import { App, whenReady } from "@odoo/owl";
import { appTranslateFn, translatedTerms, translationLoaded } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getTemplate } from "@web/core/templates";
import { session } from "@web/session";

const MODULE = "odoo_esign";

/** The page's texts in the reader's language; without them it is shown in English. */
async function loadTranslations() {
    const lang = session.lang || "en_US";
    if (lang !== "en_US") {
        try {
            const query = new URLSearchParams({ lang, mods: MODULE });
            const response = await fetch(`/web/webclient/translations?${query}`, {
                cache: "no-store",
            });
            const { modules } = await response.json();
            const messages = modules[MODULE]?.messages || [];
            translatedTerms[MODULE] = Object.fromEntries(
                messages.map(({ id, string }) => [id, string])
            );
        } catch (error) {
            console.warn("The translations could not be loaded.", error);
        }
    }
    translatedTerms[translationLoaded] = true;
}

/**
 * Starts the `<owl-component>`s of the page, as Odoo's front end does, without
 * its services: this bundle holds only what the signing page needs.
 */
async function start() {
    await Promise.all([whenReady(), loadTranslations()]);
    for (const el of document.querySelectorAll("owl-component[name]")) {
        const Root = registry.category("public_components").get(el.getAttribute("name"));
        const app = new App(Root, {
            env: { debug: odoo.debug },
            getTemplate,
            name: el.getAttribute("name"),
            props: JSON.parse(el.getAttribute("props") || "{}"),
            translateFn: appTranslateFn,
        });
        el.replaceChildren();
        await app.mount(el);
    }
}

start();
