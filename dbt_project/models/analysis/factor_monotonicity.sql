{# Do the quantiles' mean returns rise from 1 to 5? Over the days on which all five have one. #}
with

compared as (

    select
        quantile_returns.*,
        count(quantile_returns.return) over (
            partition by
                quantile_returns.date, quantile_returns.asset_class, quantile_returns.factor
        ) as n_quantiles

    from {{ ref('quantile_returns') }} as quantile_returns

),

means as (

    select
        compared.asset_class,
        compared.factor,
        compared.quantile,
        avg(compared.return)
        * count(*)
        / nullif({{ days_between('min(compared.date)', 'max(compared.date)') }} / 365.25e0, 0)
            as mean_ann,
        count(*) as n_days,
        min(compared.date) as first_date,
        max(compared.date) as last_date

    from compared

    where compared.n_quantiles = 5

    group by compared.asset_class, compared.factor, compared.quantile

),

stepped as (

    select
        means.*,
        means.mean_ann > lag(means.mean_ann) over upwards as is_rising,
        {{ average_rank_pct('by_mean', 5) }} as mean_rank

    from means

    window
        upwards as (partition by means.asset_class, means.factor order by means.quantile),
        by_mean as (partition by means.asset_class, means.factor order by means.mean_ann)

)

select
    stepped.asset_class,
    stepped.factor,
    {% for quantile in range(1, 6) %}
        max(case when stepped.quantile = {{ quantile }} then stepped.mean_ann end)
            as mean_ann_quantile_{{ quantile }},
    {% endfor %}
    max(case when stepped.quantile = 5 then stepped.mean_ann end)
    - max(case when stepped.quantile = 1 then stepped.mean_ann end) as spread_ann,
    case
        when stddev_pop(stepped.mean_rank) > 0 then corr(stepped.quantile, stepped.mean_rank)
    end as quantile_correlation,
    count(case when stepped.is_rising then 1 end) as n_rising_steps,
    max(stepped.n_days) as n_days,
    min(stepped.first_date) as first_date,
    max(stepped.last_date) as last_date

from stepped

group by stepped.asset_class, stepped.factor
