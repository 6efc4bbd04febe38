{# A bar whose close was set aside is no bar; one whose field was set aside still is. #}
select
    quarantine.symbol,
    quarantine.bar_date,
    quarantine.reason

from {{ tested_rows(ref('quarantine')) }} as quarantine

inner join {{ ref('clean_bars') }} as clean_bars
    on
        quarantine.symbol = clean_bars.symbol
        and quarantine.bar_date = clean_bars.bar_date

where quarantine.field = 'close' and clean_bars.close is not null
