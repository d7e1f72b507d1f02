// What answers a form has that form's address, which can't be opened: whoever reloads the page, or
// comes back to a tab that the phone has put away, is led to the participant's page instead.
(() => {
    const { page } = document.currentScript.dataset;
    if (window.location.pathname !== page) {
        window.history.replaceState(null, "", page);
    }
})();
