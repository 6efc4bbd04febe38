{# Each strategy in one row, net of cost. Annualization A = n / years spanned by the dates. What #}
{# a ruined book owes beyond its capital is not in ann_return, which is then -1. #}
with

daily as (

    select
        daily_pnl.*,
        daily_pnl.net_return - daily_pnl.risk_free_return as excess_return,
        daily_pnl.benchmark_return - daily_pnl.risk_free_return as benchmark_excess_return

    from {{ ref('daily_pnl') }} as daily_pnl

),

annualized as (

    select
        daily.strategy,
        count(*)
        / nullif({{ days_between('min(daily.date)', 'max(daily.date)') }} / 365.25, 0)
            as periods_per_year

    from daily

    group by daily.strategy

),

moments as (

    select
        daily.strategy,
        min(daily.date) as first_date,
        max(daily.date) as last_date,
        count(*) as n_days,
        greatest(max_by(daily.nav, daily.date), 0) as final_nav,
        stddev_samp(daily.net_return) as std_return,
        avg(daily.excess_return) as mean_excess,
        stddev_samp(daily.excess_return) as std_excess,
        sqrt(avg(power(least(daily.excess_return, 0), 2))) as downside_deviation,
        min(daily.drawdown) as max_drawdown,
        avg(daily.turnover) as mean_turnover,
        covar_samp(daily.excess_return, daily.benchmark_excess_return)
        / nullif(var_samp(daily.benchmark_excess_return), 0) as beta,
        avg(daily.benchmark_excess_return) as mean_benchmark_excess,
        avg(daily.net_return - daily.benchmark_return) as mean_active,
        stddev_samp(daily.net_return - daily.benchmark_return) as std_active,
        -- A day that ends at 0 but for rounding is no hit.
        avg(case when daily.net_return > 1e-12 then 1.0 else 0 end) as hit_rate,
        avg(daily.gross_exposure) as mean_gross_exposure,
        sum(daily.cost_return) as total_cost_return

    from daily

    group by daily.strategy

)

select
    moments.strategy,
    moments.first_date,
    moments.last_date,
    moments.n_days,
    annualized.periods_per_year,
    power(moments.final_nav, annualized.periods_per_year / moments.n_days) - 1 as ann_return,
    moments.std_return * sqrt(annualized.periods_per_year) as ann_vol,
    moments.mean_excess / nullif(moments.std_excess, 0) * sqrt(annualized.periods_per_year)
        as sharpe,
    moments.mean_excess / nullif(moments.downside_deviation, 0)
    * sqrt(annualized.periods_per_year) as sortino,
    moments.max_drawdown,
    (power(moments.final_nav, annualized.periods_per_year / moments.n_days) - 1)
    / nullif(abs(moments.max_drawdown), 0) as calmar,
    annualized.periods_per_year * moments.mean_turnover as ann_turnover,
    moments.beta,
    power(
        1 + moments.mean_excess - moments.beta * moments.mean_benchmark_excess,
        annualized.periods_per_year
    )
    - 1 as alpha_ann,
    moments.mean_active / nullif(moments.std_active, 0) * sqrt(annualized.periods_per_year)
        as information_ratio,
    moments.hit_rate,
    moments.mean_gross_exposure,
    annualized.periods_per_year * moments.total_cost_return / moments.n_days as ann_cost,
    ruins.ruin_date

from moments

inner join annualized on moments.strategy = annualized.strategy

left join {{ ref('ruins') }} as ruins on moments.strategy = ruins.strategy
