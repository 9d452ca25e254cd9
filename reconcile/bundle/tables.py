"""The tables that the bundles of an output folder leave there: their register, and whose id is whose."""

from reconcile.tables import Column, Table

#: One row per bundle that was made.
REGISTER = Table(
    "bundle_register",
    (
        Column("waktu", "text", "moment, UTC", required=True),
        Column("penerima", "text", "name of the recipient in config.yaml", required=True),
        Column("jalan", "text", "run that it was cut from", required=True),
        Column("wilayah", "text", "Kemendagri code of its area", required=True),
        Column("keperluan", "text", "purpose", required=True),
        Column("dasar", "text", "agreement or minutes", required=True),
        Column("berlaku_sampai", "text", "last day of use", required=True),
        Column("penyandian", "text", "age or kata_sandi; empty where nothing is TERBATAS"),
        Column("n_berkas", "whole", "files", required=True),
        Column("n_baris_internal", "whole", "rows without identity", required=True),
        Column("n_baris_terbatas", "whole", "rows with identities", required=True),
        Column("sha256_manifes", "text", "SHA-256 of its manifest", required=True),
        Column("sha256_arsip", "text", "SHA-256 of the encrypted archive as it was handed over"),
    ),
)
#: The ids of one recipient's files; answers to its questions need it, and nobody else may have it.
LOOKUP = Table(
    "bundle_lookup",
    (
        Column("id_padan", "text", "id in the run, without the letters of its kind", required=True),
        Column("id_penerima", "text", "id in the files of the recipient", required=True),
    ),
)
