import { onWillDestroy, useState } from "@odoo/owl";

/** Whether a media query matches, followed. @returns {{ matches: boolean }} */
export function useMedia(query) {
    const media = window.matchMedia(query);
    const state = useState({ matches: media.matches });
    const onChange = () => (state.matches = media.matches);
    media.addEventListener("change", onChange);
    onWillDestroy(() => media.removeEventListener("change", onChange));
    return state;
}

export function bringIntoView(el) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    el.scrollIntoView({
        block: "center",
        inline: "center",
        behavior: still ? "instant" : "smooth",
    });
}
