{# The CTE `places` of an asset class: where the prices stand of today and of so many sessions #}
{# ago. A listing has a row for every session of its venue. #}
{% macro places_back(asset_class, distances, members, venue_sessions) -%}
    select
        members.as_of_date,
        members.symbol,
        members.asset_class,
        back.n_back,
        venue_sessions.session_no - back.n_back as session_no

    from {{ members }} as members

    inner join {{ venue_sessions }} as venue_sessions
        on
            members.venue = venue_sessions.venue
            and members.session_date = venue_sessions.session_date

    cross join (
        values (0){% for n_back in distances %}, ({{ n_back }}){% endfor %}
    ) as back (n_back)

    where members.asset_class = '{{ asset_class }}'
{%- endmacro %}
