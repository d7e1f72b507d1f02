import { _t } from "@web/core/l10n/translation";
import { DraftStore } from "./draft_store";

const SIGNATURE_KINDS = ["signature", "initials", "stamp"]; // all get the signature's picture
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** What the signer enters, and what is still to be done. Holds no DOM and no network. */
export class SigningForm {
    constructor(page) {
        this.page = page;
        this.drafts = new DraftStore(page.ref);
        const draft = page.state === "ready" ? this.drafts.load() : {};
        this.values = {};
        for (const field of page.fields) {
            this.values[field.id] = draft.values?.[field.id] ?? field.value ?? "";
        }
        this.signature = draft.signature || null;
        this.name = draft.signature?.name || page.signer.name || "";
        this.consent = false;
        this.errors = {}; // by field id
        this.fields = [...page.fields].sort((one, two) => this.compare(one, two));
    }

    compare(one, two) {
        const order = (field) => this.page.documents.findIndex((d) => d.id === field.document_id);
        return (
            order(one) - order(two) ||
            one.page - two.page ||
            two.top - one.top ||
            one.left - two.left
        );
    }

    get approves() {
        return this.page.signer.action === "approve";
    }

    isSignaturePlace({ kind }) {
        return SIGNATURE_KINDS.includes(kind);
    }

    get signaturePlaces() {
        return this.fields.filter((field) => this.isSignaturePlace(field));
    }

    /** Approvers approve by pressing the button; their name is written for them. */
    get wantsSignature() {
        return !this.approves;
    }

    /** Fields that the signer fills in person. */
    isOpen(field) {
        return !this.isSignaturePlace(field) && !field.readonly;
    }

    /** Value shown in a field that is filled for the signer. */
    preview(field) {
        return field.kind === "name" ? this.name : this.values[field.id];
    }

    /** Without harm if it stays so. */
    isOptional(field) {
        return !field.required && this.isOpen(field) && this.isEmpty(field);
    }

    setValue(field, value) {
        this.values[field.id] = value;
        delete this.errors[field.id];
        this.drafts.save({ values: { ...this.values } });
    }

    adopt(signature) {
        this.signature = signature;
        this.name = signature.name;
        this.signaturePlaces.forEach(({ id }) => delete this.errors[id]);
        this.drafts.save({ signature });
    }

    isEmpty(field) {
        const value = this.values[field.id];
        return value === false || value === null || String(value).trim() === "";
    }

    isDone(field) {
        return this.isSignaturePlace(field)
            ? Boolean(this.signature)
            : !this.problem(field) && !(field.required && this.isEmpty(field));
    }

    /** What is wrong with a value as such, besides being missing. */
    problem(field) {
        if (field.kind === "number" && !this.isEmpty(field)) {
            const digits = String(this.values[field.id]).replace(/\s/g, "");
            return NUMBER.test(digits) ? null : _t("Please enter a number.");
        }
        return null;
    }

    /** Checks a field when the signer leaves it. */
    check(field) {
        const problem = this.problem(field);
        if (problem) {
            this.errors[field.id] = problem;
        } else {
            delete this.errors[field.id];
        }
    }

    /** All steps, in the order in which they are asked for. */
    get tasks() {
        const tasks = [
            { key: "consent", kind: "consent", label: _t("Agree to sign electronically") },
        ];
        if (this.approves) {
            tasks[0].label = _t("Agree to approve electronically");
        }
        for (const field of this.fields) {
            if (this.isOpen(field) && (field.required || this.problem(field))) {
                const { id, label } = field;
                tasks.push({ key: `field_${id}`, kind: "field", field, label });
            }
        }
        if (this.wantsSignature) {
            tasks.push({ key: "signature", kind: "signature", label: _t("Add your signature") });
        }
        return tasks.map((task) => ({ ...task, done: this.isTaskDone(task) }));
    }

    isTaskDone({ kind, field }) {
        switch (kind) {
            case "consent":
                return this.consent;
            case "signature":
                return Boolean(this.signature);
            default:
                return this.isDone(field) && !this.errors[field.id];
        }
    }

    get nextTask() {
        return this.tasks.find((task) => !task.done);
    }

    /** Only values that the signer may fill, as the server wants them. */
    get postedValues() {
        return Object.fromEntries(
            this.fields
                .filter((field) => this.isOpen(field))
                .map(({ id }) => [id, this.values[id]])
        );
    }

    takeErrors(errors = {}) {
        this.errors = { ...errors };
        return this.fields.find(({ id }) => this.errors[id]);
    }
}
