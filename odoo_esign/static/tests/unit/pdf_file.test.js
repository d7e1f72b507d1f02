import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Document extends models.Model {
    _name = "esign.document";
    name = fields.Char();
    upload = fields.Binary();
    upload_name = fields.Char();
    _records = [
        { id: 1, name: "Lease", upload: "10.00 Kb", upload_name: "lease_v2.pdf" },
        { id: 2, name: "House rules", upload: "10.00 Kb" },
        { id: 3, name: "Nothing yet" },
    ];
}
defineMailModels();
defineModels([Document]);

test("a document shows the name of its file, not the size", async () => {
    await mountView({
        type: "list",
        resModel: "esign.document",
        arch: `
            <list>
                <field name="name" column_invisible="True"/>
                <field name="upload_name" column_invisible="True"/>
                <field name="upload" widget="esign_pdf" filename="upload_name"/>
            </list>`,
    });
    expect(queryAllTexts(".o_data_cell[name=upload]")).toEqual([
        "lease_v2.pdf",
        "House rules.pdf",
        "",
    ]);
    expect(".o_data_cell[name=upload] a.o_form_uri").toHaveCount(2);
});
