{# Return from `start` to `stop` sessions ago, where enough of the sessions between have a bar. #}
{# Reads adj_close and n_bars (bars up to and including the row), as sessions_ago does. #}
{% macro past_return(start, stop, looked_up=false) -%}
    {%- set n_bars_then = sessions_ago('n_bars', start, looked_up) -%}
    {%- set close_then = sessions_ago('adj_close', start, looked_up) -%}
    case
        when
            {{ sessions_ago('n_bars', stop, looked_up) }} - {{ n_bars_then }}
            >= {{ (start - stop) * var('window_coverage') }}
            then
                {{ sessions_ago('adj_close', stop, looked_up) }} / nullif({{ close_then }}, 0) - 1
    end
{%- endmacro %}
