import { loadJS } from "@web/core/assets";

const PDFJS = "/web/static/lib/pdfjs";

let library;

/**
 * Browsers in which pdf.js runs only with Odoo's polyfills: those don't reach
 * a worker, so the worker's code is loaded into the page there (slower, works).
 */
function needsPolyfills() {
    return !/\[native code\]/.test(String(Promise.withResolvers));
}

/** Loads Odoo's own copy of pdf.js, once. */
export function loadPdfLibrary() {
    library ||= (async () => {
        await loadJS(`${PDFJS}/build/pdf.js`);
        if (needsPolyfills()) {
            await loadJS(`${PDFJS}/build/pdf.worker.js`);
        }
        const { pdfjsLib } = globalThis;
        pdfjsLib.GlobalWorkerOptions.workerSrc = `${PDFJS}/build/pdf.worker.js`;
        return pdfjsLib;
    })();
    library.catch(() => (library = undefined));
    return library;
}

/**
 * @param {string} url address on this server
 * @returns {Promise<Object>} pdf.js' loading task (`promise`, `destroy()`)
 */
export async function openPdf(url) {
    const pdfjsLib = await loadPdfLibrary();
    return pdfjsLib.getDocument({
        url,
        cMapUrl: `${PDFJS}/web/cmaps/`,
        cMapPacked: true,
        enableXfa: false,
        isEvalSupported: false,
    });
}
