{# The prices at `places` (places_back), a group for each member: sessions_ago and past_return #}
{# read them, looked up. A listing before this one has no row of today. #}
{% macro prices_back(asset_class, prices) -%}
    from places

    inner join {{ prices }} as prices_daily
        on
            places.symbol = prices_daily.symbol
            and places.session_no = prices_daily.session_no

    where
        places.asset_class = '{{ asset_class }}'
        and prices_daily.asset_class = '{{ asset_class }}'

    group by
        places.as_of_date,
        places.symbol,
        places.asset_class,
        prices_daily.listing_no

    having min(places.n_back) = 0
{%- endmacro %}
