import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isolate } from "./isolate";

/** Who asks whom for what, and by when. */
export class IntroCard extends Component {
    static template = "odoo_esign.IntroCard";
    static props = {
        page: Object,
        ask: { type: Function, optional: true },
        delegate: { type: Function, optional: true },
    };

    get request() {
        const { sender, company, signer } = this.props.page;
        const names = { sender: isolate(sender.name), company: isolate(company.name) };
        const sameName = !sender.name || sender.name === company.name;
        if (signer.action === "view") {
            return sameName
                ? _t("%(company)s shows you", names)
                : _t("%(sender)s of %(company)s shows you", names);
        }
        if (signer.action === "approve") {
            return sameName
                ? _t("%(company)s asks for your approval", names)
                : _t("%(sender)s of %(company)s asks for your approval", names);
        }
        return sameName
            ? _t("%(company)s asks you to sign", names)
            : _t("%(sender)s of %(company)s asks you to sign", names);
    }

    get urgent() {
        return this.props.page.signer.action !== "view";
    }

    get deadlineText() {
        const { deadline_text: time } = this.props.page.envelope;
        switch (this.props.page.signer.action) {
            case "view":
                return _t("You can read it here until %s", time);
            case "approve":
                return _t("Please approve by %s", time);
            default:
                return _t("Please sign by %s", time);
        }
    }

    get documentsText() {
        const { documents } = this.props.page;
        const pages = documents.reduce((sum, document) => sum + document.pages.length, 0);
        const documentsText =
            documents.length === 1 ? _t("1 document") : _t("%s documents", documents.length);
        const pagesText = pages === 1 ? _t("1 page") : _t("%s pages", pages);
        return `${documentsText} · ${pagesText}`;
    }
}
