{# The premium of each factor: its mean daily long-short return and how sure one can be of it: #}
{# by the one test (mean_tests), by a block bootstrap, and by how many factors were tried: p over #}
{# the whole registry adjusted to the smallest, from there up, of p / (share of p at or below). #}
{# Benjamini and Hochberg (1995). #}
with

premia as (

    select
        mean_tests.*,
        mean_tests.series as factor

    from {{ ref('mean_tests') }} as mean_tests

    where mean_tests.kind = 'premium' and mean_tests.sample = 'whole'

),

shared as (

    select
        premia.asset_class,
        premia.factor,
        premia.p_value,
        premia.p_value / cume_dist() over (order by premia.p_value) as p_over_share

    from premia

    where premia.p_value is not null

),

adjusted as (

    select
        shared.asset_class,
        shared.factor,
        min(shared.p_over_share) over (
            order by shared.p_value
            range between current row and unbounded following
        ) as fdr_p_value

    from shared

)

select
    premia.asset_class,
    premia.factor,
    premia.mean,
    premia.mean * premia.periods_per_year as mean_ann,
    premia.t_stat,
    premia.critical_value,
    premia.p_value,
    premia.non_overlapping_t,
    premium_bootstrap.bootstrap_lower * premia.periods_per_year as bootstrap_lower_ann,
    premium_bootstrap.bootstrap_upper * premia.periods_per_year as bootstrap_upper_ann,
    premium_bootstrap.bootstrap_p_value,
    adjusted.fdr_p_value,
    premia.bandwidth,
    premia.n_periods,
    premia.first_date,
    premia.last_date

from premia

left join {{ ref('premium_bootstrap') }} as premium_bootstrap
    on
        premia.asset_class = premium_bootstrap.asset_class
        and premia.factor = premium_bootstrap.factor

left join adjusted
    on
        premia.asset_class = adjusted.asset_class
        and premia.factor = adjusted.factor
