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
