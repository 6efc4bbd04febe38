{# One named result under every combination of choices, net of cost: its mean a year with the t #}
{# of its long-run variance (as long_run_variances and mean_tests have it: Bartlett kernel, #}
{# bandwidth max(3, 1.3 sqrt(n)) periods, fixed-b limit), and its Sharpe ratio. #}
{% set critical_5_percent = fixed_b_levels()[2].polynomial %}
with

series as (

    select distinct
        multiverse_specifications.result,
        multiverse_specifications.weights_no,
        multiverse_specifications.lag_sessions,
        multiverse_specifications.cost_bps

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

),

net as (

    select
        series.result,
        series.weights_no,
        series.lag_sessions,
        series.cost_bps,
        periods.as_of_date,
        periods.next_as_of_date,
        periods.gross_return,
        periods.turnover,
        periods.n_long + periods.n_short as n_held,
        periods.gross_return - 2 * periods.turnover * series.cost_bps / 10000 as net_return

    from series

    inner join {{ ref('multiverse_periods') }} as periods
        on
            series.result = periods.result
            and series.weights_no = periods.weights_no
            and series.lag_sessions = periods.lag_sessions

),

running as (

    select
        net.*,
        row_number() over to_date as period_no,
        avg(net.net_return) over whole as mean,
        count(*) over whole as n_periods,
        cast(ceil(greatest(3, 1.3 * sqrt(count(*) over whole))) as bigint) as bandwidth,
        sum(net.net_return) over to_date as running_return

    from net

    window
        whole as (
            partition by net.result, net.weights_no, net.lag_sessions, net.cost_bps
        ),
        to_date as (
            partition by net.result, net.weights_no, net.lag_sessions, net.cost_bps
            order by net.as_of_date
            rows between unbounded preceding and current row
        )

),

deviations as (

    select
        running.*,
        running.running_return - running.period_no * running.mean as running_sum

    from running

),

moments as (

    select
        deviations.result,
        deviations.weights_no,
        deviations.lag_sessions,
        deviations.cost_bps,
        count(*) as n_periods,
        count(*)
        / nullif(
            {{ days_between('min(deviations.as_of_date)', 'max(deviations.next_as_of_date)') }}
            / 365.25e0,
            0
        ) as periods_per_year,
        min(deviations.as_of_date) as first_date,
        max(deviations.next_as_of_date) as last_date,
        max(deviations.bandwidth) as bandwidth,
        avg(deviations.net_return) as mean,
        avg(deviations.gross_return) as gross_mean,
        avg(deviations.turnover) as mean_turnover,
        avg(deviations.n_held) as mean_held,
        case when count(*) > 1 then stddev_samp(deviations.net_return) end as std,
        sum(
            power(deviations.running_sum - coalesce(earlier.running_sum, 0), 2)
            + case
                when
                    deviations.period_no > deviations.n_periods - deviations.bandwidth
                    and deviations.period_no < deviations.n_periods
                    then power(deviations.running_sum, 2)
                else 0
            end
        )
        / (count(*) * max(deviations.bandwidth)) as long_run_variance

    from deviations

    left join deviations as earlier
        on
            deviations.result = earlier.result
            and deviations.weights_no = earlier.weights_no
            and deviations.lag_sessions = earlier.lag_sessions
            and deviations.cost_bps = earlier.cost_bps
            and deviations.period_no - deviations.bandwidth = earlier.period_no

    group by
        deviations.result,
        deviations.weights_no,
        deviations.lag_sessions,
        deviations.cost_bps

),

-- What was formed on far fewer dates than the others is another sample, and says nothing here.
compared as (

    select
        moments.*,
        moments.n_periods
        >= {{ var('window_coverage') }} * max(moments.n_periods) over (partition by moments.result)
            as is_compared

    from moments

),

tested as (

    select
        compared.*,
        compared.bandwidth / cast(compared.n_periods as double) as b,
        case
            when
                compared.is_compared
                and compared.bandwidth <= 0.5 * compared.n_periods
                and sqrt(compared.long_run_variance) > 1e-12 * abs(compared.mean)
                then compared.mean / sqrt(compared.long_run_variance / compared.n_periods)
        end as t_stat

    from compared

),

placed as (

    select
        tested.*,
        abs(tested.t_stat) as distance,
        case
            when tested.t_stat is not null then {{ polynomial('tested.b', critical_5_percent) }}
        end as critical_value

    from tested

),

quantiles as (

    select
        placed.*,
        -({{ fixed_b_quantile('placed.distance', 'placed.b') }}) as normal_quantile

    from placed

)

select
    specifications.result,
    specifications.combination_no,
    specifications.asset_class,
    specifications.rebalance,
    specifications.universe_floor_usd,
    specifications.winsorize_share,
    specifications.weighting,
    specifications.formation_start,
    specifications.formation_stop,
    specifications.fraction,
    specifications.lag_sessions,
    specifications.cost_bps,
    specifications.is_default,
    coalesce(quantiles.n_periods, 0) as n_periods,
    quantiles.periods_per_year,
    case when quantiles.is_compared then quantiles.mean * quantiles.periods_per_year end
        as mean_ann,
    case when quantiles.is_compared then quantiles.gross_mean * quantiles.periods_per_year end
        as gross_mean_ann,
    quantiles.t_stat,
    quantiles.critical_value,
    2 * ({{ normal_cdf('quantiles.normal_quantile') }}) as p_value,
    case
        when quantiles.is_compared
            then
                quantiles.mean / nullif(quantiles.std, 0) * sqrt(quantiles.periods_per_year)
    end as sharpe,
    quantiles.mean_turnover * quantiles.periods_per_year as ann_turnover,
    quantiles.mean_held,
    quantiles.bandwidth,
    quantiles.first_date,
    quantiles.last_date

from {{ ref('multiverse_specifications') }} as specifications

left join quantiles
    on
        specifications.result = quantiles.result
        and specifications.weights_no = quantiles.weights_no
        and specifications.lag_sessions = quantiles.lag_sessions
        and specifications.cost_bps = quantiles.cost_bps
