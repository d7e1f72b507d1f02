import { _t } from "@web/core/l10n/translation";
import { DraftStore } from "./draft_store";

const PICTURE_KINDS = ["signature", "initials", "stamp"];
// the server's rule, models/esign_field.py: with or without marks between thousands
const NUMBER =
    /^[+-]?(\d+([.,]\d*)?|[.,]\d+|\d{1,3}(,\d{3})+(\.\d*)?|\d{1,3}(\.\d{3})+(,\d*)?)$/;

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
        this.initials = draft.initials || null;
        this.stamp = draft.stamp || null;
        this.save = draft.save || {}; // kinds of pictures to keep for the next time
        this.before = {}; // what an adopted picture took the place of, by kind
        this.pagesLeft = 0; // of those that have to be seen
        this.seenPages = draft.seen; // before a reload, where all have to be seen
        this.name = draft.signature?.name || page.signer.name || "";
        this.consent = false;
        this.errors = {}; // by field id
        this.missed = null; // key of the task that one was led to in vain
        this.fields = [...page.fields].sort((one, two) => this.compare(one, two));
    }

    compare(one, two) {
        const order = (field) => this.page.documents.findIndex((d) => d.id === field.document_id);
        return (
            order(one) - order(two) ||
            one.page - two.page ||
            two.top - one.top ||
            (one.left - two.left) * (this.page.signer.is_rtl ? -1 : 1)
        );
    }

    get approves() {
        return this.page.signer.action === "approve";
    }

    isSignaturePlace({ kind }) {
        return PICTURE_KINDS.includes(kind);
    }

    /** @param {"signature" | "initials" | "stamp"} kind */
    placesOf(kind) {
        return this.fields.filter((field) => field.kind === kind);
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
        const isEmpty = this.isSignaturePlace(field)
            ? field.kind !== "signature" && !this[field.kind]
            : this.isOpen(field) && this.isEmpty(field);
        return !field.required && isEmpty;
    }

    /** The radio buttons of which one can be picked, this one among them. */
    choiceOf(field) {
        return field.group
            ? this.fields.filter(({ kind, group }) => kind === "radio" && group === field.group)
            : [field];
    }

    setValue(field, value) {
        for (const { id } of this.choiceOf(field)) {
            this.values[id] = id === field.id ? value : false;
            delete this.errors[id];
        }
        this.drafts.save({ values: { ...this.values } });
    }

    keepSeen(seen) {
        this.drafts.save({ seen });
    }

    /** Takes a picture for all places of its kind. */
    adopt(kind, { save, ...picture }) {
        this.before[kind] = { picture: this[kind], save: this.save[kind] };
        this.put(kind, picture, save);
        this.placesOf(kind).forEach(({ id }) => delete this.errors[id]);
    }

    /** Takes back a picture that the server refuses. */
    giveBack(kind) {
        const { picture = null, save = false } = this.before[kind] || {};
        delete this.before[kind];
        this.put(kind, picture, save);
    }

    put(kind, picture, save) {
        this[kind] = picture;
        this.save[kind] = save;
        if (kind === "signature" && picture) {
            this.name = picture.name;
        }
        this.drafts.save({ [kind]: picture, save: { ...this.save } });
    }

    /** Pictures that the server has not taken yet; those saved for next time it has. */
    get unsentPictures() {
        return PICTURE_KINDS.filter((kind) => {
            const { image, kind: how, sha256 } = this[kind] || {};
            return image && how !== "saved" && !sha256;
        });
    }

    /** The server has taken a picture, and knows it by this name. */
    setName(kind, sha256) {
        this[kind].sha256 = sha256;
        this.drafts.save({ [kind]: { ...this[kind] } });
    }

    /** The server knows none of the pictures any more. */
    forgetNames() {
        for (const kind of PICTURE_KINDS.filter((kind) => this[kind])) {
            this.setName(kind, undefined);
        }
    }

    isEmpty(field) {
        return this.choiceOf(field).every(({ id }) => {
            const value = this.values[id];
            return value === false || value === null || String(value).trim() === "";
        });
    }

    isDone(field) {
        return this.isSignaturePlace(field)
            ? Boolean(this[field.kind]) || (field.kind !== "signature" && !field.required)
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
        if (this.page.envelope.require_reading) {
            const label = this.pagesLeft
                ? _t("Look at all pages (%s left)", this.pagesLeft)
                : _t("Look at all pages");
            tasks.unshift({ key: "reading", kind: "reading", label });
        }
        for (const field of this.fields) {
            if (!this.isOpen(field) || field !== this.choiceOf(field)[0]) {
                continue;
            }
            const required = this.choiceOf(field).some((one) => one.required);
            if (required || this.problem(field)) {
                const { id, label, group } = field;
                tasks.push({ key: `field_${id}`, kind: "field", field, label: group || label });
            }
        }
        if (this.wantsSignature) {
            tasks.push({ key: "signature", kind: "signature", label: _t("Add your signature") });
        }
        if (this.placesOf("initials").some(({ required }) => required)) {
            tasks.push({ key: "initials", kind: "initials", label: _t("Add your initials") });
        }
        if (this.placesOf("stamp").some(({ required }) => required)) {
            tasks.push({ key: "stamp", kind: "stamp", label: _t("Add the stamp") });
        }
        return tasks.map((task) => ({ ...task, done: this.isTaskDone(task) }));
    }

    isTaskDone({ kind, field }) {
        switch (kind) {
            case "consent":
                return this.consent;
            case "reading":
                return !this.pagesLeft;
            case "signature":
            case "initials":
            case "stamp":
                return Boolean(this[kind]);
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

    /** All pictures by their names, as the server wants them. */
    get postedPictures() {
        const made = PICTURE_KINDS.filter((kind) => this[kind]);
        return Object.fromEntries(
            made.map((kind) => {
                const { kind: how, name, sha256 } = this[kind];
                return [kind, { kind: how, name, picture: sha256 }];
            })
        );
    }

    takeErrors(errors = {}) {
        this.errors = { ...errors };
        return this.fields.find(({ id }) => this.errors[id]);
    }
}
