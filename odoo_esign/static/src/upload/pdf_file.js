import { registry } from "@web/core/registry";
import { ListBinaryField, listBinaryField } from "@web/views/fields/binary/binary_field";

/** The PDF of a document by its file's name, also where a program has given it none. */
export class EsignPdfFile extends ListBinaryField {
    static template = "odoo_esign.PdfFile";

    get fileName() {
        const { fileNameField, record } = this.props;
        return record.data[fileNameField] || (record.data.name ? `${record.data.name}.pdf` : "PDF");
    }

    get canDownload() {
        return this.props.record.resId && !this.props.record.dirty;
    }
}

registry.category("fields").add("esign_pdf", { ...listBinaryField, component: EsignPdfFile });
