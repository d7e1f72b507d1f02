const PDFJS = "/web/static/lib/pdfjs";

let library;

/** @returns {Object} where the page says that the scripts of pdf.js are, by their name */
function addresses() {
    return JSON.parse(document.getElementById("o_esign_scripts").textContent);
}

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
        const { "pdf.js": script, "pdf.worker.js": worker } = addresses();
        await import(script);
        if (needsPolyfills()) {
            await import(worker);
        }
        const { pdfjsLib } = globalThis;
        pdfjsLib.GlobalWorkerOptions.workerSrc = worker;
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
