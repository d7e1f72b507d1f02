/** Geometry of PDF pages on screen. Pure functions, lengths in PDF points. */

/**
 * Size in which a page is shown, before pdf.js has opened it: that of the page
 * as the reader sees it, i.e. after rotation.
 *
 * @param {{ width: number, height: number, rotation?: number }} page
 */
export function shownSize({ width, height, rotation = 0 }) {
    return rotation % 180 ? { width: height, height: width } : { width, height };
}

/**
 * The width that most pages have: wider ones, say a plan on its side among
 * letters, are made smaller instead of making all the others unreadable.
 *
 * @param {{ width: number, height: number, rotation?: number }[]} pages
 */
export function usualWidth(pages) {
    const counts = new Map();
    for (const page of pages) {
        const width = Math.round(shownSize(page).width);
        counts.set(width, (counts.get(width) || 0) + 1);
    }
    const [usual] = [...counts].sort(([w1, n1], [w2, n2]) => n2 - n1 || w1 - w2);
    return usual ? usual[0] : 1;
}

/**
 * A rectangle of PDF user space as percentages of the page shown, so that it
 * stays right at every zoom. pdf.js knows about rotation and boxes that don't
 * start at 0, 0.
 *
 * @param {Object} viewport pdf.js' PageViewport
 * @param {{ left: number, bottom: number, right: number, top: number }} rectangle
 */
export function placeOnPage(viewport, { left, bottom, right, top }) {
    const [x1, y1, x2, y2] = viewport.convertToViewportRectangle([left, bottom, right, top]);
    const width = Math.abs(x2 - x1);
    const height = Math.abs(y2 - y1);
    return {
        left: (100 * Math.min(x1, x2)) / viewport.width,
        top: (100 * Math.min(y1, y2)) / viewport.height,
        width: (100 * width) / viewport.width,
        height: (100 * height) / viewport.height,
        points: { width: width / viewport.scale, height: height / viewport.scale },
    };
}

/** Ratio of canvas to CSS pixels: sharp, but never more than `limit` pixels in all. */
export function canvasRatio(width, height, deviceRatio = 1, limit = 12_000_000) {
    return Math.min(deviceRatio, Math.sqrt(limit / Math.max(1, width * height)));
}
