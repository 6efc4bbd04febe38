-- The factors that this build computed: the columns of the factor matrix.
select columns.column_name as factor

from information_schema.columns as columns

where
    columns.table_catalog = current_database()
    and columns.table_schema = 'factors'
    and columns.table_name = 'factor_matrix'
    and columns.column_name not in ('as_of_date', 'symbol', 'asset_class')
