-- What a session does to the names of a block. A step of the logarithm of a price is a whole number
-- of billionths, and a doubling of the shares is 2^40 of them: one sum, exact in whatever order it is
-- added up, holds both (walks.sql parts them).
create macro steps_of(of_class, first_number, n_names) as table (
    with
    drawn as (
        select
            lives.symbol,
            lives.beta,
            lives.sigma,
            lives.dividend_yield,
            lives.asset_kind,
            sessions.session_date,
            sessions.market_return,
            draw(lives.life_id, sessions.session_no) as price_draw,
            hash(price_draw) as other_draw,
            lives.dividend_yield > 0
            and (sessions.session_no + lives.dividend_phase) % 63 = 0 as is_ex_dividend,
            -- 20 bits: two splits in some 10 years, one of them reverse.
            case
                when lives.asset_kind <> 'stock' then 0
                when other_draw >> 44 between 100 and 307 then 1
                when other_draw >> 44 between 308 and 515 then -1
                else 0
            end as doublings
        from lives
        inner join sessions
            on
                lives.venue = sessions.venue
                and sessions.session_date >= lives.listed_on
                and sessions.session_date < coalesce(lives.left_on, date '9999-12-31')
        where
            lives.asset_class = of_class
            and lives.number >= first_number
            and lives.number < first_number + n_names
    )

    select
        symbol,
        session_date,
        price_draw,
        other_draw,
        is_ex_dividend,
        cast(doublings as tinyint) as doublings,
        round(1e9 * (
            beta * market_return + sigma * bell(price_draw)
            - case when is_ex_dividend then dividend_yield else 0 end
        )) + pow(2, 40) * doublings as step
    from drawn
);
