{# metrics_between(strategies, first_date, last_date, series, books): the metrics of #}
{# performance.summary over a range of days. psr and dsr are of the range's own moments; what #}
{# luck would show among all trials is that of performance.luck. #}
{% macro metrics_between() -%}
with

days as (

    {{ growth_between() | indent(4) }}

),

daily as (

    select
        days.date,
        days.strategy,
        days.return,
        days.benchmark_return,
        days.return - days.risk_free_return as excess_return,
        days.benchmark_return - days.risk_free_return as benchmark_excess_return,
        days.growth as nav,
        days.drawdown,
        days.turnover

    from days

),

{{ return_moments() }},

measured as (

    select
        shaped.*,
        shaped.mean_excess / shaped.std_excess as period_sharpe,
        {{ sharpe_variance('shaped') }} as sharpe_variance,
        luck.expected_max_sharpe / sqrt(shaped.periods_per_year) as hurdle,
        luck.n_trials

    from shaped

    left join query_table(concat(books, '.luck')) as luck on shaped.strategy = luck.strategy

),

distances as (

    select
        measured.*,
        {{ sharpe_distance('measured', '0') }} as z_psr,
        {{ sharpe_distance('measured', 'measured.hurdle') }} as z_dsr

    from measured

)

select
    distances.strategy,
    distances.first_date,
    distances.last_date,
    distances.n_days,
    {{ annual_metrics('distances') }},
    {{ normal_cdf('distances.z_psr') }} as psr,
    {{ normal_cdf('distances.z_dsr') }} as dsr,
    distances.n_trials

from distances

order by distances.strategy
{%- endmacro %}
