{# How well each factor foretells returns over longer and longer horizons: the mean of its #}
{# information coefficient at month ends, by the one test; labels longer than a month overlap. #}
select
    mean_tests.asset_class,
    mean_tests.series as factor,
    cast(replace(mean_tests.sample, 'horizon_', '') as integer) as horizon,
    mean_tests.mean as mean_ic,
    mean_tests.std as std_ic,
    case
        when mean_tests.std > 1e-12 * abs(mean_tests.mean) then mean_tests.mean / mean_tests.std
    end as ic_ir,
    mean_tests.t_stat,
    mean_tests.critical_value,
    mean_tests.p_value,
    mean_tests.non_overlapping_t,
    mean_tests.share_positive,
    mean_tests.n_periods as n_dates,
    mean_tests.first_date,
    mean_tests.last_date

from {{ ref('mean_tests') }} as mean_tests

where mean_tests.kind = 'ic'
