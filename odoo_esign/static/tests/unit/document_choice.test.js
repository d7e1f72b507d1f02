import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Envelope extends models.Model {
    _name = "esign.envelope";
    state = fields.Selection({ selection: [["draft", "Draft"], ["sent", "Sent"]], default: "draft" });
    document_ids = fields.One2many({ relation: "esign.document", relation_field: "envelope_id" });
    signer_ids = fields.One2many({ relation: "esign.signer", relation_field: "envelope_id" });
    _records = [
        { id: 1, state: "draft", document_ids: [1, 2], signer_ids: [1] },
        { id: 2, state: "sent", document_ids: [3], signer_ids: [2] },
    ];
}
class Document extends models.Model {
    _name = "esign.document";
    name = fields.Char();
    envelope_id = fields.Many2one({ relation: "esign.envelope" });
    _records = [
        { id: 1, name: "Lease", envelope_id: 1 },
        { id: 2, name: "House rules", envelope_id: 1 },
        { id: 3, name: "Order", envelope_id: 2 },
    ];
}
class Signer extends models.Model {
    _name = "esign.signer";
    name = fields.Char({ required: true });
    envelope_id = fields.Many2one({ relation: "esign.envelope" });
    document_ids = fields.Many2many({ relation: "esign.document" });
    _records = [
        { id: 1, name: "Clara", envelope_id: 1 },
        { id: 2, name: "Sven", envelope_id: 2 },
    ];
}
defineMailModels();
defineModels([Envelope, Document, Signer]);

const CHOICE = ".o_field_widget[name=document_ids].o_field_esign_document_choice";
const ticked = () => queryAllTexts(".o_esign_document_choice[aria-checked=true]");

const openForm = (resId) =>
    mountView({
        type: "form",
        resModel: "esign.envelope",
        resId,
        arch: `
            <form>
                <field name="state" invisible="1"/>
                <field name="document_ids"><list editable="bottom"><field name="name"/></list></field>
                <field name="signer_ids"><list editable="bottom">
                    <field name="name"/>
                    <field name="document_ids" widget="esign_document_choice"/>
                </list></field>
            </form>`,
    });

const addRow = async (list, name) => {
    const field = `.o_field_one2many[name=${list}]`;
    await contains(`${field} .o_field_x2many_list_row_add a`).click();
    await contains(`${field} .o_selected_row [name=name] input`).edit(name, { confirm: false });
};

test("all documents are ticked until one is taken away", async () => {
    onRpc("esign.envelope", "web_save", ({ args }) => {
        expect.step(args[1].signer_ids);
    });
    await openForm(1);
    expect(queryText(`${CHOICE} button`)).toBe("All");
    await click(`${CHOICE} button`);
    await animationFrame();
    expect(ticked()).toEqual(["Lease", "House rules"]);
    await contains(".o_esign_document_choice:contains(Lease)").click();
    expect(queryText(`${CHOICE} button`)).toBe("House rules");
    // the last one stays: everybody gets something
    await contains(".o_esign_document_choice:contains(House rules)").click();
    expect(ticked()).toEqual(["House rules"]);
    await clickSave();
    expect.verifySteps([[[1, 1, { document_ids: [[4, 2]] }]]]);
});

test("new documents are saved first, and the list opens for the same participant", async () => {
    onRpc("esign.envelope", "web_save", () => {
        expect.step("save");
    });
    await openForm();
    await addRow("document_ids", "Lease");
    await addRow("document_ids", "House rules");
    await addRow("signer_ids", "Clara");
    await addRow("signer_ids", "Sven");
    await contains(`.o_data_row:contains(Clara) ${CHOICE} button`).click();
    expect.verifySteps(["save"]);
    expect(ticked()).toEqual(["Lease", "House rules"]);
    await contains(".o_esign_document_choice:contains(Lease)").click();
    expect(queryText(`.o_data_row:contains(Clara) ${CHOICE} button`)).toBe("House rules");
    expect(queryText(`.o_data_row:contains(Sven) ${CHOICE} button`)).toBe("All");
});

test("what was sent is told, and not changed", async () => {
    await openForm(2);
    expect(queryText(CHOICE)).toBe("All");
    expect(`${CHOICE} button`).toHaveCount(0);
});
