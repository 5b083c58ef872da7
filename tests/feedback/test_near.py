"""A number is compared up to rounding, and a slip is named all the same."""

import pytest

from minichain.feedback import Mismatch, expect_near


@pytest.mark.parametrize(
    ("got", "wanted"), [(0.1 + 0.2, 0.3), (1, 1.0), (0.0, 1e-300), (2.0000001, 2)]
)
def test_numbers_that_differ_by_rounding_are_equal(got, wanted):
    expect_near("f()", got, wanted)


@pytest.mark.parametrize(
    "got", [0.30001, float("nan"), float("inf"), 10**400, -0.3, 1e-13]
)
def test_other_numbers_are_not(got):
    with pytest.raises(Mismatch, match=r"expected  0\.3"):
        expect_near("f()", got, 0.3)


@pytest.mark.parametrize(
    ("got", "reason"),
    [(True, "of type bool"), ("1.0", "of type str"), (None, "Nothing came back")],
)
def test_what_is_no_number_is_named(got, reason):
    with pytest.raises(Mismatch, match=reason):
        expect_near("f()", got, 1.0)


def test_a_known_slip_is_recognised_up_to_rounding_too():
    with pytest.raises(Mismatch, match="upside down"):
        expect_near("f()", 3.0000000001, 1 / 3, {3: "It is upside down."})
