import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { StatusWatch } from "./status_watch";

const LONGEST_PAUSE = 60_000;

/** For somebody who only reads: how far it is, and the signed copy as soon as it is there. */
export class ReaderBar extends Component {
    static template = "odoo_esign.ReaderBar";
    static props = { page: Object, api: Object };

    setup() {
        const { documents, files, more } = this.props.page.done;
        this.state = useState({ state: documents.length ? "completed" : "sent", documents, files });
        const watch = new StatusWatch(this.props.api, {
            state: this.state.state,
            more,
            longest: LONGEST_PAUSE,
            onAnswer: ({ state, done }) =>
                Object.assign(this.state, {
                    state,
                    documents: done?.documents || [],
                    files: done?.files || [],
                }),
        });
        onMounted(() => watch.start());
        onWillUnmount(() => watch.stop());
    }

    get text() {
        switch (this.state.state) {
            case "sent":
                return _t(
                    "You don't need to do anything. The signed copy will appear here once everyone has signed."
                );
            case "signed":
                return _t("The document is complete. The signed copy will be here in a moment.");
            case "completed":
                return this.isOne
                    ? _t("The document is complete.")
                    : _t("The document is complete. The signed copies:");
            default:
                return _t("This document will no longer be signed.");
        }
    }

    get isOne() {
        return this.state.documents.length === 1;
    }

    /** One is a button; several are links, so that they don't cover the document. */
    get linkClass() {
        return this.isOne ? "o_esign_button o_esign_main" : "o_esign_link";
    }

    copyLabel({ name }) {
        return this.isOne ? _t("Download the signed copy") : name;
    }
}
