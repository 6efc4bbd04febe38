{# Each factor's daily premium by part of its life: the halves of its days; before and after the #}
{# year that followed its paper; the market's trend and volatility as known the evening before. #}
{% set parts = ['half', 'publication', 'trend', 'volatility'] %}

with

numbered as (

    select
        factor_returns.asset_class,
        factor_returns.factor,
        factor_returns.date,
        factor_returns.long_short_return,
        row_number() over by_day as day_no,
        count(*) over whole as n_days

    from {{ ref('factor_returns') }} as factor_returns

    where factor_returns.long_short_return is not null

    window
        whole as (partition by factor_returns.asset_class, factor_returns.factor),
        by_day as (
            partition by factor_returns.asset_class, factor_returns.factor
            order by factor_returns.date
        )

),

divided as (

    select
        numbered.asset_class,
        numbered.factor,
        numbered.date,
        numbered.long_short_return,
        case when 2 * numbered.day_no <= numbered.n_days then 'first_half' else 'second_half' end
            as half,
        case
            when extract(year from numbered.date) > factor_registry.published_year
                then 'after_publication'
            when factor_registry.published_year is not null then 'before_publication'
        end as publication,
        market_regimes.trend,
        market_regimes.volatility

    from numbered

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            numbered.asset_class = factor_registry.asset_class
            and numbered.factor = factor_registry.factor

    left join {{ ref('market_regimes') }} as market_regimes
        on
            numbered.asset_class = market_regimes.asset_class
            and numbered.date = market_regimes.date

),

parted as (

    {% for part in parts %}

        select
            divided.asset_class,
            divided.factor,
            '{{ part }}' as division,
            divided.{{ part }} as part,
            divided.date,
            divided.long_short_return,
            divided.{{ part }} in ('second_half', 'after_publication', 'bull', 'calm') as is_minuend

        from divided

        where divided.{{ part }} is not null

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select * from parted
