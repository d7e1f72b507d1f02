import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DrawTab } from "./draw_tab";
import { Modal } from "./modal";
import { TypeTab } from "./type_tab";
import { UploadTab } from "./upload_tab";

const KINDS = { draw: "drawn", type: "typed", upload: "uploaded" };

/** Making the signature once; it is used for all places of this signer. */
export class SignDialog extends Component {
    static template = "odoo_esign.SignDialog";
    static components = { Modal, DrawTab, TypeTab, UploadTab };
    static props = {
        name: String,
        places: Number,
        adopt: Function, // ({ kind, name, image })
        close: Function,
    };

    setup() {
        const byHand = window.matchMedia("(pointer: coarse)").matches;
        this.state = useState({
            name: this.props.name,
            tab: byHand ? "draw" : "type",
            image: null,
            error: "",
        });
        this.tabs = [
            { key: "draw", icon: "pen", label: _t("Draw it") },
            { key: "type", icon: "keyboard", label: _t("Type it") },
            { key: "upload", icon: "upload", label: _t("Upload it") },
        ];
        this.onImage = (image) => {
            this.state.image = image;
            if (image) {
                this.state.error = "";
            }
        };
    }

    get title() {
        return _t("Your signature");
    }

    get placesText() {
        return this.props.places > 1
            ? _t("It will be put in all %s places meant for it.", this.props.places)
            : "";
    }

    show(tab) {
        if (this.state.tab !== tab) {
            Object.assign(this.state, { tab, image: null, error: "" });
        }
    }

    /** Arrow keys go from tab to tab, as in every tab list. */
    onTabKey(ev) {
        const rtl = getComputedStyle(ev.currentTarget).direction === "rtl" ? -1 : 1;
        const step = { ArrowRight: 1, ArrowLeft: -1 }[ev.key] * rtl;
        if (step) {
            ev.preventDefault();
            const keys = this.tabs.map(({ key }) => key);
            const tab = keys.at((keys.indexOf(this.state.tab) + step) % keys.length);
            this.show(tab);
            ev.currentTarget.querySelector(`[data-tab=${tab}]`).focus();
        }
    }

    onName(ev) {
        this.state.name = ev.target.value;
        this.state.error = "";
        if (this.state.tab === "type") {
            this.state.image = null; // until the new name is written
        }
    }

    confirm() {
        const name = this.state.name.trim();
        if (!name) {
            this.state.error = _t("Please enter your full name.");
        } else if (!this.state.image) {
            this.state.error = {
                draw: _t("Please draw your signature."),
                type: _t("Please choose a style."),
                upload: _t("Please choose a picture."),
            }[this.state.tab];
        } else {
            this.props.adopt({ kind: KINDS[this.state.tab], name, image: this.state.image });
        }
    }
}
