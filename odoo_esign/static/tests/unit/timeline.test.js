import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryText, select } from "@odoo/hoot-dom";
import { animationFrame, mockTimeZone } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

class Envelope extends models.Model {
    _name = "esign.envelope";
    evidence_count = fields.Integer();
    _records = [{ id: 1, evidence_count: 4 }];
}
defineMailModels();
defineModels([Envelope]);

const line = (seq, values) => ({
    seq,
    code: "opened",
    label: "Opened",
    sentence: `Sentence ${seq}`,
    icon: "fa-eye",
    tone: "",
    technical: false,
    actor: "Clara",
    by_person: true,
    avatar: "",
    signer: 0,
    day: "2026-03-01",
    day_label: "Sunday, 1 March 2026",
    time: "10:00",
    ts: `2026-03-01T09:00:0${seq}.000000Z`,
    hash: `hash${seq}`,
    facts: `{"fact": ${seq}}`,
    ...values,
});
const LINES = [
    line(4, { tone: "good", signer: 7, day: "2026-03-02", day_label: "Monday, 2 March 2026" }),
    line(3, { signer: 8, avatar: "/web/image/res.users/2/avatar_128" }),
    line(2, { technical: true, code: "frozen" }),
    line(1),
];
const WHOLE = { whole: true, deep: false, text: "The log is intact", problems: [] };
const sentences = () => queryAllTexts(".o_esign_timeline_sentence");

async function mountTimeline() {
    onRpc("esign.envelope", "get_timeline", () => ({
        lines: LINES,
        more: false,
        participants: [
            { id: 7, name: "Clara" },
            { id: 8, name: "Sven" },
        ],
        check: WHOLE,
    }));
    await mountForm();
}

function mountForm() {
    return mountView({
        type: "form",
        resModel: "esign.envelope",
        resId: 1,
        arch: `<form><widget name="esign_timeline"/></form>`,
    });
}

test("lines stand by day, the newest first, without the machine's steps", async () => {
    await mountTimeline();
    expect(queryAllTexts(".o_esign_timeline_day h4")).toEqual([
        "Monday, 2 March 2026",
        "Sunday, 1 March 2026",
    ]);
    expect(sentences()).toEqual(["Sentence 4", "Sentence 3", "Sentence 1"]);
    expect(".o_esign_timeline_line[data-tone=good]").toHaveCount(1);
    expect(".o_esign_timeline_avatar").toHaveCount(1);
    expect(".o_esign_whole").toHaveText(/The log is intact/);
    expect(".o_esign_timeline_facts").toHaveCount(0);
});

test("technical details: more lines, and the facts of each", async () => {
    await mountTimeline();
    await click(".o_esign_timeline_technical");
    await animationFrame();
    expect(sentences()).toHaveLength(4);
    expect("pre").toHaveCount(0);
    await click(".o_esign_timeline_line[data-code=frozen] button");
    await animationFrame();
    expect("pre").toHaveText('{"fact": 2}');
    expect(queryText("dl")).toInclude("hash2");
});

test("one participant's lines", async () => {
    await mountTimeline();
    await click(".o_esign_timeline_filter");
    await select("8");
    await animationFrame();
    expect(sentences()).toEqual(["Sentence 3"]);
});

test("a broken line is shown, also a technical one", async () => {
    onRpc("esign.envelope", "check_timeline", () => {
        expect.step("check");
        return {
            whole: false,
            deep: true,
            text: "Tampered with",
            problems: [{ seq: 2, what: "a line was edited", text: "Line 2: a line was edited" }],
        };
    });
    await mountTimeline();
    await click(".o_esign_timeline_deep");
    await animationFrame();
    expect.verifySteps(["check"]);
    expect(".o_esign_broken li").toHaveText("Line 2: a line was edited");
    expect(".o_esign_timeline_line[data-code=frozen]").toHaveAttribute("data-tone", "bad");
    expect(".o_esign_timeline_line[data-code=frozen] .o_esign_timeline_problem").toHaveText(
        "a line was edited"
    );
    expect(".o_esign_timeline_problem").toHaveCount(1);
    expect(".o_esign_timeline_deep").toHaveCount(0);
});

test("times are told in the browser's zone, as on the rest of the form", async () => {
    mockTimeZone("Asia/Tokyo");
    onRpc("esign.envelope", "get_timeline", ({ kwargs }) => {
        expect.step(kwargs.context.tz);
        return { lines: LINES, more: false, participants: [], check: WHOLE };
    });
    await mountForm();
    expect.verifySteps(["Asia/Tokyo"]);
});

test("older lines on demand", async () => {
    onRpc("esign.envelope", "get_timeline", ({ args }) => {
        expect.step(args);
        const older = args.length > 1;
        return {
            lines: older ? [line(1)] : [line(3), line(2)],
            more: !older,
            participants: [],
            check: older ? null : WHOLE,
        };
    });
    await mountForm();
    await click(".o_esign_timeline_older");
    await animationFrame();
    expect.verifySteps([[1], [1, 2]]);
    expect(sentences()).toEqual(["Sentence 3", "Sentence 2", "Sentence 1"]);
    expect(".o_esign_timeline_older").toHaveCount(0);
    expect(".o_esign_whole").toHaveCount(1);
});
