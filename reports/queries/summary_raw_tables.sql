-- Rows landed (versions included) and set aside, of each raw table.
with

landed as (

    select
        'universe' as table_name,
        count(*) as n_rows
    from raw.universe
    union all
    select
        'prices' as table_name,
        count(*) as n_rows
    from raw.prices
    union all
    select
        'corporate_actions' as table_name,
        count(*) as n_rows
    from raw.corporate_actions
    union all
    select
        'fundamentals' as table_name,
        count(*) as n_rows
    from raw.fundamentals
    union all
    select
        'fx_rates' as table_name,
        count(*) as n_rows
    from raw.fx_rates
    union all
    select
        'interest_rates' as table_name,
        count(*) as n_rows
    from raw.interest_rates

),

-- A row that later loads reject again counts once.
first_rejects as (

    select
        table_name,
        reason

    from raw.rejects

    qualify load_id = min(load_id) over (partition by source, table_name, reason, row_json)

),

rejected as (

    select
        counted.table_name,
        sum(counted.n_rows) as n_rejected,
        string_agg(
            counted.reason || ' ' || cast(counted.n_rows as varchar), ', '
            order by counted.n_rows desc, counted.reason asc
        ) as reasons

    from (
        select
            first_rejects.table_name,
            first_rejects.reason,
            count(*) as n_rows

        from first_rejects

        group by first_rejects.table_name, first_rejects.reason
    ) as counted

    group by counted.table_name

)

select
    coalesce(landed.table_name, rejected.table_name) as table_name,
    coalesce(landed.n_rows, 0) as n_rows,
    cast(coalesce(rejected.n_rejected, 0) as bigint) as n_rejected,
    coalesce(rejected.reasons, '') as reasons

from landed

full outer join rejected on landed.table_name = rejected.table_name
