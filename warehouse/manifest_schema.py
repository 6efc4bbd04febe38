"""What the manifest of the fitted models must hold for them to be used."""

from __future__ import annotations

from jsonschema import Draft202012Validator

TEXT = {"type": "string", "minLength": 1}
DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DATES = ("train_start_date", "train_end_date", "train_label_end_date", "test_start_date")
ENTRY = {
    "file": {"type": "string", "pattern": r"^[^/]+\.skops$"},
    **dict.fromkeys(("sha256", "model", "asset_class", "fold_id"), TEXT),
    "is_pooled": {"type": "boolean"},
    "seed": {"type": "integer"},
    **dict.fromkeys(DATES, DATE),
    "parameters": {"type": "object"},
    "versions": {"type": "object", "additionalProperties": TEXT},
    **dict.fromkeys(("fingerprint", "fit_fingerprint"), TEXT),
    "factors": {"type": "array", "items": TEXT, "minItems": 1},
}
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "required": ["models"],
        "properties": {
            "models": {
                "type": "array",
                "items": {"type": "object", "required": list(ENTRY), "properties": ENTRY},
            }
        },
    }
)
