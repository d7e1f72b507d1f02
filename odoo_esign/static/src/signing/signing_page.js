import {
    Component,
    markRaw,
    onError,
    onMounted,
    onWillDestroy,
    reactive,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { DocumentView } from "../pages/document_view";
import { usualWidth } from "../pages/page_geometry";
import { PageWatcher } from "../pages/page_watcher";
import { TextSearch } from "../pages/text_search";
import { Zoom } from "../pages/zoom";
import { ActionBar } from "./action_bar";
import { AdoptedPictures } from "./adopted_pictures";
import { SigningApi } from "./api";
import { AskDialog } from "./ask_dialog";
import { ConsentCard } from "./consent_card";
import { DeclineDialog } from "./decline_dialog";
import { DelegateDialog } from "./delegate_dialog";
import { fetchPad } from "./draw_tab";
import { DoneScreen } from "./done_screen";
import { FieldControl } from "./field_control";
import { FindBar } from "./find_bar";
import { Guide } from "./guide";
import { IntroCard } from "./intro_card";
import { useMedia } from "./use_media";
import { PageHeader } from "./page_header";
import { ReaderBar } from "./reader_bar";
import { ReadingReporter } from "./reading_reporter";
import { ReadingTracker } from "./reading_tracker";
import { SignDialog } from "./sign_dialog";
import { fetchStyle, initialsOf, stylesFor, writeName } from "./signature_fonts";
import { SigningForm } from "./signing_form";
import { TaskList } from "./task_list";

const PATIENCE = 1500; // milliseconds for which a dialog waits, then the reader may read on
const WIDEST_PAGE = 900; // CSS pixels that fitting makes of a page, at most
const CLOSING_CODES = [
    "expired",
    "revoked",
    "cancelled",
    "revised",
    "not_your_turn",
    "declined",
    "released",
    "handed_on",
    "passed_on",
];
// one may come back to what was entered
const COMING_BACK = ["revoked", "revised"];

/** The public signing page: reading, filling in, signing or declining, and what comes after. */
export class SigningPage extends Component {
    static template = "odoo_esign.SigningPage";
    static components = {
        ActionBar,
        AskDialog,
        ConsentCard,
        DeclineDialog,
        DelegateDialog,
        DocumentView,
        DoneScreen,
        FieldControl,
        FindBar,
        IntroCard,
        PageHeader,
        ReaderBar,
        SignDialog,
        TaskList,
    };
    static props = ["*"]; // the `page` of the server, see the controller

    setup() {
        this.page = this.props;
        this.reads = this.page.signer.action === "view"; // nothing to sign, fill in or decline
        this.form = useState(reactive(new SigningForm(this.page)));
        this.state = useState({
            dialog: null, // signature, initials, stamp, decline, delegate or ask
            adopting: false,
            refusal: "", // of the picture that was adopted
            sending: false,
            waiting: false, // for the connection to come back
            error: "",
            end: this.page.state === "ready" ? null : this.makeEnd(this.page.state, this.page),
        });
        this.wide = useMedia("(min-width: 992px)");
        this.api = markRaw(
            new SigningApi(this.page, { onWaiting: (waiting) => (this.state.waiting = waiting) })
        );
        this.pictures = markRaw(
            new AdoptedPictures(this.api, this.form, this.onPictureRefused.bind(this))
        );
        this.scroller = useRef("scroller");
        this.zoom = markRaw(new Zoom());
        this.guide = markRaw(new Guide(this.zoom));
        this.watcher = markRaw(new PageWatcher(() => this.scroller.el));
        this.reading = new ReadingTracker();
        this.reading.remember(this.page.seen);
        this.reporter = new ReadingReporter(this.api, this.reading, this.page.documents);
        this.reading.remember(this.form.seenPages);
        this.countPagesLeft();
        this.search = markRaw(new TextSearch());
        this.finding = useState({ open: false });
        useExternalListener(window, "keydown", (ev) => this.onKey(ev));
        this.fitWidth = usualWidth(this.page.documents.flatMap(({ pages }) => pages));
        onMounted(() => {
            if (this.state.end) {
                this.api.opened();
            }
            this.sendEarly();
            if (this.scroller.el) {
                this.zoom.attach(this.scroller.el, () => this.measure());
                this.search.attach(this.scroller.el);
            }
        });
        onWillDestroy(() => this.leaveForm());
        onError((error) => this.onDialogError(error));
    }

    measure() {
        const { clientWidth } = this.scroller.el;
        const margin = this.wide.matches ? 32 : 8;
        return {
            page: this.fitWidth,
            available: clientWidth - 2 * margin,
            most: WIDEST_PAGE,
        };
    }

    leaveForm() {
        this.zoom.detach();
        this.search.detach();
        this.watcher.destroy();
        this.reading.destroy();
        this.reporter.destroy();
        this.pictures.leave();
    }

    // ---------------------------------------------------------------- pages and fields

    pagesText({ pages }) {
        return pages.length === 1 ? _t("1 page") : _t("%s pages", pages.length);
    }

    fieldsOn(document, index) {
        return this.form.fields.filter(
            (field) => field.document_id === document.id && field.page === index
        );
    }

    pagesWithFields(document) {
        const fields = this.form.fields.filter((field) => field.document_id === document.id);
        return [...new Set(fields.map(({ page }) => page))];
    }

    onDrawn() {
        if (!this.told) {
            this.told = true;
            this.api.opened();
            if (this.form.wantsSignature && !this.reads) {
                fetchPad().catch(() => {});
                fetchStyle(this.form.name);
            }
        }
    }

    /** A dialog that fails is closed; what was read and entered stays. */
    onDialogError(error) {
        if (!this.state.dialog) {
            throw error;
        }
        console.error(error);
        this.state.error = _t("Something went wrong. Please try again.");
        this.closeDialog();
    }

    onSeen(document, index) {
        this.reading.see(document.id, index);
        this.reporter.onSeen();
        if (this.page.envelope.require_reading) {
            this.form.keepSeen(this.reading.seenPages);
        }
        this.countPagesLeft();
    }

    onOpened(document, pdf) {
        this.search.add(document.id, pdf);
    }

    /** Of the pages that have to be seen before signing. */
    countPagesLeft() {
        if (this.page.envelope.require_reading) {
            this.form.pagesLeft = this.reading.left(this.page.documents).length;
        }
    }

    // ---------------------------------------------------------------- finding text

    onKey(ev) {
        const isFind = (ev.ctrlKey || ev.metaKey) && !ev.altKey && ev.key.toLowerCase() === "f";
        if (isFind && !this.state.end && !this.state.dialog) {
            ev.preventDefault();
            this.openFind();
        }
    }

    openFind() {
        this.finding.open = true;
        document.querySelector(".o_esign_find_text")?.select();
    }

    closeFind() {
        this.finding.open = false;
        this.search.find("");
        document.querySelector(".o_esign_find_open")?.focus();
    }

    onFieldFocus(field) {
        this.guide.onFocus(field);
    }

    // ---------------------------------------------------------------- one thing after the other

    next() {
        this.state.error = "";
        const task = this.form.nextTask;
        if (task) {
            // led there before, and not done: say what is missing
            this.form.missed = this.ledTo === task.key ? task.key : null;
            this.ledTo = task.key;
            this.goTo(task);
        }
    }

    goTo(task) {
        if (this.isPicture(task.kind)) {
            const [place] = this.form.placesOf(task.kind);
            if (place) {
                this.guide.show({ key: `field_${place.id}` });
            }
            this.openSignature(task.kind);
        } else if (task.kind === "reading") {
            const [page] = this.reading.left(this.page.documents);
            this.guide.showPage(page || { documentId: this.page.documents[0].id, index: 0 });
        } else {
            this.guide.show(task);
        }
    }

    isPicture(kind) {
        return ["signature", "initials", "stamp"].includes(kind);
    }

    /** @param {"signature" | "initials" | "stamp"} kind */
    openSignature(kind) {
        Object.assign(this.state, { dialog: kind, refusal: "" });
    }
    openDecline() {
        this.state.dialog = "decline";
    }
    openAsk() {
        this.state.dialog = "ask";
    }
    openDelegate() {
        this.state.dialog = "delegate";
    }
    closeDialog() {
        this.state.dialog = null;
    }

    /** The dialog stays until the server has looked at the picture, unless that takes long. */
    async adopt(picture) {
        const kind = this.state.dialog;
        this.form.adopt(kind, picture);
        Object.assign(this.state, { error: "", refusal: "", adopting: true });
        // what fails now is sent again by who signs
        const sent = this.pictures.send(kind).catch((error) => console.error(error));
        await Promise.race([sent, new Promise((done) => setTimeout(done, PATIENCE))]);
        this.state.adopting = false;
        if (this.state.dialog === kind && !this.state.refusal) {
            this.closeDialog();
        }
    }

    /** Also when the dialog was closed meanwhile: then it opens again. */
    async onPictureRefused(kind, answer) {
        const { dialog } = this.state;
        if (answer.code !== "invalid") {
            await this.takeAnswer(answer);
        } else if (dialog && dialog !== kind) {
            this.state.error = answer.message;
        } else {
            Object.assign(this.state, { dialog: kind, refusal: answer.message });
        }
    }

    /** What was written for an approver, or adopted before a reload and not sent. */
    async sendEarly() {
        await this.writeForApprover();
        if (!this.state.end) {
            await this.pictures.sendAll().catch((error) => console.error(error));
        }
    }

    // ---------------------------------------------------------------- signing and declining

    async finish() {
        if (this.state.sending || this.form.nextTask) {
            return;
        }
        this.state.sending = true;
        this.state.error = "";
        try {
            await this.writeForApprover();
            const answer = await this.pictures.signWith(() => this.api.sign(this.makePost()));
            if (answer) {
                await this.takeAnswer(answer);
            }
        } catch (error) {
            console.error(error);
            this.state.error = _t(
                "Something went wrong on our side. Nothing you entered is lost. Please try again."
            );
        } finally {
            this.state.sending = false;
        }
    }

    makePost() {
        return {
            consent: this.form.consent,
            consent_version: this.page.consent.version,
            ...this.form.postedPictures,
            save: Object.keys(this.form.save).filter((kind) => this.form.save[kind]),
            values: this.form.postedValues,
            reading: this.reading.report(),
            shown: Object.fromEntries(this.page.documents.map((d) => [d.id, d.sha256])),
        };
    }

    /** Approvers need not make a signature: their name is written, and can be changed. */
    async writeForApprover() {
        if (this.form.approves && !this.form.signature) {
            const { name } = this.form;
            const image = await writeName(name, stylesFor(name)[0]);
            this.form.signature ||= { kind: "typed", name, image: image || "" };
            if (this.form.placesOf("initials").length) {
                const letters = initialsOf(name);
                const written = await writeName(letters, stylesFor(letters)[0]);
                this.form.initials ||= { kind: "typed", name: letters, image: written || "" };
            }
        }
    }

    async takeAnswer(answer) {
        if (answer.ok) {
            this.showEnd(answer.state, answer);
        } else if (answer.code === "already") {
            const now = await this.api.status();
            this.showEnd(now.state, now);
        } else if (CLOSING_CODES.includes(answer.code)) {
            this.showEnd("closed", answer);
        } else {
            this.state.error = answer.message || _t("Please check what you entered.");
            const field = this.form.takeErrors(answer.field_errors);
            if (field) {
                const kind = this.isPicture(field.kind) ? field.kind : "field";
                this.goTo({ key: `field_${field.id}`, kind, field });
            }
        }
    }

    /** @returns {Promise<string | undefined>} what went wrong, for the dialog */
    sendDecline(reason) {
        return this.leaveBy(() => this.api.decline(reason));
    }

    /** @returns {Promise<string | undefined>} what went wrong, for the dialog */
    sendDelegate(person) {
        return this.leaveBy(() => this.api.delegate(person));
    }

    async leaveBy(act) {
        try {
            const answer = await act();
            if (answer.ok) {
                this.showEnd(answer.state, answer);
            } else if (CLOSING_CODES.includes(answer.code)) {
                this.showEnd("closed", answer);
            } else {
                return answer.message;
            }
        } catch (error) {
            console.error(error);
            return _t("Something went wrong on our side. Please try again.");
        }
    }

    makeEnd(state, { done, message, title, write }) {
        const end = { state, done: done || { message } };
        if (state === "closed") {
            end.title = title || _t("This can't be signed now");
            end.write = write;
        }
        return end;
    }

    showEnd(state, answer) {
        this.leaveForm();
        if (!COMING_BACK.includes(answer.code)) {
            this.form.drafts.clear();
        }
        Object.assign(this.state, { dialog: null, end: this.makeEnd(state, answer) });
    }
}

registry.category("public_components").add("odoo_esign.signing_page", SigningPage);
