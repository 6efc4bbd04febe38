{# What exposure to a factor earned: the mean of its weekly cross-sectional slopes, and how sure #}
{# one can be of it. Fama and MacBeth (1973), with the long-run variance of mean_tests. #}
select
    mean_tests.asset_class,
    mean_tests.sample as specification,
    mean_tests.series as regressor,
    mean_tests.mean as mean_slope,
    mean_tests.mean * mean_tests.periods_per_year as mean_slope_ann,
    mean_tests.t_stat,
    mean_tests.critical_value,
    mean_tests.p_value,
    mean_tests.share_positive,
    mean_tests.bandwidth,
    mean_tests.n_periods,
    mean_tests.first_date,
    mean_tests.last_date

from {{ ref('mean_tests') }} as mean_tests

where mean_tests.kind = 'slope'
