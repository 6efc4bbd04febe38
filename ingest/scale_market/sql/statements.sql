-- Statements of a block: published 30 to 60 days after their quarter, one in fifty again later.
with
metrics (metric, metric_no, of_market_value, spread) as (
    values
    ('book_equity', 1, 0.5, 0.1),
    ('total_assets', 2, 1.5, 0.1),
    ('total_liabilities', 3, 1.0, 0.1),
    ('net_income', 4, 0.015, 0.6),
    ('revenue', 5, 0.25, 0.1),
    ('gross_profit', 6, 0.1, 0.2),
    ('operating_cash_flow', 7, 0.025, 0.4),
    ('cost_of_goods_sold', 8, 0.15, 0.1),
    ('sga_expense', 9, 0.05, 0.1),
    ('interest_expense', 10, 0.005, 0.1),
    ('shares_outstanding', 11, 0, 0)
),

companies as (
    select * from lives
    where
        asset_kind = 'stock'
        and number >= $first
        and number < $first + $n
),

quarters as (
    select
        companies.symbol,
        companies.currency,
        companies.life_id,
        companies.first_shares,
        companies.first_shares * exp(companies.first_log_price) as market_value,
        numbers.quarter_no,
        last_day(
            cast(cast($first_day as date) + to_months(3 * numbers.quarter_no - 1) as date)
        ) as period_end_date,
        draw(companies.life_id, 2000000 + numbers.quarter_no) as quarter_draw,
        cast(
            period_end_date + 30 + cast(floor(31 * uniform(quarter_draw, 0)) as integer) as timestamp
        ) + interval 21 hour as first_published_at
    from companies
    cross join range(-4, 4 * $years + 1) as numbers (quarter_no)
    where
        period_end_date > companies.listed_on - 400
        and period_end_date < coalesce(companies.left_on, date '9999-12-31')
),

-- The end is a variable too: what is published after it is not there.
publications as (
    select
        *,
        0 as version,
        first_published_at as published_at
    from quarters

    union all

    select
        *,
        1 as version,
        first_published_at + interval 150 day as published_at
    from quarters
    where uniform(quarter_draw, 16) < 0.02
),

wanted as (
    select * from publications
    where cast(published_at as date) > $since and cast(published_at as date) <= $until
),

splits as (
    select
        symbol,
        session_date,
        doublings
    from steps
    where doublings <> 0
),

share_counts as (
    select
        wanted.symbol,
        wanted.quarter_no,
        wanted.version,
        wanted.first_shares * pow(2, coalesce(sum(splits.doublings), 0)) as shares
    from wanted
    left join splits
        on
            wanted.symbol = splits.symbol
            and wanted.period_end_date >= splits.session_date
    group by wanted.symbol, wanted.quarter_no, wanted.version, wanted.first_shares
)

select
    wanted.symbol,
    metrics.metric,
    wanted.period_end_date,
    'quarter' as frequency,
    wanted.published_at,
    case metrics.metric
        when 'shares_outstanding' then share_counts.shares
        else round(
            metrics.of_market_value * wanted.market_value * exp(0.012 * wanted.quarter_no)
            * (1 + metrics.spread * bell(draw(wanted.quarter_draw, metrics.metric_no)))
            * (1 + 0.05 * wanted.version), -3
        )
    end as value,
    case when metrics.metric <> 'shares_outstanding' then wanted.currency end as currency
from wanted
inner join share_counts
    on
        wanted.symbol = share_counts.symbol
        and wanted.quarter_no = share_counts.quarter_no
        and wanted.version = share_counts.version
cross join metrics
where metrics.metric <> 'shares_outstanding' or wanted.version = 0
