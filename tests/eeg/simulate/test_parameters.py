from westward.eeg.simulate.parameters import STATUSES, as_table, number, pair, parameters


def test_every_parameter_has_a_unit_a_source_and_a_known_status() -> None:
    for p in parameters().values():
        assert p.status in STATUSES, p.name
        assert p.unit, p.name
        assert p.source, p.name
        assert bool(p.value) != bool(p.by_age), p.name


def test_nothing_is_called_verified_that_nobody_opened() -> None:
    assert not [p.name for p in parameters().values() if p.status == "verified"]


def test_ages_are_interpolated_and_held_outside() -> None:
    assert number("spindle.density_per_min", 4.5) == 6.6
    assert 4.5 < number("spindle.density_per_min", 7) < 6.6
    assert number("spindle.density_per_min", 0.5) == 0
    assert pair("artifact.patting_hz") == (1.5, 3.0)


def test_population_shares_add_up() -> None:
    assert abs(sum(parameters()["posterior.recurrent_maximum_share"].value) - 1) < 1e-9


def test_table_lists_all() -> None:
    assert len(as_table()) == len(parameters())
