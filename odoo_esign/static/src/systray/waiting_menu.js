import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";

const CHANGED = "odoo_esign.waiting"; // what the server says on the bus
const GATHER = 500; // milliseconds: several changes at once are asked for once

/** What waits for the user's signature: a counter, and the documents when it is opened. */
export class EsignWaitingMenu extends Component {
    static template = "odoo_esign.WaitingMenu";
    static components = { Dropdown };
    static props = [];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dropdown = useDropdownState();
        this.state = useState({
            count: session.esign?.waiting || 0,
            documents: [],
        });
        this.sends = session.esign?.sends || false;
        this.listen();
    }

    listen() {
        const bus = useService("bus_service");
        const onChanged = () => {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.refresh(), GATHER);
        };
        bus.subscribe(CHANGED, onChanged);
        onWillUnmount(() => {
            bus.unsubscribe(CHANGED, onChanged);
            clearTimeout(this.timer);
        });
    }

    /** Only the number, unless the list is open. */
    async refresh() {
        if (this.dropdown.isOpen) {
            return this.load();
        }
        const { count } = await this.ask({ count_only: true });
        this.state.count = count;
    }

    async load() {
        Object.assign(this.state, await this.ask({}));
    }

    ask(options) {
        return this.orm.silent.call("res.users", "get_esign_waiting", [], options);
    }

    /** Whoever sends documents sees where to look; others when something waits for them. */
    get isShown() {
        return this.state.count > 0 || this.sends;
    }

    get title() {
        return this.state.count
            ? _t("%s documents are waiting for you", this.state.count)
            : _t("Documents to sign");
    }

    verbOf({ action }) {
        return { sign: _t("Sign"), approve: _t("Approve"), view: _t("Read") }[action];
    }

    openAll() {
        this.dropdown.close();
        this.action.doAction("odoo_esign.action_esign_envelope_my_turn", { clearBreadcrumbs: true });
    }
}

registry
    .category("systray")
    .add("odoo_esign.waiting_menu", { Component: EsignWaitingMenu }, { sequence: 19 });
