import { expect, test } from "@odoo/hoot";
import { click, queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { EsignWaitingMenu } from "@odoo_esign/systray/waiting_menu";
import {
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";

defineMailModels();

const DOCUMENTS = [
    {
        id: 1,
        url: "/esign/sign/abc",
        subject: "Contract",
        action: "sign",
        sender: "Sam",
        sender_id: 2,
        company: "Us",
        deadline: "3 Mar",
        late: true,
    },
    {
        id: 2,
        url: "/esign/sign/def",
        subject: "Purchase Order P00007",
        action: "approve",
        sender: "Bert",
        sender_id: 3,
        company: "Us",
        deadline: "",
        late: false,
    },
];

async function mountMenu(esign) {
    patchWithCleanup(session, { esign });
    onRpc("res.users", "get_esign_waiting", ({ kwargs }) => {
        expect.step(kwargs.count_only ? "count" : "list");
        return kwargs.count_only ? { count: 5 } : { count: 2, documents: DOCUMENTS };
    });
    await mountWithCleanup(EsignWaitingMenu);
}

test("the counter comes with the page, the documents when it is opened", async () => {
    await mountMenu({ waiting: 2, sends: false });
    expect(".o_esign_waiting_count").toHaveText("2");
    expect.verifySteps([]);
    await click(".o_esign_waiting");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["list"]);
    expect(queryAllAttributes(".o_esign_waiting_document", "href")).toEqual([
        "/esign/sign/abc",
        "/esign/sign/def",
    ]);
    expect(queryAllTexts(".o_esign_waiting_document .text-primary")).toEqual(["Sign", "Approve"]);
    expect("small.text-danger").toHaveText("by 3 Mar");
    expect(".o_esign_waiting_all").toHaveCount(0);
});

test("who sends nothing and has nothing to do sees nothing", async () => {
    await mountMenu({ waiting: 0, sends: false });
    expect(".o_esign_waiting").toHaveCount(0);
});

test("whoever sends finds it always", async () => {
    await mountMenu({ waiting: 0, sends: true });
    expect(".o_esign_waiting").toHaveCount(1);
    expect(".o_esign_waiting_count").toHaveCount(0);
});

test("something arrives: one question for several messages", async () => {
    await makeMockEnv();
    let tell;
    patchWithCleanup(getService("bus_service"), {
        subscribe(type, callback) {
            if (type === "odoo_esign.waiting") {
                tell = callback;
            }
            return super.subscribe(...arguments);
        },
    });
    await mountMenu({ waiting: 0, sends: false });
    tell();
    tell();
    tell();
    await advanceTime(1000);
    await animationFrame();
    expect.verifySteps(["count"]);
    expect(".o_esign_waiting_count").toHaveText("5");
});
