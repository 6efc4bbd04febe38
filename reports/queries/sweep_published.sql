-- Whether a sweep is published.
select count(*) > 0 as is_published

from information_schema.tables as relations

where
    relations.table_catalog = 'published'
    and relations.table_schema = 'sweep_performance'
    and relations.table_name = 'sweep_runs'
