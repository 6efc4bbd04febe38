-- From where the rows came, one row per source that landed any.
select distinct loads.source

from raw.loads as loads

where loads.n_rows > 0

order by loads.source
