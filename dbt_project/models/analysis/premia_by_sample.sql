{# The premium of each factor over the whole, over its halves, before and after its paper came #}
{# out (the year after is the first after), and how much the later differs from the earlier. Per #}
{# year by the number of days a year of the whole. McLean and Pontiff (2016). #}
select
    mean_tests.asset_class,
    mean_tests.series as factor,
    mean_tests.sample,
    mean_tests.mean,
    mean_tests.mean * whole.periods_per_year as mean_ann,
    mean_tests.t_stat,
    mean_tests.critical_value,
    mean_tests.p_value,
    mean_tests.n_periods,
    mean_tests.first_date,
    mean_tests.last_date

from {{ ref('mean_tests') }} as mean_tests

inner join {{ ref('mean_tests') }} as whole
    on
        mean_tests.kind = whole.kind
        and mean_tests.asset_class = whole.asset_class
        and mean_tests.series = whole.series
        and whole.sample = 'whole'

where
    mean_tests.kind = 'premium'
    and mean_tests.sample in (
        'whole',
        'first_half',
        'second_half',
        'half_difference',
        'before_publication',
        'after_publication',
        'publication_difference'
    )
