import { Component, reactive, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { CheckboxItem } from "@web/core/dropdown/checkbox_item";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** For which participant the list opens as soon as the form is saved. */
const wanted = reactive({ participant: 0 });

const byAge = (one, other) => one.id.localeCompare(other.id, "en", { numeric: true });

/**
 * Which documents of the envelope a participant gets; none chosen means all of them.
 *
 * Documents that are not saved yet can't be chosen: then the form is saved first, and the list
 * opens for the same participant.
 *
 * On a card (option `save`) what was chosen is saved when the list closes: the dialog that opens
 * for the card would load the documents anew and forget it.
 */
export class EsignDocumentChoice extends Component {
    static template = "odoo_esign.DocumentChoice";
    static components = { CheckboxItem, Dropdown };
    static props = { ...standardFieldProps, savesAtOnce: { type: Boolean, optional: true } };

    setup() {
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.dropdown = useDropdownState({ onClose: () => this.keep() });
        this.wanted = useState(wanted);
        useEffect(
            (participant, own) => {
                if (own && participant === own) {
                    wanted.participant = 0;
                    this.dropdown.open();
                }
            },
            () => [this.wanted.participant, this.props.record.resId]
        );
    }

    get envelope() {
        return this.props.record.model.root;
    }

    get isLocked() {
        return this.envelope.data.state !== "draft";
    }

    get documents() {
        return this.envelope.data.document_ids.records.map(({ resId, data }) => ({
            id: resId,
            name: data.name || _t("Document without a name"),
        }));
    }

    get chosen() {
        return this.props.record.data[this.props.name];
    }

    /** The chosen ones that exist; a document that was removed is gone from here too. */
    get chosenIds() {
        const ids = this.documents.map(({ id }) => id);
        return this.chosen.currentIds.filter((id) => ids.includes(id));
    }

    isChosen({ id }) {
        return !this.chosenIds.length || this.chosenIds.includes(id);
    }

    get label() {
        const { documents, chosenIds } = this;
        if (!chosenIds.length || chosenIds.length === documents.length) {
            return _t("All");
        }
        return documents
            .filter(({ id }) => chosenIds.includes(id))
            .map(({ name }) => name)
            .join(", ");
    }

    async open() {
        if (!this.documents.length) {
            this.notification.add(_t("Add the documents first."), { type: "info" });
        } else if (this.documents.every(({ id }) => id)) {
            this.dropdown.open();
        } else {
            await this.saveAndOpen();
        }
    }

    /** New participants get their numbers in the order in which they were added. */
    async saveAndOpen() {
        const { record } = this.props;
        const before = this.envelope.data.signer_ids.records;
        const known = before.map(({ resId }) => resId);
        const place = before
            .filter(({ resId }) => !resId)
            .sort(byAge)
            .findIndex(({ id }) => id === record.id);
        const own = record.resId;
        if (!(await this.envelope.save())) {
            return;
        }
        const added = this.envelope.data.signer_ids.records
            .map(({ resId }) => resId)
            .filter((resId) => !known.includes(resId))
            .sort((one, other) => one - other);
        wanted.participant = own || added[place] || 0;
    }

    async toggle({ id }) {
        const ids = this.documents.map((document) => document.id);
        const before = this.chosenIds.length ? this.chosenIds : ids;
        const after = before.includes(id) ? before.filter((other) => other !== id) : [...before, id];
        if (!after.length) {
            return; // everybody gets something
        }
        const kept = after.length === ids.length ? [] : after;
        const current = this.chosen.currentIds;
        this.isChanged = true;
        await this.chosen.addAndRemove({
            add: kept.filter((other) => !current.includes(other)),
            remove: current.filter((other) => !kept.includes(other)),
        });
    }

    async keep() {
        if (this.isChanged && this.props.savesAtOnce && this.props.record.resId) {
            this.isChanged = false;
            this.ui.block(); // a card that is opened meanwhile would be the one from before
            try {
                await this.envelope.save();
            } finally {
                this.ui.unblock();
            }
        }
    }
}

registry.category("fields").add("esign_document_choice", {
    component: EsignDocumentChoice,
    supportedTypes: ["many2many"],
    supportedOptions: [{ label: _t("Save at once"), name: "save", type: "boolean" }],
    extractProps: ({ options }) => ({ savesAtOnce: Boolean(options.save) }),
    relatedFields: [{ name: "display_name", type: "char" }],
});
