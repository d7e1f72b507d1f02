from odoo import models


class IrQweb(models.AbstractModel):
    """Bundles on the public pages carry the nonce of the page's Content-Security-Policy."""

    _inherit = "ir.qweb"

    def _get_asset_nodes(self, bundle, *args, **kwargs):
        nodes = super()._get_asset_nodes(bundle, *args, **kwargs)
        nonce = self.env.context.get("esign_nonce")
        if not nonce or not bundle.startswith("odoo_esign."):
            return nodes
        nodes = [
            # the policy forbids handlers in attributes; Odoo's own tests alone look for this one
            (tag, {**{k: v for k, v in attributes.items() if k != "onerror"}, "nonce": nonce})
            for tag, attributes in nodes
        ]
        # scripts that run later are fetched at once all the same
        later = [attributes["data-src"] for _tag, attributes in nodes if "data-src" in attributes]
        ahead = {"rel": "preload", "as": "script", "nonce": nonce}
        return [*(("link", {**ahead, "href": address}) for address in later), *nodes]
