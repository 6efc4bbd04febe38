-- What the warehouse itself says of the columns of one of its tables.
select
    columns.column_name,
    columns.comment

from duckdb_columns() as columns

where
    columns.database_name = current_database()
    and columns.schema_name = $schema
    and columns.table_name = $table
    and columns.comment is not null
