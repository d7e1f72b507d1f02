const PDFJS = "/web/static/lib/pdfjs";

let library;

/** @returns {Object} addresses: library, worker, document; see `signing_start` in the templates */
function addresses() {
    return document.getElementById("o_esign_start").dataset;
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
        const { library: script, worker } = addresses();
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

/** @returns {Promise<Object | undefined>} pdf.js' worker, one for all documents of the page */
async function sharedWorker({ PDFWorker }) {
    const port = await odoo.esign_worker;
    return port && PDFWorker.fromPort({ port });
}

/** @returns {Promise<ArrayBuffer | undefined>} the document, where it was fetched ahead; once */
async function fetchedAhead(url) {
    if (url === addresses().document) {
        const fetched = odoo.esign_document;
        delete odoo.esign_document;
        return fetched;
    }
}

/**
 * @param {string} url address on this server
 * @returns {Promise<Object>} pdf.js' loading task (`promise`, `destroy()`)
 */
export async function openPdf(url) {
    const pdfjsLib = await loadPdfLibrary();
    const worker = await sharedWorker(pdfjsLib);
    const data = await fetchedAhead(url);
    return pdfjsLib.getDocument({
        ...(data ? { data } : { url }),
        worker,
        cMapUrl: `${PDFJS}/web/cmaps/`,
        cMapPacked: true,
        enableXfa: false,
        isEvalSupported: false,
    });
}
