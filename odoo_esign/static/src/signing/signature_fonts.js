import { makeCanvas, trimmedImage } from "./signature_image";

/**
 * Handwriting for typed signatures, for names that a font has all letters of: Odoo's own fonts,
 * and two of ours (SIL Open Font License, see static/fonts), so that there is a choice for Czech,
 * Cyrillic and Vietnamese names too.
 */

const FONTS = "/web/static/fonts/sign";
const OUR_FONTS = "/odoo_esign/static/fonts";
const BASE = "\u0020-\u007e\u00a0-\u017f\u2018\u2019\u2013";
const CYRILLIC_LETTERS = "\u0400-\u045f\u0490\u0491";
const VIETNAMESE_LETTERS = "\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9";
const LATIN = new RegExp(`^[${BASE}]*$`);
const CYRILLIC = new RegExp(`^[${BASE}${CYRILLIC_LETTERS}]*$`);
const VIETNAMESE = new RegExp(`^[${BASE}${VIETNAMESE_LETTERS}]*$`);
const ALL_OF_THEM = new RegExp(`^[${BASE}${CYRILLIC_LETTERS}${VIETNAMESE_LETTERS}]*$`);
// what each file of our fonts is for; the browser fetches only those that a name needs
const PARTS = {
    latin: "U+0000-00FF, U+0131, U+0152-0153, U+2000-206F",
    "latin-ext": "U+0100-02FF, U+1E00-1E9F",
    cyrillic: "U+0400-045F, U+0490-0491",
    vietnamese: "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, U+01AF-01B0, U+1EA0-1EF9",
};

const STYLES = [
    {
        family: "esign-marck",
        file: "MarckScript-Regular.ttf",
        covers: CYRILLIC,
        lacks: /[ªºĲŊŋſЀЍѐѝ]/,
    },
    {
        family: "esign-greatvibes",
        name: "GreatVibes",
        parts: ["latin", "latin-ext", "cyrillic", "vietnamese"],
        covers: ALL_OF_THEM,
        lacks: /[ŉſ]/,
    },
    {
        family: "esign-ooohbaby",
        file: "OoohBaby-Regular.ttf",
        covers: VIETNAMESE,
        lacks: /[Ĳĳŉſ]/,
    },
    {
        family: "esign-caveat",
        name: "Caveat",
        parts: ["latin", "latin-ext", "cyrillic"],
        covers: CYRILLIC,
        lacks: /ſ/,
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

const JOINING = /\p{Script=Arabic}/u;
const INK = "#12265e";
const SIZE = 160;
const MOST = 4; // styles to choose from

/**
 * The first letters of a name's parts, as one writes them beside a change; apart where the script
 * would join them to a word.
 */
export function initialsOf(name) {
    const parts = name.normalize("NFC").split(/[\s-]+/).filter(Boolean);
    const letters = parts.map((part) => [...part][0].toLocaleUpperCase()).slice(0, 6);
    return letters.join(JOINING.test(name) ? " " : "");
}

export function stylesFor(name) {
    const text = name.normalize("NFC");
    const styles = STYLES.filter(({ covers, lacks }) => covers.test(text) && !lacks.test(text));
    return styles.length ? styles.slice(0, MOST) : [ANY_SCRIPT];
}

async function loadFont({ family, file, name, parts = [] }, text) {
    if (!file && !parts.length) {
        return; // of the device
    }
    if (![...document.fonts].some((font) => font.family === family)) {
        if (file) {
            document.fonts.add(new FontFace(family, `url("${FONTS}/${file}")`));
        }
        for (const part of parts) {
            const url = `url("${OUR_FONTS}/${name}-${part}.woff2")`;
            document.fonts.add(new FontFace(family, url, { unicodeRange: PARTS[part] }));
        }
    }
    const faces = await document.fonts.load(`${SIZE}px ${family}`, text).catch(() => []);
    if (!faces.length || faces.some(({ status }) => status !== "loaded")) {
        forgetFont(family);
        throw new Error(`The font ${family} did not arrive`);
    }
}

/** A font that did not arrive is asked for anew the next time. */
function forgetFont(family) {
    for (const font of [...document.fonts].filter((font) => font.family === family)) {
        document.fonts.delete(font);
    }
}

/** Fetches the first handwriting ahead of time: the line may be gone when it is wanted. */
export async function fetchStyle(name) {
    await loadFont(stylesFor(name)[0], name).catch(() => {});
}

/** @returns {Promise<Object[]>} the name in all styles whose fonts are there: family and image */
export async function writeSamples(name) {
    const write = async (style) => ({
        family: style.family,
        image: await writeName(name, style, { strict: true }),
    });
    const samples = (await Promise.all(stylesFor(name).map(write))).filter(({ image }) => image);
    return samples.length ? samples : [await write(ANY_SCRIPT)].filter(({ image }) => image);
}

/**
 * @param {Object} [options]
 * @param {boolean} [options.strict] nothing rather than another font, where that is not there
 * @returns {Promise<string | null>} picture of the name in that handwriting
 */
export async function writeName(name, style, { strict = false } = {}) {
    const text = name.normalize("NFC").trim();
    if (!text) {
        return null;
    }
    try {
        await loadFont(style, text);
    } catch {
        if (strict) {
            return null;
        } // else falls back to another font
    }
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
