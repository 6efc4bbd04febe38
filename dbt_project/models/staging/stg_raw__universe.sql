{# The newest description of every asset, under its newest symbol: attributes and membership #}
{# spells. Rows of symbols it gave up add their spells; they describe it only where nothing newer #}
{# does. #}
with

universe as (

    select * from {{ source('raw', 'universe') }}

    where {{ is_known() }}

),

symbol_changes as (

    select * from {{ ref('stg_raw__symbol_changes') }}

),

newest as (

    select
        universe.*,
        universe.member_from is null and universe.member_to is null as is_undated,
        coalesce(universe.member_from, cast('0001-01-01' as date)) as spell_date

    from universe

    qualify {{ newest_version(['universe.symbol']) }}

),

-- An undated row speaks of whoever bore the symbol: of its owner today too, if that one has bars.
taken_up_again as (

    select distinct prices.symbol

    from {{ ref('stg_raw__prices') }} as prices

    where prices.symbol in (select symbol_changes.old_symbol from symbol_changes)

),

named as (

    select
        newest.*,
        newest.symbol as asset_symbol,
        0 as symbol_rank

    from newest

    left join symbol_changes
        on
            {{ bore_old_symbol('newest.symbol', 'newest.spell_date') }}

    left join taken_up_again on newest.symbol = taken_up_again.symbol

    where
        symbol_changes.old_symbol is null
        or (newest.is_undated and taken_up_again.symbol is not null)

    union all

    select
        newest.*,
        symbol_changes.symbol as asset_symbol,
        symbol_changes.symbol_rank

    from newest

    inner join symbol_changes
        on
            newest.symbol = symbol_changes.old_symbol
            and (
                newest.is_undated
                or (
                    newest.spell_date >= symbol_changes.from_date
                    and newest.spell_date < symbol_changes.change_date
                )
            )

),

described as (

    select named.*

    from named

    qualify
        row_number() over (
            partition by named.asset_symbol
            order by named.symbol_rank, named.member_from nulls first, named.name nulls last
        ) = 1

),

spells as (

    select
        named.asset_symbol,
        named.member_from,
        named.member_to,
        named.load_id

    from named

    qualify
        named.symbol_rank = min(named.symbol_rank) over (
            partition by named.asset_symbol, named.member_from
        )

)

select
    described.asset_symbol as symbol,
    described.asset_class,
    described.venue,
    described.country,
    {{ major_currency('described.currency') }} as currency,
    described.sector,
    described.name,
    coalesce(
        described.asset_kind,
        case described.asset_class when 'crypto' then 'coin' else 'stock' end
    ) as asset_kind,
    spells.member_from,
    spells.member_to,
    spells.load_id

from spells

inner join described on spells.asset_symbol = described.asset_symbol
