{{ config(schema='construction') }}
{# What one unit of each asset is worth on the days of each block, a column for each day. #}
select
    unit_values.asset_no,
    block_days.day_block_no,
    block_days.block_end_date,
    {% for block_day_no in range(1, 33) %}
        max(
            case
                when block_days.block_day_no = {{ block_day_no }}
                    then unit_values.discounted_worth
            end
        ) as worth_{{ block_day_no }}
        {%- if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('unit_values') }} as unit_values

inner join {{ ref('book_assets') }} as book_assets on unit_values.asset_no = book_assets.asset_no

inner join {{ ref('block_days') }} as block_days
    on
        book_assets.calendar = block_days.calendar
        and unit_values.calendar_date = block_days.calendar_date

where not unit_values.is_gone

group by unit_values.asset_no, block_days.day_block_no, block_days.block_end_date
