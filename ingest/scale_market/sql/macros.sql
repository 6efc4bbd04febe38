-- One hash makes all the numbers of a symbol on a session, each from bits of its own. `hash` is
-- the engine's: another version of it would draw another market.

create macro draw(id, number) as hash(xor(id, cast(number as ubigint)));

-- From 0 to 1, of 16 bits from the given one on.
create macro uniform(drawn, first_bit) as ((drawn >> first_bit) & 65535) / 65536.0;

-- Bell-shaped, mean 0, variance 1: the sum of four 16-bit numbers, so never beyond 3.5.
create macro bell(drawn) as sqrt(3) * (
    uniform(drawn, 0) + uniform(drawn, 16) + uniform(drawn, 32) + uniform(drawn, 48) - 2
);
