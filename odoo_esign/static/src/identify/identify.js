// The page that asks for a code is plain HTML. This tells when the code has gone out, and loads
// the page again where it could not be sent, to say so.
(() => {
    const line = document.querySelector(".o_esign_identify_wait[data-url]");
    if (!line) {
        return;
    }
    const EVERY = 1500;
    const AT_MOST = 60;
    const ask = async (left) => {
        let state = "asked";
        try {
            const response = await fetch(line.dataset.url, { cache: "no-store" });
            state = response.ok ? (await response.json()).state : "none";
        } catch {
            // no connection at the moment: ask again
        }
        if (state === "sent") {
            line.textContent = "";
        } else if (state !== "asked") {
            window.location.reload();
        } else if (left) {
            setTimeout(() => ask(left - 1), EVERY);
        }
    };
    setTimeout(() => ask(AT_MOST), EVERY);
})();
