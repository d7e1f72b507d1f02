import { registry } from "@web/core/registry";
import { TourAutomatic } from "@web_tour/js/tour_automatic/tour_automatic";
import { tourState } from "@web_tour/js/tour_state";

const tours = registry.category("web_tour.tours");

/**
 * Runs tours on the signing page, which has none of the front end's services
 * and so no tour service. Loaded in tests only.
 */
function startTour(name, options = {}) {
    const tour = tours.get(name);
    tourState.setCurrentConfig({
        delayToCheckUndeterminisms: 0,
        stepDelay: 0,
        debug: false,
        ...options,
    });
    tourState.setCurrentTour(name);
    tourState.setCurrentIndex(0);
    new TourAutomatic({ ...tour, name, steps: tour.steps() }).start();
}

if (document.querySelector('owl-component[name="odoo_esign.signing_page"]')) {
    odoo.isTourReady = (name) =>
        tours.contains(name) && Boolean(document.querySelector(".o_esign_app"));
    odoo.startTour = startTour;
}
