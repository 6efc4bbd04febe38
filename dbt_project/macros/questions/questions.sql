{# The questions that the published file answers by name: table macros of schema main, written by #}
{# the post-hook of the model `questions`. Days are dates or ISO texts; each question answers for #}
{# the newest decision, factor date or session at or before its day, and says which: a decision's #}
{# own date, the day it was traded on and those it was held on give the same explanation. #}
{# #}
{# signals_today: a view; every strategy's trades of its newest day, with name and sector. #}
{# positions_on(day, strategy): date, strategy, symbol, name, asset_class, sector, country, leg, #}
{#     weight, value_usd, opening_weight, ret, contribution. #}
{# ranks_on(day, score_name): as_of_date, score_name, asset_class, symbol, name, sector, country, #}
{#     score, score_rank, n_candidates. #}
{# factor_history(symbol): as_of_date, symbol, factor, family, direction, unit, raw_value, #}
{#     winsorized_value, z_score, rank_pct, feature, n_names. #}
{# explain_weight(day, strategy, symbol): step, stage (weight, rule, leg, score, factor, input, #}
{#     raw), item, value, value_text, unit, as_of_date, relation, load_id, source, observed_at. #}
{# explain_leg(day, strategy): one row per leg, score_name and symbol of the decision. #}
{# explain_book(day, strategy): one row per trade_date and symbol, from before to after. #}
{# explain_sleeves(day, strategy): the family returns behind the budgets of family sleeves. #}
{# explain_score(day, symbol, score_name): step, stage, item, value, value_text, unit, #}
{#     as_of_date, relation. #}
{# explain_factor(day, symbol, factor): one row per symbol of the name's cross-section; for null #}
{#     of every one, for a null factor of all. #}
{# explain_inputs(day, symbol, factor): one raw row each: relation, symbol, item, row_date, #}
{#     value, value_text, open, high, low, volume, currency, price_basis, occurrence, frequency, #}
{#     published_at, known_on_date, set_aside, load_id, source, observed_at; null as above. #}
{# growth_between(strategies, first_date, last_date, series, books): date, strategy, return, #}
{#     benchmark_return, risk_free_return, turnover, growth, drawdown. #}
{# metrics_between(strategies, first_date, last_date, series, books): as performance.summary. #}
{% macro questions() -%}
    {{ return([
        {
            'name': 'signals_today',
            'parameters': [],
            'answers': 'What every strategy would trade on its newest day, with name and sector: one row per strategy and symbol.',
            'example': "from signals_today where signal <> 'hold' order by strategy, rank",
            'body': none,
        },
        {
            'name': 'positions_on',
            'parameters': ['day', 'strategy'],
            'answers': 'What a strategy held at the close of a day, after that day\'s trades: one row per symbol, of the newest day at or before the one asked for. weight is a fraction of NAV, value_usd that of the strategy\'s fund size.',
            'example': "from positions_on('2017-01-05', 'equity_momentum_long')",
            'body': positions_on(),
        },
        {
            'name': 'ranks_on',
            'parameters': ['day', 'score_name'],
            'answers': 'Who can be chosen by a score (a factor, composite or model that a strategy follows), best first: one row per symbol, of each asset class on its newest decision at or before the day.',
            'example': "from ranks_on('2017-01-05', 'composite') where score_rank <= 10",
            'body': ranks_on(),
        },
        {
            'name': 'factor_history',
            'parameters': ['symbol'],
            'answers': 'Every factor value a name ever had: one row per as_of_date and factor, with its rank in the cross-section of the day. feature is direction x (rank_pct - 0.5), what models learn from.',
            'example': "from factor_history('US001') where factor = 'momentum_12_1' order by as_of_date",
            'body': factor_history(),
        },
        {
            'name': 'explain_weight',
            'parameters': ['day', 'strategy', 'symbol'],
            'answers': 'Why a weight is what it is, step by step: the trade\'s rule, the leg, the score, the factors, their inputs, and the raw rows with load and source. One row per step and item, of the newest decision at or before the day. A name without a weight, an unknown one or an unknown strategy gives one row that says so.',
            'example': "from explain_weight('2017-01-05', 'equity_composite_long', 'US004') order by step",
            'body': explain_weight(),
        },
        {
            'name': 'explain_leg',
            'parameters': ['day', 'strategy'],
            'answers': 'Every name of the legs of a strategy\'s decision, with all that their weights are made of: rank, raw weight, caps, sector, beta, scales. One row per leg, score and symbol.',
            'example': "from explain_leg('2017-01-05', 'equity_composite_long') order by score_rank",
            'body': explain_leg(),
        },
        {
            'name': 'explain_book',
            'parameters': ['day', 'strategy'],
            'answers': 'How a decision was traded: for each name what stood before (the weight after the step before, its growth), what was wanted, the band, the turnover scale, the largest trade, the target and what stood after. One row per trade_date and symbol.',
            'example': "from explain_book('2017-01-05', 'equity_sector_capped') order by trade_date, symbol",
            'body': explain_book(),
        },
        {
            'name': 'explain_sleeves',
            'parameters': ['day', 'strategy'],
            'answers': 'What the budgets of a strategy on family sleeves stand on: the long-short return of each family on each day of the trailing year, beside the budget. One row per date and score.',
            'example': "from explain_sleeves('2017-01-05', 'equity_family_sleeves')",
            'body': explain_sleeves(),
        },
        {
            'name': 'explain_score',
            'parameters': ['day', 'symbol', 'score_name'],
            'answers': 'What a name\'s score is made of: a factor\'s rank, the families and z-scores of a composite, or a model\'s fold, parameters, features and SHAP values where they were sampled. One row per step and item, of the newest factor date at or before the day.',
            'example': "from explain_score('2017-01-05', 'US004', 'composite') order by step",
            'body': explain_score(),
        },
        {
            'name': 'explain_factor',
            'parameters': ['day', 'symbol', 'factor'],
            'answers': 'The cross-section in which a name\'s factor was ranked: every member with raw value, winsor bounds, mean, deviation, z-score and rank. One row per symbol (of all cross-sections where the symbol is null) and factor.',
            'example': "from explain_factor('2017-01-05', 'US001', 'momentum_12_1') order by rank_pct desc",
            'body': explain_factor(),
        },
        {
            'name': 'explain_inputs',
            'parameters': ['day', 'symbol', 'factor'],
            'answers': 'The raw rows that a factor (or all factors of a score) of a name stood on at a day, with load, source and instant: bars of the window, splits and dividends, statements known by then, exchange rates. set_aside says why a bar was not used. Null for the symbol: every name of the cross-section; for the factor: all.',
            'example': "from explain_inputs('2017-01-05', 'US001', 'momentum_12_1') order by relation, row_date",
            'body': explain_inputs(),
        },
        {
            'name': 'growth_between',
            'parameters': ['strategies', 'first_date', 'last_date', "series := 'net'", "books := 'performance'"],
            'answers': 'What 1 became from the first day of a range on, and how far below its highest it stood: one row per strategy (a list; null for all) and date. series: net, gross (before trading costs and borrow fees) or benchmark; books: sweep_performance for the strategies of the last sweep.',
            'example': "from growth_between(['equity_momentum_long'], '2015-01-01', '2016-12-31') order by date",
            'body': growth_between(),
        },
        {
            'name': 'metrics_between',
            'parameters': ['strategies', 'first_date', 'last_date', "series := 'net'", "books := 'performance'"],
            'answers': 'The metrics of performance.summary over a range of days: one row per strategy (a list; null for all). series: net or gross (before trading costs and borrow fees); books: sweep_performance for the strategies of the last sweep. psr and dsr do not count the ranges one looks at: upper bounds.',
            'example': "from metrics_between(null, '2015-01-01', '2016-12-31') order by sharpe desc",
            'body': metrics_between(),
        },
    ]) }}
{%- endmacro %}
