"""The rows of a walk-forward run as an Arrow table with nested lists, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

NESTED = {
    "scores": pa.struct(
        [("as_of_date", pa.date32()), ("symbol", pa.string()), ("model_score", pa.float64())]
    ),
    "importance": pa.struct(
        [
            ("factor", pa.string()),
            ("mean_abs_shap", pa.float64()),
            ("mean_shap", pa.float64()),
            ("permutation_importance", pa.float64()),
            ("n_explained", pa.int64()),
        ]
    ),
    "shap_sample": pa.struct(
        [
            ("as_of_date", pa.date32()),
            ("symbol", pa.string()),
            ("model_score", pa.float64()),
            ("factor", pa.string()),
            ("feature_value", pa.float64()),
            ("shap_value", pa.float64()),
        ]
    ),
    "tuning": pa.struct(
        [
            ("parameters", pa.string()),
            ("validation_rank_ic", pa.float64()),
            ("is_chosen", pa.bool_()),
        ]
    ),
}
SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("fold_id", pa.string()),
        ("asset_class", pa.string()),
        ("is_pooled", pa.bool_()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("notes", pa.string()),
        ("fold_end_date", pa.date32()),
        ("train_start_date", pa.date32()),
        ("train_end_date", pa.date32()),
        ("train_label_end_date", pa.date32()),
        ("test_start_date", pa.date32()),
        ("test_end_date", pa.date32()),
        ("n_train", pa.int64()),
        ("n_train_months", pa.int64()),
        ("n_test", pa.int64()),
        ("tuned_in", pa.string()),
        ("seed", pa.int64()),
        ("parameters", pa.string()),
        ("n_tried", pa.int64()),
        ("versions", pa.string()),
        ("fingerprint", pa.string()),
        ("fit_fingerprint", pa.string()),
        ("seconds", pa.float64()),
        ("base_value", pa.float64()),
        *((name, pa.list_(kind)) for name, kind in NESTED.items()),
        ("artifact", pa.large_binary()),
    ]
)


def to_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One table of rows whose nested columns are struct arrays (`structs`) or missing."""
    columns = []
    for field in SCHEMA:
        if field.name in NESTED:
            columns.append(list_array([row.get(field.name) for row in rows], NESTED[field.name]))
        else:
            columns.append(pa.array([row.get(field.name) for row in rows], type=field.type))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def from_table(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of `to_table`; none where the table was written by another version."""
    if table.schema.names != SCHEMA.names:
        return []
    table = table.combine_chunks()
    plain = table.drop_columns(list(NESTED)).to_pylist()
    for name in NESTED:
        values = table.column(name)
        for position, row in enumerate(plain):
            row[name] = values[position].values
    return plain


def structs(kind: str, columns: Mapping[str, Iterable[Any]]) -> pa.StructArray:
    """A nested column's items from columns of equal length, named as in NESTED."""
    fields = list(NESTED[kind])
    # NaN is no number here: a missing value is NULL.
    arrays = [pa.array(columns[field.name], type=field.type, from_pandas=True) for field in fields]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def list_array(items: Sequence[pa.StructArray | None], kind: pa.StructType) -> pa.ListArray:
    """A list column: one list of structs per row, empty where there are none."""
    parts = [pa.array([], type=kind) if item is None else item.cast(kind) for item in items]
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype("int32")
    values = pa.concat_arrays(parts) if parts else pa.array([], type=kind)
    return pa.ListArray.from_arrays(pa.array(offsets), values)
