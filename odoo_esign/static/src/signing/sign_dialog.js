import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { DrawTab } from "./draw_tab";
import { initialsOf } from "./signature_fonts";
import { Modal } from "./modal";
import { TypeTab } from "./type_tab";
import { UploadTab } from "./upload_tab";

const KINDS = { draw: "drawn", type: "typed", upload: "uploaded", saved: "saved" };

/** Making the signature, the initials or the stamp once, for all places of this signer. */
export class SignDialog extends Component {
    static template = "odoo_esign.SignDialog";
    static components = { Modal, DrawTab, TypeTab, UploadTab };
    static props = {
        kind: String, // signature, initials or stamp
        name: String,
        places: Number,
        saved: { optional: true }, // pictures of those who are logged in, by kind
        adopt: Function, // ({ kind, name, image, save })
        sending: Boolean,
        refusal: String, // why the server does not take the picture
        close: Function,
    };

    setup() {
        const { kind, name, saved } = this.props;
        this.savedImage = saved?.[kind];
        this.tabs = [
            { key: "saved", icon: "kept", label: _t("Saved") },
            { key: "draw", icon: "pen", label: _t("Draw") },
            { key: "type", icon: "keyboard", label: _t("Type in") },
            { key: "upload", icon: "upload", label: _t("Upload") },
        ].filter(({ key }) => this.offers(key));
        const byHand = window.matchMedia("(pointer: coarse)").matches;
        const tab = this.offers(byHand ? "draw" : "type") ? (byHand ? "draw" : "type") : "upload";
        this.state = useState({
            name: kind === "initials" ? initialsOf(name) : name,
            tab: this.savedImage ? "saved" : tab,
            image: this.savedImage || null,
            save: false,
            error: "",
        });
        // not before the dialog is there, so that it is read out
        onMounted(() => (this.state.error = this.props.refusal));
        onWillUpdateProps(({ refusal }) => {
            if (refusal && refusal !== this.props.refusal) {
                this.state.error = refusal;
            }
        });
        this.onImage = (image, byHand = true) => {
            this.state.image = image;
            // why one was refused stays until another is made or chosen, though that be of no use
            // either: the name is written by itself
            if (byHand || (image && this.state.error !== this.props.refusal)) {
                this.state.error = "";
            }
        };
    }

    /** A stamp is neither drawn nor typed. */
    offers(tab) {
        return tab === "saved"
            ? Boolean(this.savedImage)
            : tab === "upload" || this.props.kind !== "stamp";
    }

    get title() {
        return this.pick(_t("Your signature"), _t("Your initials"), _t("Company stamp"));
    }
    get nameLabel() {
        return this.pick(_t("Full name"), _t("Initials"), "");
    }
    get useLabel() {
        return this.pick(_t("Use this signature"), _t("Use these initials"), _t("Use this stamp"));
    }
    pick(signature, initials, stamp) {
        return { signature, initials, stamp }[this.props.kind];
    }

    /** Only who is logged in has a place to keep it. */
    get canSave() {
        return Boolean(this.props.saved) && this.state.tab !== "saved";
    }

    get placesText() {
        return this.props.places > 1
            ? _t("It will be put in all %s places meant for it.", this.props.places)
            : "";
    }

    show(tab) {
        if (this.state.tab !== tab) {
            const image = tab === "saved" ? this.savedImage : null;
            Object.assign(this.state, { tab, image, error: "" });
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
        if (this.props.sending) {
            return;
        }
        const name = this.state.name.trim();
        if (!name && this.props.kind !== "stamp") {
            this.state.error = this.pick(
                _t("Please enter your full name."),
                _t("Please enter your initials.")
            );
        } else if (!this.state.image) {
            this.state.error = {
                draw: this.pick(_t("Please draw your signature."), _t("Please draw your initials.")),
                type: _t("Please choose a style."),
                upload: _t("Please choose a picture."),
            }[this.state.tab];
        } else {
            const { tab, image, save } = this.state;
            this.props.adopt({ kind: KINDS[tab], name, image, save: save && this.canSave });
        }
    }
}
