"""What is made while garbage is not looked for."""

from __future__ import annotations

import gc

import pytest

from warehouse.collecting import uncollected


def test_what_was_made_is_old_and_the_search_goes_on_after_an_error() -> None:
    made: list[list[int]] = []
    with pytest.raises(KeyError), uncollected():
        assert not gc.isenabled()
        made.append([1])
        raise KeyError
    assert gc.isenabled()
    assert any(each is made for each in gc.get_objects(generation=2))
    assert not gc.get_freeze_count()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
