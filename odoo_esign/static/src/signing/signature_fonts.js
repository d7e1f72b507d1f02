import { makeCanvas, trimmedImage } from "./signature_image";

/** Handwriting for typed signatures: Odoo's own fonts, for names they have all letters of. */

const FONTS = "/web/static/fonts/sign";
const BASE = "\u0020-\u007e\u00a0-\u017f\u2018\u2019\u2013";
const LATIN = new RegExp(`^[${BASE}]*$`);
const CYRILLIC = new RegExp(`^[${BASE}\u0400-\u045f\u0490\u0491]*$`);
const VIETNAMESE = new RegExp(`^[${BASE}\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]*$`);

const STYLES = [
    {
        family: "esign-marck",
        file: "MarckScript-Regular.ttf",
        covers: CYRILLIC,
        lacks: /[ªºĲŊŋſЀЍѐѝ]/,
    },
    {
        family: "esign-ooohbaby",
        file: "OoohBaby-Regular.ttf",
        covers: VIETNAMESE,
        lacks: /[Ĳĳŉſ]/,
    },
    {
        family: "esign-labelle",
        file: "LaBelleAurore-Regular.ttf",
        covers: LATIN,
        lacks: /[ĦĭıĲĳĸľŊŋŦſ]/,
    },
    {
        family: "esign-zeyada",
        file: "Zeyada-Regular.ttf",
        covers: LATIN,
        lacks: /[ďĐđģĦħĪĲĳĸĽľŉŊŋťŦŧſ]/,
    },
];
const ANY_SCRIPT = { family: "cursive" }; // the device's fonts have the letters of its user

const INK = "#12265e";
const SIZE = 160;

export function stylesFor(name) {
    const text = name.normalize("NFC");
    const styles = STYLES.filter(({ covers, lacks }) => covers.test(text) && !lacks.test(text));
    return styles.length ? styles : [ANY_SCRIPT];
}

async function loadFont({ family, file }) {
    if (file && ![...document.fonts].some((font) => font.family === family)) {
        const font = new FontFace(family, `url("${FONTS}/${file}")`);
        document.fonts.add(font);
        await font.load();
    } else if (file) {
        await document.fonts.load(`${SIZE}px ${family}`);
    }
}

/** @returns {Promise<string | null>} picture of the name in that handwriting */
export async function writeName(name, style) {
    const text = name.normalize("NFC").trim();
    if (!text) {
        return null;
    }
    await loadFont(style).catch(() => {}); // falls back to another font
    const font = `${SIZE}px ${style.family}, cursive`;
    const measuring = makeCanvas(1, 1).getContext("2d");
    measuring.font = font;
    const width = Math.min(6000, Math.ceil(measuring.measureText(text).width) + 2 * SIZE);
    const canvas = makeCanvas(width, SIZE * 3);
    const context = canvas.getContext("2d");
    context.font = font;
    context.fillStyle = INK;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, width / 2, canvas.height / 2, width - SIZE);
    return trimmedImage(canvas);
}

export { INK };
