import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 20_000;
const FINAL = ["completed", "declined", "closed"];

/**
 * After acting: what happens next, the signed copy as soon as it is there, and
 * the next step. Asks the server from time to time until it is complete.
 */
export class DoneScreen extends Component {
    static template = "odoo_esign.DoneScreen";
    static props = {
        page: Object,
        api: Object,
        state: String, // signed, completed, declined or closed
        done: Object,
        title: { type: String, optional: true },
    };

    setup() {
        this.title = useRef("title");
        this.state = useState({ state: this.props.state, done: this.props.done });
        onMounted(() => {
            this.title.el.focus();
            this.plan(FIRST_PAUSE);
        });
        onWillUnmount(() => clearTimeout(this.timer));
    }

    plan(pause) {
        if (!FINAL.includes(this.state.state)) {
            this.timer = setTimeout(() => this.ask(pause), pause);
        }
    }

    async ask(pause) {
        try {
            const { state, done } = await this.props.api.status();
            if (["signed", ...FINAL].includes(state)) {
                Object.assign(this.state, { state, done: done || this.state.done });
            }
        } catch {
            // no connection: asked again later
        }
        this.plan(Math.min(LONGEST_PAUSE, pause * 1.3));
    }

    get heading() {
        if (this.props.title) {
            return this.props.title;
        }
        if (this.state.state === "declined") {
            return _t("Declined");
        }
        const approves = this.props.page.signer.action === "approve";
        return approves ? _t("Thank you, you have approved") : _t("Thank you, you have signed");
    }

    get isWaiting() {
        return this.state.state === "signed";
    }

    get isGood() {
        return ["signed", "completed"].includes(this.state.state);
    }

    get documents() {
        return this.state.done?.documents || [];
    }
}
