{# The multiverse replaces the floor of dollar volume and nothing else: who stands above the #}
{# project's own floor is ranked there only if tradable. #}
with

floors as (

    select distinct
        multiverse_specifications.result,
        multiverse_specifications.signal_no

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

    where
        multiverse_specifications.universe_floor_usd
        >= {{ by_asset_class(
            var('min_dollar_volume_usd'), 'multiverse_specifications.asset_class'
        ) }}

)

select
    signals.as_of_date,
    signals.result,
    signals.symbol

from {{ tested_rows(ref('multiverse_signals')) }} as signals

inner join floors
    on
        signals.result = floors.result
        and signals.signal_no = floors.signal_no

left join {{ ref('cross_section_members') }} as members
    on
        signals.as_of_date = members.as_of_date
        and signals.symbol = members.symbol

where members.symbol is null
