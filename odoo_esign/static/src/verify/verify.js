/**
 * Makes the form of the verify page comfortable: a file is checked as soon as it is dropped or
 * chosen, its progress shows, and a busy server is asked again. Without this script the form works
 * as forms do.
 */

const BUSY = 503;
const TRIES = 6;

class DropForm {
    constructor(form) {
        this.form = form;
        this.input = form.querySelector("input[type=file]");
        this.error = form.querySelector(".o_esign_error");
        this.progress = form.querySelector(".o_esign_progress");
        this.bar = form.querySelector("progress");
        this.result = document.getElementById("esign_result");
        this.depth = 0;
        this.words = {};
        for (const { dataset, textContent } of form.querySelectorAll("[data-say]")) {
            this.words[dataset.say] = textContent;
        }
        document.documentElement.classList.add("o_esign_scripted");
        form.addEventListener("submit", (ev) => {
            ev.preventDefault();
            this.check([...this.input.files]);
        });
        this.input.addEventListener("change", () => this.check([...this.input.files]));
        // the whole window takes the file: one dropped beside the area would be opened instead
        window.addEventListener("dragenter", (ev) => this.hover(ev, 1));
        window.addEventListener("dragleave", (ev) => this.hover(ev, -1));
        window.addEventListener("dragover", (ev) => ev.preventDefault());
        window.addEventListener("drop", (ev) => this.drop(ev));
    }

    hover(ev, step) {
        ev.preventDefault();
        this.depth = Math.max(0, this.depth + step);
        this.form.classList.toggle("o_esign_over", this.depth > 0);
    }

    drop(ev) {
        ev.preventDefault();
        this.depth = 0;
        this.form.classList.remove("o_esign_over");
        this.check([...ev.dataTransfer.files]);
    }

    async check(files) {
        const { maxBytes } = this.form.dataset;
        const { tooBig, one, busy, failed } = this.words;
        if (!files.length || this.isBusy) {
            return;
        }
        this.error.textContent = "";
        if (files.length > 1 || files[0].size > Number(maxBytes)) {
            this.error.textContent = files.length > 1 ? one : tooBig;
            return;
        }
        this.setBusy(true);
        try {
            let answer = await this.send(files[0]);
            for (let tries = 1; answer.status === BUSY && tries < TRIES; tries++) {
                this.say(busy);
                await new Promise((done) => setTimeout(done, answer.wait * 1000));
                answer = await this.send(files[0]);
            }
            this.show(answer.page);
        } catch {
            this.error.textContent = failed;
        } finally {
            this.setBusy(false);
        }
    }

    /** Resolves with the answer's status and page; rejects where none came that is of use. */
    send(file) {
        const { uploading, checking } = this.words;
        const body = new FormData(this.form);
        body.set(this.input.name, file);
        return new Promise((resolve, reject) => {
            const request = new XMLHttpRequest();
            request.open("POST", this.form.action);
            request.responseType = "document";
            request.upload.addEventListener("progress", (ev) => {
                this.say(uploading, ev.lengthComputable ? (100 * ev.loaded) / ev.total : null);
            });
            request.upload.addEventListener("load", () => this.say(checking));
            request.addEventListener("load", () => {
                const page = request.response?.getElementById("esign_result");
                const wait = Number(request.getResponseHeader("Retry-After")) || 1;
                page ? resolve({ status: request.status, page, wait }) : reject(request.status);
            });
            request.addEventListener("error", reject);
            this.say(uploading, 0);
            request.send(body);
        });
    }

    show(page) {
        this.result.replaceChildren(...page.childNodes);
        const title = this.result.querySelector("h2");
        title?.focus({ preventScroll: true });
        this.result.scrollIntoView({ block: "start" });
    }

    say(text, percent = null) {
        this.progress.querySelector(".o_esign_progress_text").textContent = text;
        if (percent === null) {
            this.bar.removeAttribute("value");
        } else {
            this.bar.value = percent;
        }
    }

    setBusy(isBusy) {
        this.isBusy = isBusy;
        this.form.setAttribute("aria-busy", isBusy);
        this.progress.hidden = !isBusy;
        if (isBusy) {
            this.result.replaceChildren();
        } else {
            this.input.value = ""; // so that the same file can be chosen again
        }
    }
}

/** On paper everything is open. */
function openAll() {
    for (const details of document.querySelectorAll("details:not([open])")) {
        details.open = true;
    }
}

const form = document.querySelector(".o_esign_drop_form");
if (form) {
    new DropForm(form);
}
window.addEventListener("beforeprint", openAll);
