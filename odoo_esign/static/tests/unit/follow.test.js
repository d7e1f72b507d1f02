import { expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    MockServer,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Envelope extends models.Model {
    _name = "esign.envelope";
    name = fields.Char();
    needs_attention = fields.Boolean();
    state = fields.Selection({
        selection: [
            ["preparing", "Being prepared"],
            ["sent", "Sent"],
        ],
    });
    _records = [{ id: 1, name: "Lease", state: "preparing", needs_attention: false }];
}
defineMailModels();
defineModels([Envelope]);

async function mountForm() {
    await mountView({
        type: "form",
        resModel: "esign.envelope",
        resId: 1,
        arch: `
            <form>
                <div class="o_preparing" invisible="state != 'preparing'"/>
                <widget name="esign_follow" invisible="state != 'preparing'"/>
                <field name="name"/><field name="state"/><field name="needs_attention"/>
            </form>`,
    });
}

test("the form shows by itself when the envelope is sent, and asks no more then", async () => {
    onRpc("esign.envelope", "read", () => expect.step("read"));
    await mountForm();
    expect(".o_preparing").toHaveCount(1);
    await advanceTime(2_500);
    expect.verifySteps(["read"]);
    expect(".o_preparing").toHaveCount(1);
    MockServer.env["esign.envelope"].write([1], { state: "sent" });
    await advanceTime(3_000);
    await animationFrame();
    expect(".o_preparing").toHaveCount(0);
    expect.verifySteps(["read"]);
    await advanceTime(60_000);
    expect.verifySteps([]);
});

test("what is being typed is not lost", async () => {
    await mountForm();
    await contains("[name=name] input").edit("Lease of the hall", { confirm: false });
    MockServer.env["esign.envelope"].write([1], { state: "sent" });
    await advanceTime(10_000);
    await animationFrame();
    expect("[name=name] input").toHaveValue("Lease of the hall");
});
