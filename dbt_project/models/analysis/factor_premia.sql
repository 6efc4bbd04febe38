{# The premium of each factor: its mean daily long-short return and how sure one can be of it. #}
{# t: Bartlett kernel, bandwidth max(3, 1.3 sqrt(n)), against fixed-b critical values at 5 %, #}
{# 1.96 + 2.97 b + 0.42 b^2 - 0.53 b^3 with b = bandwidth / n. Kiefer and Vogelsang (2005). #}
with

series as (

    select
        factor_returns.asset_class,
        factor_returns.factor,
        factor_returns.date,
        factor_returns.long_short_return,
        factor_returns.long_short_return - avg(factor_returns.long_short_return) over whole
            as deviation,
        row_number() over (
            partition by factor_returns.asset_class, factor_returns.factor
            order by factor_returns.date
        ) as period_no

    from {{ ref('factor_returns') }} as factor_returns

    window whole as (partition by factor_returns.asset_class, factor_returns.factor)

),

moments as (

    select
        series.asset_class,
        series.factor,
        avg(series.long_short_return) as mean_return,
        avg(power(series.deviation, 2)) as variance,
        count(*) as n_periods,
        cast(ceil(greatest(3, 1.3 * sqrt(count(*)))) as bigint) as bandwidth,
        min(series.date) as first_date,
        max(series.date) as last_date

    from series

    group by series.asset_class, series.factor

),

autocovariances as (

    select
        moments.asset_class,
        moments.factor,
        sum(
            (1 - (series.period_no - earlier.period_no) / cast(moments.bandwidth as double))
            * series.deviation
            * earlier.deviation
        )
        / max(moments.n_periods) as weighted_sum

    from moments

    inner join series
        on moments.asset_class = series.asset_class and moments.factor = series.factor

    inner join series as earlier
        on
            series.asset_class = earlier.asset_class
            and series.factor = earlier.factor
            and series.period_no > earlier.period_no
            and series.period_no < earlier.period_no + moments.bandwidth

    group by moments.asset_class, moments.factor

),

tested as (

    select
        moments.asset_class,
        moments.factor,
        moments.mean_return as mean,
        moments.mean_return
        * moments.n_periods
        / nullif({{ days_between('moments.first_date', 'moments.last_date') }} / 365.25, 0)
            as mean_ann,
        moments.mean_return
        / nullif(
            sqrt(
                greatest(moments.variance + 2 * autocovariances.weighted_sum, 0)
                / moments.n_periods
            ),
            0
        ) as t_stat,
        1.96
        + 2.97 * moments.bandwidth / moments.n_periods
        + 0.42 * power(moments.bandwidth / cast(moments.n_periods as double), 2)
        - 0.53 * power(moments.bandwidth / cast(moments.n_periods as double), 3)
            as critical_value,
        moments.bandwidth,
        moments.n_periods,
        moments.first_date,
        moments.last_date

    from moments

    left join autocovariances
        on
            moments.asset_class = autocovariances.asset_class
            and moments.factor = autocovariances.factor

)

select * from tested
