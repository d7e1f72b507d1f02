import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { StatusWatch } from "./status_watch";

const LONGEST_PAUSE = 20_000;
const SHOWN = ["signed", "completed", "declined", "delegated", "closed"];

/**
 * After acting: what happens next, the signed copy as soon as it is there, and
 * the next step. Asks the server from time to time until it is complete.
 */
export class DoneScreen extends Component {
    static template = "odoo_esign.DoneScreen";
    static props = {
        page: Object,
        api: Object,
        state: String, // signed, completed, declined, delegated or closed
        done: Object,
        title: { type: String, optional: true },
        write: { type: [Object, { value: null }], optional: true }, // {url, label}: to the sender
    };

    setup() {
        this.title = useRef("title");
        const { state, done, title, write } = this.props;
        this.state = useState({ state, done, title, write });
        const watch = new StatusWatch(this.props.api, {
            state: this.props.state,
            more: Boolean(this.props.done?.more),
            longest: LONGEST_PAUSE,
            onAnswer: (answer) => this.show(answer),
        });
        onMounted(() => {
            this.title.el.focus();
            watch.start();
        });
        onWillUnmount(() => watch.stop());
    }

    show({ state, done, ...closed }) {
        if (state === "closed") {
            const { title, message, write } = closed;
            Object.assign(this.state, { state, title, write, done: { message } });
        } else if (SHOWN.includes(state)) {
            Object.assign(this.state, { state, done: done || this.state.done });
        }
    }

    get heading() {
        if (this.state.title) {
            return this.state.title;
        }
        if (this.state.state === "declined") {
            return _t("You have declined");
        }
        if (this.state.state === "delegated") {
            return _t("You have passed this on");
        }
        const approves = this.props.page.signer.action === "approve";
        return approves ? _t("Thank you, you have approved") : _t("Thank you, you have signed");
    }

    get isWaiting() {
        return this.state.state === "signed";
    }

    get isGood() {
        return ["signed", "completed", "delegated"].includes(this.state.state);
    }

    get documents() {
        return this.state.done?.documents || [];
    }

    /** What proves it: the certificate of completion and the evidence package. */
    get files() {
        return this.state.done?.files || [];
    }
}
