-- What the file itself says of its tables and of the questions that it answers by name.
select
    tables.schema_name || '.' || tables.table_name as relation,
    tables.comment

from duckdb_tables() as tables

where
    tables.database_name = current_database()
    and tables.comment is not null

union all

select
    functions.function_name as relation,
    functions.comment

from duckdb_functions() as functions

where
    functions.database_name = current_database()
    and functions.schema_name = 'main'
    and functions.function_type = 'table_macro'
    and functions.comment is not null

order by relation
