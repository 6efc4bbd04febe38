{# gross + cash - cost - borrow = net, 1e-12, and neither cost nor borrow is ever earned. #}
select
    daily_pnl.strategy,
    daily_pnl.date,
    daily_pnl.net_return

from {{ ref('daily_pnl') }} as daily_pnl

where
    abs(
        daily_pnl.gross_return
        + daily_pnl.cash_return
        - daily_pnl.cost_return
        - daily_pnl.borrow_return
        - daily_pnl.net_return
    )
    > 1e-12
    or daily_pnl.cost_return < 0
    or daily_pnl.borrow_return < 0
