{# The factors side by side: direction x (rank_pct - 0.5), so high is what the paper favours. #}
select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    {% for factor in registered_factors() %}
        max(
            case
                when factor_values.factor = '{{ factor.name }}'
                    then {{ factor.direction }} * (factor_values.rank_pct - 0.5)
            end
        ) as {{ factor.name }}{% if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('cross_section_members') }} as members

left join {{ ref('factor_values') }} as factor_values
    on
        members.as_of_date = factor_values.as_of_date
        and members.symbol = factor_values.symbol

group by members.as_of_date, members.symbol, members.asset_class
