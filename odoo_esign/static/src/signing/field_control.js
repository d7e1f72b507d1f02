import { Component, onPatched, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { placeOnPage } from "../pages/page_geometry";
import { readImageFile } from "./signature_image";

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
    stamp: "stamp",
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
        this.textarea = useRef("textarea");
        this.state = useState({ reading: false });
        onPatched(() => this.textarea.el && this.fitText());
    }

    get field() {
        return this.props.field;
    }
    get id() {
        return `o_esign_field_${this.field.id}`;
    }
    get type() {
        return this.field.readonly && !this.form.isSignaturePlace(this.field)
            ? "preview"
            : TEMPLATES[this.field.kind] || "text";
    }
    get error() {
        return this.form.errors[this.field.id];
    }
    get value() {
        return this.form.values[this.field.id];
    }
    get place() {
        return placeOnPage(this.props.viewport, this.field);
    }

    get style() {
        const { left, top, width, height, points } = this.place;
        const line = Math.min(points.height, points.width);
        const lines = this.type === "multiline" ? 11 : line * 0.62;
        return (
            `left: ${left}%; top: ${top}%; width: ${width}%; height: ${height}%; ` +
            `--font-points: ${Math.min(12, Math.max(5, lines)).toFixed(2)};`
        );
    }

    /** A line of text on a page that lies on its side. */
    get isUpright() {
        const { width, height } = this.place.points;
        return height > 3 * width;
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

    get signatureLabel() {
        const { label } = this.field;
        return this.form.signature ? _t("%s: change", label) : _t("%s: add", label);
    }
    get signaturePrompt() {
        return this.field.kind === "initials" ? _t("Initials") : _t("Sign here");
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

    fitText() {
        this.textarea.el.scrollTop = 0;
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

    async onFile(ev) {
        const [file] = ev.target.files;
        ev.target.value = "";
        if (file) {
            try {
                const url = await readImageFile(file);
                this.form.setValue(this.field, url.split(",")[1]);
            } catch (error) {
                this.form.errors[this.field.id] = error.message;
            }
        }
    }
}
