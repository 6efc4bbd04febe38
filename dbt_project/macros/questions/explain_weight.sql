{# explain_weight(day, strategy, symbol): the other explanations of one name, in one long table. #}
{% macro explain_weight() -%}
{%- set no_load = [
    'cast(null as bigint) as load_id',
    'cast(null as varchar) as source',
    'cast(null as timestamp) as observed_at',
] | join(',\n        ') -%}
with

asked_strategy as (

    select
        strategies.strategy,
        case strategies.score when 'family_sleeves' then 'composite' else strategies.score end
            as score_name,
        strategies.gross_long

    from seeds.strategies as strategies

    where strategies.strategy = strategy

),

asked_decision as (

    select
        max(rebalances.as_of_date) as as_of_date,
        max_by(rebalances.is_scheduled, rebalances.as_of_date) as is_scheduled

    from construction.rebalances as rebalances

    where rebalances.strategy = strategy and rebalances.as_of_date <= cast(day as date)

),

asked_asset as (

    select
        assets.symbol,
        assets.asset_class,
        assets.venue

    from prepared.assets as assets

    where assets.symbol = symbol

),

stood as (

    select
        target_weights.target_weight,
        target_weights.desired_weight,
        target_weights.trade_date

    from portfolios.target_weights as target_weights

    where
        target_weights.strategy = strategy
        and target_weights.symbol = symbol
        and target_weights.as_of_date = (select asked_decision.as_of_date from asked_decision)

),

-- The newest day's decision, where it is not one of the strategy's rhythm, is a signal only.
signalled as (

    select
        live_signals.target_weight,
        live_signals.desired_weight

    from signals.live_signals as live_signals

    inner join asked_decision
        on
            live_signals.as_of_date = asked_decision.as_of_date
            and not asked_decision.is_scheduled

    where live_signals.strategy = strategy and live_signals.symbol = symbol

),

placed as (

    select
        candidates.score_rank,
        candidates.n_candidates

    from construction.candidates as candidates

    inner join asked_decision on candidates.as_of_date = asked_decision.as_of_date

    where
        candidates.symbol = symbol
        and candidates.score_name = (select asked_strategy.score_name from asked_strategy)

),

weights as (

    select
        'weight' as stage,
        'target_weight' as item,
        coalesce(stood.target_weight, signalled.target_weight, 0) as value,
        case
            when stood.target_weight is not null
                then concat('to be traded on ', stood.trade_date)
            when signalled.target_weight is not null
                then 'today''s signal; not a date on which the strategy trades'
            when asked_strategy.strategy is null
                then concat('there is no strategy ', strategy, ': see seeds.strategies')
            when asked_decision.as_of_date is null
                then concat(
                    'the strategy decides first on ',
                    (
                        select min(rebalances.as_of_date)

                        from construction.rebalances as rebalances

                        where rebalances.strategy = strategy
                    )
                )
            when asked_asset.symbol is null
                then concat('there is no symbol ', symbol, ': see prepared.assets')
            when asked_strategy.gross_long = 0 then 'the strategy holds cash alone'
            when placed.score_rank is null
                then concat(
                    'not held: not among the names that were ranked that day',
                    ' (not tradable, without a score, or too few names)'
                )
            else
                concat(
                    'not held: place ',
                    placed.score_rank,
                    ' of ',
                    placed.n_candidates,
                    ' by ',
                    asked_strategy.score_name
                )
        end as value_text,
        'fraction of NAV' as unit,
        asked_decision.as_of_date,
        case
            when stood.target_weight is null and signalled.target_weight is not null
                then 'signals.live_signals'
            else 'portfolios.target_weights'
        end as relation,
        {{ no_load }},
        0 as place,
        0 as place_within

    from asked_decision

    left join asked_strategy on true

    left join asked_asset on true

    left join stood on true

    left join signalled on true

    left join placed on true

),

is_explained as (

    select 1 as one

    from asked_asset

    where
        exists (
            select 1

            from stood
        )
        or exists (
            select 1

            from signalled
        )

),

ruin as (

    select
        ruins.ruin_date,
        0 as place,
        ruins.ruin_date as explained_date

    from portfolios.ruins as ruins

    where
        ruins.strategy = strategy
        and ruins.ruin_date <= (
            select coalesce(max(stood.trade_date), max(asked_decision.as_of_date))

            from asked_decision

            left join stood on true
        )

),

rule_rows as (

    select
        traded.* exclude (mean_dollar_volume_usd, aum_usd),
        case when traded.participation_cap is not null then traded.mean_dollar_volume_usd end
            as mean_dollar_volume_usd,
        case when traded.participation_cap is not null then traded.aum_usd end as aum_usd,
        traded.trade_date as explained_date,
        row_number() over (order by traded.trade_date) as place

    from explain_book(day, strategy) as traded

    where traded.symbol = symbol

),

leg_rows as (

    select
        legs.* exclude (ret_1d_std, market_cap_usd, market_beta),
        case when legs.weighting = 'inverse_volatility' then legs.ret_1d_std end as ret_1d_std,
        case when legs.weighting = 'cap' then legs.market_cap_usd end as market_cap_usd,
        case when legs.side = 'market_neutral' then legs.market_beta end as market_beta,
        concat(
            case when legs.is_sleeve then concat(legs.score_name, ', ', legs.leg, ': ') else '' end
        ) as part,
        legs.as_of_date as explained_date,
        row_number() over (order by legs.score_name, legs.leg) as place

    from explain_leg(day, strategy) as legs

    where legs.symbol = symbol

),

score_rows as (

    select scored.*

    from explain_score(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select asked_strategy.score_name from asked_strategy)
    ) as scored

    where
        exists (
            select 1

            from is_explained
        )

),

-- The factors that the score is made of.
score_factors as (

    select distinct
        factor_registry.factor,
        factor_registry.asset_class

    from factors.factor_registry as factor_registry

    inner join asked_asset on factor_registry.asset_class = asked_asset.asset_class

    cross join asked_strategy

    where
        factor_registry.factor = asked_strategy.score_name
        or concat('composite_', factor_registry.family) = asked_strategy.score_name
        or asked_strategy.score_name in (
            'composite', 'ensemble', '{{ var("ml_models") | map(attribute="name") | join("', '") }}'
        )

),

factor_rows as (

    select
        ranked.*,
        ranked.as_of_date as explained_date,
        concat(ranked.factor, ': ') as part,
        row_number() over (order by ranked.factor) as place

    from explain_factor(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select case count(*) when 1 then max(score_factors.factor) end from score_factors)
    ) as ranked

    inner join score_factors on ranked.factor = score_factors.factor

    where
        ranked.is_asked
        and exists (
            select 1

            from is_explained
        )

),

session as (

    select
        prices_daily.*,
        universe_daily.n_history,
        universe_daily.median_dollar_volume_usd,
        universe_daily.ret_1d_std,
        universe_daily.is_tradable,
        1 as place,
        prices_daily.as_of_date as explained_date

    from prepared.prices_daily as prices_daily

    inner join prepared.universe_daily as universe_daily
        on
            prices_daily.symbol = universe_daily.symbol
            and prices_daily.as_of_date = universe_daily.as_of_date

    where
        prices_daily.symbol = symbol
        and universe_daily.symbol = symbol
        and prices_daily.as_of_date = (
            select max(factor_dates.session_date)

            from factors.factor_dates as factor_dates

            inner join asked_asset on factor_dates.venue = asked_asset.venue

            inner join asked_decision on factor_dates.as_of_date <= asked_decision.as_of_date
        )
        and exists (
            select 1

            from is_explained
        )

),

-- Where the windows of the factors begin and end, in sessions back from the day.
window_ends as (

    select distinct listed.n_back

    from (
        values
        {%- set skipped = {
            'momentum_12_1': 'month', 'momentum_6_1': 'month', 'long_run_reversal': 'year'
        } %}
        {%- set ends = [] %}
        {%- for need in factor_needs() if need.kind == 'bars' and need.n is not none %}
            {%- do ends.append([need.name, need.asset_class, need.n]) %}
            {%- if need.name in skipped %}
                {%- set sessions = var('sessions')[need.asset_class] %}
                {%- do ends.append(
                    [need.name, need.asset_class, sessions[skipped[need.name]]]
                ) %}
            {%- endif %}
        {%- endfor %}
        {%- for name, asset_class, n in ends %}
            ('{{ name }}', '{{ asset_class }}', {{ n }}){% if not loop.last %},{% endif %}
        {%- endfor %}
    ) as listed (factor, asset_class, n_back)

    inner join score_factors
        on
            listed.factor = score_factors.factor
            and listed.asset_class = score_factors.asset_class

    union

    select 0 as n_back

),

end_rows as (

    select
        prices_daily.as_of_date as explained_date,
        prices_daily.adj_close,
        prices_daily.is_stale,
        window_ends.n_back,
        max(case when not history.is_stale then history.as_of_date end) as bar_date,
        concat('adj_close ', window_ends.n_back, ' sessions ago') as item

    from session

    cross join window_ends

    inner join prepared.prices_daily as prices_daily
        on
            session.listing_no = prices_daily.listing_no
            and session.session_no - window_ends.n_back = prices_daily.session_no

    inner join prepared.prices_daily as history
        on
            session.listing_no = history.listing_no
            and prices_daily.session_no >= history.session_no
            and prices_daily.session_no - {{ var('max_carry_sessions') }} <= history.session_no

    where prices_daily.symbol = symbol and history.symbol = symbol

    group by all

),

statement_rows as (

    select
        statement_values.*,
        statement_values.as_of_date as explained_date,
        3 as place

    from factors.statement_values as statement_values

    inner join asked_decision on statement_values.as_of_date = asked_decision.as_of_date

    where
        statement_values.symbol = symbol
        and exists (
            select 1

            from score_factors

            inner join factors.factor_registry as factor_registry
                on
                    score_factors.factor = factor_registry.factor
                    and score_factors.asset_class = factor_registry.asset_class

            where factor_registry.family in ('value', 'quality')
        )
        and exists (
            select 1

            from is_explained
        )

),

raw_rows as (

    select landed.*

    from explain_inputs(
        (select asked_decision.as_of_date from asked_decision),
        symbol,
        (select asked_strategy.score_name from asked_strategy)
    ) as landed

    where
        exists (
            select 1

            from is_explained
        )

),

-- Of bars those at the ends of the windows, of daily series the newest row.
shown_rows as (

    select *

    from raw_rows

    where
        raw_rows.relation <> 'raw.prices'
        or (
            raw_rows.set_aside is null
            and raw_rows.row_date in (select end_rows.bar_date from end_rows)
        )

    qualify
        not (
            coalesce(raw_rows.frequency = 'day', false)
            or raw_rows.relation in ('raw.fx_rates', 'prepared.market_returns')
        )
        or row_number() over (
            partition by raw_rows.relation, raw_rows.item, raw_rows.currency
            order by raw_rows.row_date desc, raw_rows.load_id desc
        ) = 1

),

counted as (

    select
        raw_rows.relation,
        count(*) as n_rows,
        min(raw_rows.row_date) as first_date,
        max(raw_rows.row_date) as last_date

    from raw_rows

    group by raw_rows.relation

),

stages as (

    select
        1 as stage_no,
        weights.*

    from weights

    union all

    select
        2 as stage_no,
        found.*

    from (
        {{ explained_items('ruin', 'rule', 'portfolios.ruins', [
            {
                'name': 'ruin_date',
                'is_text': true,
                'unit': 'date; the book lost all it had, nothing is traded after it',
            },
        ]) }}
    ) as found

    union all

    select
        2 as stage_no,
        found.*

    from (
        {{ explained_items('rule_rows', 'rule', 'construction.book_paths', [
            {'name': 'trade_date', 'is_text': true, 'unit': 'date'},
            {'name': 'prior_weight', 'unit': 'fraction of NAV after the trade before'},
            {'name': 'growth', 'unit': 'worth now / then, in units of cash'},
            {'name': 'carry_fee', 'unit': 'fraction of NAV'},
            {'name': 'book_value', 'unit': 'NAV now / after the trade before, in units of cash'},
            {'name': 'weight_before', 'unit': 'fraction of NAV'},
            {'name': 'desired_weight', 'unit': 'fraction of NAV'},
            {'name': 'can_trade', 'is_text': true, 'unit': 'has a bar that day'},
            {'name': 'is_gone', 'is_text': true, 'unit': 'delisted'},
            {'name': 'no_trade_band', 'unit': 'fraction of NAV'},
            {'name': 'is_within_band', 'is_text': true, 'unit': 'then left alone'},
            {'name': 'gross_before', 'unit': 'fraction of NAV, whole book'},
            {'name': 'wanted_turnover', 'unit': 'half the sum of |desired - before|, whole book'},
            {'name': 'turnover_cap', 'unit': 'fraction of NAV'},
            {'name': 'scale', 'unit': 'least(1, cap / wanted_turnover), 1 for an empty book'},
            {'name': 'participation_cap', 'unit': 'share of the daily volume'},
            {'name': 'mean_dollar_volume_usd', 'unit': 'US dollars a day'},
            {'name': 'aum_usd', 'unit': 'US dollars'},
            {'name': 'largest_trade', 'unit': 'participation_cap x volume / aum_usd'},
            {'name': 'target_weight', 'unit': 'before + scale x (desired - before)'},
            {'name': 'weight_after', 'unit': 'fraction of NAV'},
        ]) }}
    ) as found

    union all

    select
        3 as stage_no,
        found.*

    from (
        {{ explained_items('leg_rows', 'leg', 'construction.leg_members', [
            {'name': 'leg', 'is_text': true, 'unit': 'side'},
            {'name': 'score_name', 'is_text': true, 'unit': 'chosen by'},
            {'name': 'score', 'unit': 'score'},
            {'name': 'score_rank', 'unit': 'place, 1 is the best'},
            {'name': 'n_candidates', 'unit': 'names'},
            {'name': 'top_fraction', 'unit': 'share chosen'},
            {'name': 'hold_fraction', 'unit': 'share within which who was chosen may stay'},
            {'name': 'was_chosen_before', 'is_text': true, 'unit': 'at the decision before'},
            {'name': 'sector', 'is_text': true, 'unit': 'sector'},
            {'name': 'weighting', 'is_text': true, 'unit': 'rule of the raw weight'},
            {'name': 'ret_1d_std', 'unit': 'standard deviation of daily returns'},
            {'name': 'market_cap_usd', 'unit': 'US dollars'},
            {'name': 'market_beta', 'unit': 'slope on the market'},
            {'name': 'raw_weight', 'unit': 'before any limit'},
            {'name': 'leg_gross', 'unit': 'fraction of NAV'},
            {'name': 'max_weight', 'unit': 'fraction of NAV'},
            {'name': 'min_weight', 'unit': 'fraction of NAV'},
            {'name': 'sector_cap', 'unit': 'fraction of NAV'},
            {'name': 'leg_level', 'unit': 'weight = least(max_weight, level x raw weight)'},
            {'name': 'is_limited', 'is_text': true, 'unit': 'solved under sector cap and min weight'},
            {'name': 'is_leg_underfilled', 'is_text': true, 'unit': 'too few names for the caps'},
            {'name': 'leg_weight', 'unit': 'fraction of NAV'},
            {'name': 'sleeve_budget', 'unit': 'share of the strategy'},
            {'name': 'leg_beta', 'unit': 'beta of the leg'},
            {'name': 'leg_scale', 'unit': 'scaling to no beta'},
            {'name': 'part_of_desired_weight', 'unit': 'fraction of NAV'},
        ], 'leg_rows.part') }}
    ) as found

    union all

    select
        4 as stage_no,
        'score' as stage,
        score_rows.item,
        score_rows.value,
        score_rows.value_text,
        score_rows.unit,
        score_rows.as_of_date,
        score_rows.relation,
        {{ no_load }},
        score_rows.step as place,
        0 as place_within

    from score_rows

    union all

    select
        5 as stage_no,
        found.*

    from (
        {{ explained_items('factor_rows', 'factor', 'factors.factor_values', [
            {'name': 'raw_value', 'unit': 'raw value'},
            {'name': 'lower_bound', 'unit': 'winsor bound'},
            {'name': 'upper_bound', 'unit': 'winsor bound'},
            {'name': 'winsorized_value', 'unit': 'raw value within the bounds'},
            {'name': 'neutralized_value', 'unit': 'less what sector and size explain, where asked'},
            {'name': 'mean_value', 'unit': 'of the cross-section'},
            {'name': 'deviation', 'unit': 'population standard deviation of the cross-section'},
            {'name': 'z_score', 'unit': '(value - mean) / deviation'},
            {'name': 'rank_pct', 'unit': '(average rank - 0.5) / n_names'},
            {'name': 'n_names', 'unit': 'names in the cross-section'},
            {'name': 'direction', 'unit': '1: high is expected to earn more'},
            {'name': 'country', 'is_text': true, 'unit': 'cross-section'},
        ], 'factor_rows.part') }}
    ) as found

    union all

    select
        6 as stage_no,
        found.*

    from (
        {{ explained_items('session', 'input', 'prepared.prices_daily', [
            {'name': 'close', 'unit': 'base currency'},
            {'name': 'market_cap_usd', 'unit': 'US dollars'},
            {'name': 'n_history', 'unit': 'bars so far'},
            {'name': 'median_dollar_volume_usd', 'unit': 'US dollars a day'},
            {'name': 'ret_1d_std', 'unit': 'standard deviation of daily returns'},
            {'name': 'is_tradable', 'is_text': true, 'unit': 'may be ranked'},
        ]) }}
    ) as found

    union all

    select
        6 as stage_no,
        'input' as stage,
        end_rows.item,
        end_rows.adj_close as value,
        case when end_rows.is_stale then concat('carried from ', end_rows.bar_date) end
            as value_text,
        'base currency, total-return price' as unit,
        end_rows.explained_date as as_of_date,
        'prepared.prices_daily' as relation,
        {{ no_load }},
        2 as place,
        end_rows.n_back as place_within

    from end_rows

    union all

    select
        6 as stage_no,
        found.*

    from (
        {{ explained_items('statement_rows', 'input', 'factors.statement_values', [
            {'name': 'book_equity', 'unit': 'US dollars'},
            {'name': 'total_assets', 'unit': 'US dollars'},
            {'name': 'total_assets_year_ago', 'unit': 'US dollars'},
            {'name': 'total_liabilities', 'unit': 'US dollars'},
            {'name': 'net_income_ttm', 'unit': 'US dollars a year'},
            {'name': 'revenue_ttm', 'unit': 'US dollars a year'},
            {'name': 'gross_profit_ttm', 'unit': 'US dollars a year'},
            {'name': 'operating_cash_flow_ttm', 'unit': 'US dollars a year'},
            {'name': 'cost_of_goods_sold_ttm', 'unit': 'US dollars a year'},
            {'name': 'sga_expense_ttm', 'unit': 'US dollars a year'},
            {'name': 'interest_expense_ttm', 'unit': 'US dollars a year'},
        ]) }}
    ) as found

    union all

    select
        7 as stage_no,
        'raw' as stage,
        concat('rows of ', counted.relation) as item,
        counted.n_rows as value,
        concat(
            'from ', counted.first_date, ' to ', counted.last_date,
            '; all of them: explain_inputs(''', asked_decision.as_of_date, ''', ''', symbol,
            ''', ''', asked_strategy.score_name, ''')'
        ) as value_text,
        'rows' as unit,
        asked_decision.as_of_date,
        counted.relation,
        {{ no_load }},
        0 as place,
        0 as place_within

    from counted

    cross join asked_decision

    cross join asked_strategy

    union all

    select
        7 as stage_no,
        case when shown_rows.load_id is null then 'input' else 'raw' end as stage,
        shown_rows.item,
        shown_rows.value,
        coalesce(
            shown_rows.value_text,
            concat_ws(
                ', ',
                shown_rows.frequency,
                case
                    when shown_rows.published_at is not null
                        then concat('published ', cast(shown_rows.published_at as varchar))
                end,
                case
                    when shown_rows.known_on_date <> shown_rows.row_date
                        then concat('known on ', shown_rows.known_on_date)
                end
            )
        ) as value_text,
        coalesce(
            shown_rows.currency,
            case shown_rows.item when 'split' then 'new shares per old' end,
            case when shown_rows.value is not null then 'as reported' end
        ) as unit,
        shown_rows.row_date as as_of_date,
        shown_rows.relation,
        shown_rows.load_id,
        shown_rows.source,
        shown_rows.observed_at,
        1 as place,
        0 as place_within

    from shown_rows

)

select
    row_number() over (
        order by
            stages.stage_no,
            stages.place,
            stages.place_within,
            stages.relation,
            stages.item,
            stages.as_of_date
    ) as step,
    stages.stage,
    stages.item,
    stages.value,
    stages.value_text,
    stages.unit,
    stages.as_of_date,
    stages.relation,
    stages.load_id,
    stages.source,
    stages.observed_at

from stages

where stages.value is not null or stages.value_text is not null

order by step
{%- endmacro %}
