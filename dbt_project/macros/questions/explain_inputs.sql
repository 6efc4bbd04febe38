{# explain_inputs(day, symbol, factor): the raw rows in the windows of a factor, as they landed. #}
{% macro explain_inputs() -%}
{%- set all_factors = ['composite', 'family_sleeves', 'ensemble']
    + (var('ml_models') | map(attribute='name') | list) -%}
{%- set months = var('max_statement_age_months') + 18 -%}
with

needs as (

    select distinct
        listed.asset_class,
        listed.kind,
        listed.item,
        listed.n

    from (
        values
        {%- for need in factor_needs() %}
            (
                '{{ need.name }}',
                {{ "'" ~ need.family ~ "'" if need.family else 'null' }},
                '{{ need.asset_class }}',
                '{{ need.kind }}',
                '{{ need.item }}',
                {{ need.n if need.n is not none else 'cast(null as integer)' }}
            ){% if not loop.last %},{% endif %}
        {%- endfor %}
    ) as listed (name, family, asset_class, kind, item, n)

    where
        factor is null
        or listed.name = factor
        or concat('composite_', listed.family) = factor
        or (
            listed.family is not null
            and factor in ('{{ all_factors | join("', '") }}')
        )

),

dates as (

    select
        factor_dates.asset_class,
        factor_dates.venue,
        max_by(factor_dates.session_date, factor_dates.as_of_date) as session_date,
        max(factor_dates.as_of_date) as as_of_date

    from factors.factor_dates as factor_dates

    where factor_dates.as_of_date <= cast(day as date)

    group by factor_dates.asset_class, factor_dates.venue

),

asked as (

    select
        assets.symbol,
        assets.asset_class,
        assets.currency,
        dates.as_of_date,
        dates.session_date,
        prices_daily.listing_no,
        prices_daily.session_no

    from prepared.assets as assets

    inner join dates
        on assets.asset_class = dates.asset_class and assets.venue = dates.venue

    inner join prepared.prices_daily as prices_daily
        on
            assets.symbol = prices_daily.symbol
            and dates.session_date = prices_daily.as_of_date

    where
        case
            when symbol is null
                then
                    (assets.symbol, dates.as_of_date) in (
                        select
                            members.symbol,
                            members.as_of_date

                        from factors.cross_section_members as members
                    )
            else assets.symbol = symbol
        end

),

-- A window without a length is all there is.
reaches as (

    select
        needs.asset_class,
        max(coalesce(needs.n, 1000000)) filter (where needs.kind = 'bars') as n_bars,
        max(needs.n) filter (where needs.kind = 'market') as n_market

    from needs

    group by needs.asset_class

),

-- From the last bar at or before the first session of the window: what a gap there carries.
spans as (

    select
        asked.symbol,
        asked.asset_class,
        asked.currency,
        asked.as_of_date,
        asked.session_date,
        coalesce(
            max(
                case
                    when
                        history.session_no <= asked.session_no - reaches.n_bars
                        and not history.is_stale
                        then history.as_of_date
                end
            ),
            min(history.as_of_date)
        ) as from_date,
        min(
            case
                when history.session_no > asked.session_no - reaches.n_market
                    then history.as_of_date
            end
        ) as market_from_date,
        bool_or(reaches.n_bars is not null) as has_bars

    from asked

    inner join reaches on asked.asset_class = reaches.asset_class

    inner join prepared.prices_daily as history
        on
            asked.symbol = history.symbol
            and asked.listing_no = history.listing_no
            and asked.session_no >= history.session_no

    where symbol is null or history.symbol = symbol

    group by all

),

-- Every symbol that the asset's rows landed under, and when.
names as (

    select
        spans.symbol,
        spans.symbol as landed_symbol,
        cast('0001-01-01' as date) as name_from_date,
        cast('9999-12-31' as date) as name_to_date,
        0 as symbol_rank

    from spans

    union all

    select
        spans.symbol,
        symbol_changes.old_symbol as landed_symbol,
        symbol_changes.from_date as name_from_date,
        symbol_changes.change_date as name_to_date,
        symbol_changes.symbol_rank

    from spans

    inner join staging.stg_raw__symbol_changes as symbol_changes
        on spans.symbol = symbol_changes.symbol

),

set_aside as (

    select
        quarantine.symbol,
        quarantine.bar_date,
        string_agg(distinct quarantine.reason, ', ') as set_aside

    from prepared.quarantine as quarantine

    inner join spans
        on
            quarantine.symbol = spans.symbol
            and quarantine.bar_date between spans.from_date and spans.session_date

    where quarantine.field = 'close'

    group by quarantine.symbol, quarantine.bar_date

),

bars as (

    select
        'raw.prices' as relation,
        spans.symbol,
        'close' as item,
        prices.bar_date as row_date,
        prices.close as value,
        case when prices.symbol <> spans.symbol then prices.symbol end as value_text,
        prices.open,
        prices.high,
        prices.low,
        prices.volume,
        prices.currency,
        prices.price_basis,
        prices.occurrence,
        cast(null as varchar) as frequency,
        cast(null as timestamp) as published_at,
        prices.bar_date as known_on_date,
        set_aside.set_aside,
        prices.load_id,
        prices.source,
        prices.observed_at

    from staging.stg_raw__prices as newest

    inner join spans
        on
            newest.symbol = spans.symbol
            and newest.bar_date between spans.from_date and spans.session_date
            and spans.has_bars

    inner join names
        on
            newest.symbol = names.symbol
            and newest.bar_date >= names.name_from_date
            and newest.bar_date < names.name_to_date

    inner join raw.prices as prices
        on
            names.landed_symbol = prices.symbol
            and newest.bar_date = prices.bar_date
            and newest.load_id = prices.load_id
            and newest.occurrence = prices.occurrence

    left join set_aside
        on
            newest.symbol = set_aside.symbol
            and newest.bar_date = set_aside.bar_date

    where symbol is null or newest.symbol = symbol

),

-- All splits up to the day, for shares count from their own date; dividends within the window.
actions as (

    select
        'raw.corporate_actions' as relation,
        spans.symbol,
        landed.action_type as item,
        landed.ex_date as row_date,
        landed.value,
        case when landed.symbol <> spans.symbol then landed.symbol end as value_text,
        cast(null as double) as open,
        cast(null as double) as high,
        cast(null as double) as low,
        cast(null as double) as volume,
        landed.currency,
        cast(null as varchar) as price_basis,
        cast(null as integer) as occurrence,
        cast(null as varchar) as frequency,
        cast(null as timestamp) as published_at,
        landed.ex_date as known_on_date,
        cast(null as varchar) as set_aside,
        landed.load_id,
        landed.source,
        landed.observed_at

    from staging.stg_raw__corporate_actions as newest

    inner join spans
        on
            newest.symbol = spans.symbol
            and spans.has_bars
            and newest.ex_date <= spans.session_date
            and (newest.action_type = 'split' or newest.ex_date > spans.from_date)

    inner join names
        on
            newest.symbol = names.symbol
            and newest.ex_date >= names.name_from_date
            and newest.ex_date < names.name_to_date

    inner join raw.corporate_actions as landed
        on
            names.landed_symbol = landed.symbol
            and newest.ex_date = landed.ex_date
            and newest.action_type = landed.action_type
            and newest.load_id = landed.load_id

    where symbol is null or newest.symbol = symbol

),

landed_fundamentals as (

    select
        fundamentals.*,
        spans.symbol as asset_symbol,
        spans.asset_class,
        spans.as_of_date,
        spans.session_date,
        fundamentals.load_id = min(fundamentals.load_id) over version as is_first,
        fundamentals.load_id = max(fundamentals.load_id) over version as is_newest,
        names.symbol_rank = min(names.symbol_rank) over period as is_of_newest_symbol,
        {{ add_days(
            'fundamentals.period_end_date',
            by_asset_class(var('publication_lag_days'), 'fundamentals.frequency'),
        ) }} as assumed_on_date

    from raw.fundamentals as fundamentals

    inner join names
        on
            fundamentals.symbol = names.landed_symbol
            and fundamentals.period_end_date >= names.name_from_date
            and fundamentals.period_end_date < names.name_to_date

    inner join spans on names.symbol = spans.symbol

    where
        {{ is_known('fundamentals.observed_at') }}
        and fundamentals.metric in (select needs.item from needs)
        and fundamentals.period_end_date <= spans.as_of_date
        and fundamentals.period_end_date > {{ add_months('spans.as_of_date', -months) }}
        and (
            fundamentals.frequency <> 'day'
            or fundamentals.period_end_date > {{ add_days('spans.as_of_date', -366) }}
        )

    window
        version as (
            partition by
                spans.symbol,
                fundamentals.metric,
                fundamentals.period_end_date,
                fundamentals.frequency,
                fundamentals.published_at
        ),
        period as (
            partition by spans.symbol, fundamentals.metric, fundamentals.period_end_date
        )

),

dated_fundamentals as (

    select
        landed_fundamentals.*,
        case
            when landed_fundamentals.published_at is not null
                then cast(landed_fundamentals.published_at as date)
            when landed_fundamentals.is_first then landed_fundamentals.assumed_on_date
            else
                greatest(
                    landed_fundamentals.assumed_on_date,
                    cast(landed_fundamentals.observed_at as date)
                )
        end as known_on_date

    from landed_fundamentals

    where
        landed_fundamentals.is_of_newest_symbol
        and (landed_fundamentals.is_newest or landed_fundamentals.published_at is null)

),

fundamentals as (

    select
        'raw.fundamentals' as relation,
        dated.asset_symbol as symbol,
        dated.metric as item,
        dated.period_end_date as row_date,
        dated.value,
        case when dated.symbol <> dated.asset_symbol then dated.symbol end as value_text,
        cast(null as double) as open,
        cast(null as double) as high,
        cast(null as double) as low,
        cast(null as double) as volume,
        dated.currency,
        cast(null as varchar) as price_basis,
        cast(null as integer) as occurrence,
        dated.frequency,
        dated.published_at,
        dated.known_on_date,
        cast(null as varchar) as set_aside,
        dated.load_id,
        dated.source,
        dated.observed_at

    from dated_fundamentals as dated

    inner join (
        select
            needs.asset_class,
            needs.kind,
            needs.item,
            max(needs.n) as n

        from needs

        group by needs.asset_class, needs.kind, needs.item
    ) as metrics
        on
            dated.asset_class = metrics.asset_class
            and dated.metric = metrics.item
            and metrics.kind = case dated.frequency when 'day' then 'daily' else 'statement' end

    where
        dated.known_on_date <= dated.as_of_date
        and (
            metrics.kind = 'statement'
            or dated.known_on_date > {{ add_days('dated.session_date', '-metrics.n') }}
        )

),

currencies as (

    select
        money.currency,
        min(money.from_date) as from_date,
        max(money.to_date) as to_date

    from (
        select
            spans.currency,
            spans.from_date,
            spans.as_of_date as to_date

        from spans

        where spans.has_bars

        union all

        select
            {{ major_currency('fundamentals.currency') }} as currency,
            spans.as_of_date as from_date,
            spans.as_of_date as to_date

        from fundamentals

        inner join spans on fundamentals.symbol = spans.symbol

        union all

        select
            spans.currency,
            spans.as_of_date as from_date,
            spans.as_of_date as to_date

        from spans

        union all

        select
            '{{ var("base_currency") }}' as currency,
            spans.from_date,
            spans.as_of_date as to_date

        from spans
    ) as money

    where money.currency <> 'USD'

    group by money.currency

),

rates as (

    select
        'raw.fx_rates' as relation,
        cast(null as varchar) as symbol,
        'usd_per_unit' as item,
        fx_rates.rate_date as row_date,
        fx_rates.usd_per_unit as value,
        cast(null as varchar) as value_text,
        cast(null as double) as open,
        cast(null as double) as high,
        cast(null as double) as low,
        cast(null as double) as volume,
        fx_rates.currency,
        cast(null as varchar) as price_basis,
        cast(null as integer) as occurrence,
        cast(null as varchar) as frequency,
        cast(null as timestamp) as published_at,
        fx_rates.rate_date as known_on_date,
        cast(null as varchar) as set_aside,
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

),

-- No raw rows, but what a beta is measured against; explain it further by prepared.market_returns.
markets as (

    select
        'prepared.market_returns' as relation,
        cast(null as varchar) as symbol,
        'market_return' as item,
        market_returns.as_of_date as row_date,
        market_returns.market_return as value,
        market_returns.asset_class as value_text,
        cast(null as double) as open,
        cast(null as double) as high,
        cast(null as double) as low,
        cast(null as double) as volume,
        cast(null as varchar) as currency,
        cast(null as varchar) as price_basis,
        cast(null as integer) as occurrence,
        cast(null as varchar) as frequency,
        cast(null as timestamp) as published_at,
        market_returns.as_of_date as known_on_date,
        cast(null as varchar) as set_aside,
        cast(null as bigint) as load_id,
        cast(null as varchar) as source,
        cast(null as timestamp) as observed_at

    from prepared.market_returns as market_returns

    inner join (
        select
            spans.asset_class,
            min(spans.market_from_date) as market_from_date,
            max(spans.session_date) as session_date

        from spans

        group by spans.asset_class
    ) as windows
        on
            market_returns.asset_class = windows.asset_class
            and market_returns.as_of_date
            between windows.market_from_date and windows.session_date

),

described as (

    select
        'raw.universe' as relation,
        names.symbol,
        unnest(['asset_class', 'venue', 'country', 'currency', 'sector', 'asset_kind']) as item,
        universe.member_from as row_date,
        cast(null as double) as value,
        unnest([
            universe.asset_class,
            universe.venue,
            universe.country,
            universe.currency,
            universe.sector,
            universe.asset_kind
        ]) as value_text,
        cast(null as double) as open,
        cast(null as double) as high,
        cast(null as double) as low,
        cast(null as double) as volume,
        cast(null as varchar) as currency,
        cast(null as varchar) as price_basis,
        cast(null as integer) as occurrence,
        cast(null as varchar) as frequency,
        cast(null as timestamp) as published_at,
        cast(null as date) as known_on_date,
        cast(null as varchar) as set_aside,
        universe.load_id,
        universe.source,
        universe.observed_at

    from raw.universe as universe

    inner join names on universe.symbol = names.landed_symbol and names.symbol_rank = 0

    where
        {{ is_known('universe.observed_at') }}
        and exists (
            select 1

            from needs
        )

    qualify
        universe.load_id = max(universe.load_id) over (partition by universe.symbol)

)

{% for rows in ['bars', 'actions', 'fundamentals', 'rates', 'markets', 'described'] %}

    select * from {{ rows }}

    {% if not loop.last %}union all{% endif %}

{% endfor %}
{%- endmacro %}
