import { _t } from "@web/core/l10n/translation";

/** Making, trimming and reading pictures of signatures. All results are PNG data addresses. */

const LONGEST = { width: 1200, height: 400 };
const MOST_PIXELS = 10_000_000; // what the server decodes
const MOST_BYTES = 15_000_000;

export function makeCanvas(width, height) {
    return Object.assign(document.createElement("canvas"), { width, height });
}

/** The smallest rectangle with ink in it, or null where there is none. */
function findInk(canvas) {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (data[(y * width + x) * 4 + 3] > 8) {
                left = Math.min(left, x);
                right = Math.max(right, x);
                top = Math.min(top, y);
                bottom = y;
            }
        }
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * The drawing without its empty margin, so that it fills its place on the page.
 *
 * @returns {string | null} null if nothing was drawn
 */
export function trimmedImage(canvas) {
    const ink = findInk(canvas);
    if (!ink) {
        return null;
    }
    const margin = Math.ceil(ink.height * 0.05) + 2;
    const [width, height] = [ink.width + 2 * margin, ink.height + 2 * margin];
    const shrink = Math.min(1, LONGEST.width / width, LONGEST.height / height);
    const result = makeCanvas(Math.ceil(width * shrink), Math.ceil(height * shrink));
    const context = result.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.scale(shrink, shrink);
    context.drawImage(canvas, margin - ink.left, margin - ink.top);
    return result.toDataURL("image/png");
}

/**
 * @returns {Promise<HTMLCanvasElement>}
 * @throws {Error} with a message for the signer
 */
export async function readImageFile(file) {
    const unusable = _t("This is not a picture that can be used. Please choose a PNG or JPEG.");
    if (!file.type.startsWith("image/") || file.size > MOST_BYTES) {
        throw new Error(unusable);
    }
    const image = new Image();
    const url = URL.createObjectURL(file);
    try {
        image.src = url;
        await image.decode();
    } catch {
        throw new Error(unusable);
    } finally {
        URL.revokeObjectURL(url);
    }
    const { naturalWidth: width, naturalHeight: height } = image;
    if (!width || !height) {
        throw new Error(unusable);
    }
    if (width * height > 4 * MOST_PIXELS) {
        throw new Error(_t("This picture is too large. Please choose a smaller one."));
    }
    const shrink = Math.min(1, LONGEST.width / width, LONGEST.height / height);
    const canvas = makeCanvas(Math.ceil(width * shrink), Math.ceil(height * shrink));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, canvas.width, canvas.height); // upright: browsers mind EXIF
    return canvas;
}

/**
 * The ink alone: what is about as light as the paper becomes transparent.
 *
 * @param {HTMLCanvasElement} photo
 * @returns {string} data address; the photo as it is where nothing would be left of it
 */
export function withoutPaper(photo) {
    const canvas = makeCanvas(photo.width, photo.height);
    const context = canvas.getContext("2d");
    context.drawImage(photo, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const { data } = pixels;
    const light = (at) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    const counts = new Array(256).fill(0);
    for (let at = 0; at < data.length; at += 4) {
        counts[Math.round(light(at))]++;
    }
    // the paper is most of the picture: a fifth of the pixels may be lighter, by a lamp or a flash
    let paper = 255;
    for (let lighter = counts[255]; lighter < data.length / 20 && paper > 0; ) {
        lighter += counts[--paper];
    }
    for (let at = 0; at < data.length; at += 4) {
        const ink = (0.88 * paper - light(at)) / (0.3 * paper || 1);
        data[at + 3] = Math.round(data[at + 3] * Math.min(1, Math.max(0, ink)));
    }
    context.putImageData(pixels, 0, 0);
    return trimmedImage(canvas) || photo.toDataURL("image/png");
}
