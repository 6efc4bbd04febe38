{# The CTE `rates`: the rows of raw.fx_rates that turn them into US dollars. #}
{% macro input_rates() -%}
rates as (

    select
        'raw.fx_rates' as relation,
        'usd_per_unit' as item,
        fx_rates.rate_date as row_date,
        fx_rates.usd_per_unit as value,
        fx_rates.currency,
        fx_rates.rate_date as known_on_date,
        fx_rates.load_id,
        fx_rates.source,
        fx_rates.observed_at

    from raw.fx_rates as fx_rates

    inner join currencies
        on
            fx_rates.currency = currencies.currency
            and fx_rates.rate_date
            between {{ add_days('currencies.from_date', -var('max_carry_fx_days')) }}
            and currencies.to_date

    where {{ is_known('fx_rates.observed_at') }}

    qualify
        fx_rates.load_id
        = max(fx_rates.load_id) over (partition by fx_rates.currency, fx_rates.rate_date)

)
{%- endmacro %}
