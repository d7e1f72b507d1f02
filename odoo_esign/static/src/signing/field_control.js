import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { placeOnPage } from "../pages/page_geometry";

const TEMPLATES = {
    signature: "signature",
    initials: "signature",
    name: "preview",
    date: "preview",
    text: "text",
    number: "text",
    multiline: "multiline",
    checkbox: "checkbox",
    radio: "radio",
    selection: "selection",
    stamp: "signature",
    strikethrough: "strikethrough",
};

/** One place of this signer on a page: a labelled control, exactly where the PDF has it. */
export class FieldControl extends Component {
    static template = "odoo_esign.FieldControl";
    static props = {
        field: Object,
        form: Object,
        viewport: Object,
        openSignature: Function,
        onFocus: Function,
    };

    setup() {
        this.form = useState(this.props.form);
    }

    get field() {
        return this.props.field;
    }
    get id() {
        return `o_esign_field_${this.field.id}`;
    }
    get type() {
        const { kind, readonly, options } = this.field;
        if (readonly && !this.form.isSignaturePlace(this.field)) {
            return "preview";
        }
        if (kind === "radio" && this.field.group) {
            return "choice"; // one of several buttons in their own places
        }
        if (kind === "radio" && !options?.length) {
            return "checkbox"; // one button that is on or off
        }
        return TEMPLATES[kind] || "text";
    }
    get error() {
        return this.form.errors[this.field.id] || (this.isMissed ? this.missedText : undefined);
    }
    /** Whether "Next" has led here before, and nothing was entered. */
    get isMissed() {
        return this.form.missed === `field_${this.field.id}` && !this.form.isDone(this.field);
    }
    get missedText() {
        if (this.type === "checkbox") {
            return _t("Please tick this box.");
        }
        const chosen = ["selection", "radio", "choice"].includes(this.type);
        return chosen ? _t("Please choose one.") : _t("Please fill this in.");
    }
    get value() {
        return this.form.values[this.field.id];
    }
    get place() {
        return placeOnPage(this.props.viewport, this.field);
    }

    get style() {
        const { left, top, width, height, points } = this.place;
        const lines = this.type === "multiline" ? 11 : points.height * 0.62;
        return (
            `left: ${left}%; top: ${top}%; width: ${width}%; height: ${height}%; ` +
            `--font-points: ${Math.min(12, Math.max(5, lines)).toFixed(2)}; ` +
            `--points-width: ${points.width.toFixed(2)}; --points-height: ${points.height.toFixed(2)};`
        );
    }

    /** Whether the place is in the right half of the page. */
    get isOnRight() {
        const { left, width } = this.place;
        return left + width / 2 > 50;
    }

    get status() {
        if (this.error) {
            return "o_esign_wrong";
        }
        if (!this.form.isDone(this.field)) {
            return "o_esign_todo";
        }
        return this.form.isOptional(this.field) ? "o_esign_optional" : "o_esign_done";
    }

    get choiceLabel() {
        return `${this.field.group}: ${this.field.label}`;
    }
    get changeLabel() {
        return _t("%s: change", this.field.label);
    }
    get signaturePrompt() {
        return { initials: _t("Initials"), stamp: _t("Stamp") }[this.field.kind] || _t("Sign here");
    }
    /** How long the longest word of the prompt is: so large it can be written. */
    get promptLetters() {
        return Math.max(...this.signaturePrompt.split(/\s+/).map((word) => word.length));
    }
    get picture() {
        return this.form[this.field.kind];
    }
    get options() {
        return (this.field.options || []).map((option) =>
            Array.isArray(option)
                ? { value: option[0], label: option[1] }
                : { value: option, label: option }
        );
    }
    get acrossOptions() {
        const { width, height } = this.place.points;
        return width > height;
    }
    get checked() {
        return Boolean(this.value) && this.value !== "false";
    }
    get inputMode() {
        return this.field.kind === "number" ? "decimal" : "text";
    }

    onInput(ev) {
        this.form.setValue(this.field, ev.target.value);
    }
    onCheck(ev) {
        this.form.setValue(this.field, ev.target.checked);
    }
    toggle() {
        this.form.setValue(this.field, !this.checked);
    }
    onLeave() {
        this.form.check(this.field);
    }
}
