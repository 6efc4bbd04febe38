{# Where each sort is cut: size as fama_french_size_groups says; the characteristic at the 30th #}
{# and 70th percentile of the reference names (of the NYSE, of the big, or of all coins); in a #}
{# sort that puts size first, of those of each size group. #}
select
    candidates.formation_date,
    candidates.asset_class,
    candidates.country,
    candidates.sort,
    candidates.breakpoint_group as size_group,
    max(case when candidates.characteristic_value is not null then candidates.characteristic end)
        as characteristic,
    max(candidates.size_rule) as size_rule,
    max(candidates.size_breakpoint_usd) as size_breakpoint_usd,
    {% for name, share in [('lower_breakpoint', 0.3), ('upper_breakpoint', 0.7)] %}
        percentile_cont({{ share }}) within group (
            order by case when candidates.is_reference then candidates.characteristic_value end
        ) as {{ name }},
    {% endfor %}
    count(candidates.characteristic_value) as n_names,
    count(case when candidates.is_reference then candidates.characteristic_value end)
        as n_reference_names

from {{ ref('fama_french_candidates') }} as candidates

where candidates.sort <> 'market'

group by
    candidates.formation_date,
    candidates.asset_class,
    candidates.country,
    candidates.sort,
    candidates.breakpoint_group

having count(candidates.characteristic_value) > 0
