-- The steps of a block that make rows: those after the day that landed last, and splits, which
-- statements count.
create or replace temp table steps as
select *
from steps_of($asset_class, $first, $n)
where session_date > $since or doublings <> 0
