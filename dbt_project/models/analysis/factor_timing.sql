{# The premium of each factor in each regime of its class's market, as known the evening before, #}
{# and the difference of the two regimes (bull less bear, calm less turbulent) with its own test. #}
{# Per year: as if the regime lasted, by the number of days a year of the whole. #}
with

regimes as (

    select
        mean_tests.*,
        case
            when mean_tests.sample in ('bull', 'bear', 'trend_difference') then 'trend'
            else 'volatility'
        end as regime_kind,
        case
            when mean_tests.sample in ('trend_difference', 'volatility_difference')
                then 'difference'
            else mean_tests.sample
        end as regime

    from {{ ref('mean_tests') }} as mean_tests

    where
        mean_tests.kind = 'premium'
        and mean_tests.sample in (
            'bull', 'bear', 'trend_difference', 'calm', 'turbulent', 'volatility_difference'
        )

)

select
    regimes.asset_class,
    regimes.series as factor,
    regimes.regime_kind,
    regimes.regime,
    regimes.mean,
    regimes.mean * whole.periods_per_year as mean_ann,
    regimes.t_stat,
    regimes.critical_value,
    regimes.p_value,
    regimes.n_periods

from regimes

inner join {{ ref('mean_tests') }} as whole
    on
        regimes.kind = whole.kind
        and regimes.asset_class = whole.asset_class
        and regimes.series = whole.series
        and whole.sample = 'whole'
