-- Whether the published file says which build it is of.
select count(*) > 0 as has_build_info

from duckdb_tables() as tables

where
    tables.schema_name = 'prepared'
    and tables.table_name = 'build_info'
    and not tables.temporary
