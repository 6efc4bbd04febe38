{# Return from `start` to `stop` sessions ago, where enough of the sessions between have a bar. #}
{# Reads adj_close and n_bars (bars up to and including the row) over a window named history. #}
{% macro past_return(start, stop) -%}
    case
        when
            lag(n_bars, {{ stop }}) over history - lag(n_bars, {{ start }}) over history
            >= {{ (start - stop) * var('window_coverage') }}
            then
                lag(adj_close, {{ stop }}) over history
                / nullif(lag(adj_close, {{ start }}) over history, 0)
                - 1
    end
{%- endmacro %}
