{# ranks_on(day, score_name): who could be chosen by a score that a strategy follows, best first. #}
{% macro ranks_on() -%}
with

newest as (

    select
        candidates.asset_class,
        max(candidates.as_of_date) as as_of_date

    from construction.candidates as candidates

    where candidates.score_name = score_name and candidates.as_of_date <= cast(day as date)

    group by candidates.asset_class

)

select
    candidates.as_of_date,
    candidates.score_name,
    candidates.asset_class,
    candidates.symbol,
    assets.name,
    assets.sector,
    assets.country,
    candidates.score,
    candidates.score_rank,
    candidates.n_candidates

from construction.candidates as candidates

inner join newest
    on
        candidates.asset_class = newest.asset_class
        and candidates.as_of_date = newest.as_of_date

inner join prepared.assets as assets on candidates.symbol = assets.symbol

where candidates.score_name = score_name

order by candidates.asset_class, candidates.score_rank
{%- endmacro %}
