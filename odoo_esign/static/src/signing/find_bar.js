import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const PATIENCE = 200; // milliseconds after the last letter

/** Looking for words in the documents. */
export class FindBar extends Component {
    static template = "odoo_esign.FindBar";
    static props = { search: Object, close: Function };

    setup() {
        this.state = useState(this.props.search.state);
        this.input = useRef("input");
        onMounted(() => this.input.el.focus());
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get count() {
        const { query, matches, current, busy } = this.state;
        if (matches.length) {
            return _t("%(number)s of %(count)s", { number: current + 1, count: matches.length });
        }
        return query.trim().length < 2 ? "" : busy ? _t("Searching…") : _t("Not found");
    }

    onInput(ev) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.props.search.find(ev.target.value), PATIENCE);
    }

    onKey(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.props.search.move(ev.shiftKey ? -1 : 1);
        } else if (ev.key === "Escape") {
            ev.preventDefault();
            this.props.close();
        }
    }
}
