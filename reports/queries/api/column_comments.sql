-- What the file itself says of its columns, by schema, table and column.
select
    columns.schema_name || '.' || columns.table_name as relation,
    columns.column_name,
    columns.comment

from duckdb_columns() as columns

where
    columns.database_name = current_database()
    and columns.comment is not null

order by
    relation,
    columns.column_name
