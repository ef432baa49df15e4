"""Record classes."""

import copy
import doctest
import pickle

import pytest

import oam.records
from oam.records import define, evolve, field, frozen


@frozen
class Point:
    """A place."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = ()
    note: str = field(default="", eq=False, repr=False)

    @property
    def sum(self) -> int:
        return self.x + self.y


@define
class Bag:
    items: list[int] = field(factory=list)


def test_constructors_take_values_by_place_and_name():
    assert Point(1, tags=("a",)) == Point(1, 0, ("a",))
    assert Point(2, 3).sum == 5
    for wrong in ((), (1, 2, (), "", 5)):
        with pytest.raises(TypeError):
            Point(*wrong)
    with pytest.raises(TypeError):
        Point(1, z=1)


def test_equality_hash_and_text_leave_out_what_does_not_count():
    assert Point(1, note="a") == Point(1, note="b") != Point(2)
    assert len({Point(1, note="a"), Point(1)}) == 1
    assert repr(Point(1, note="a")) == "Point(x=1, y=0, tags=())"
    assert Point(1) != (1, 0, ())


def test_frozen_ones_do_not_change():
    point = Point(1)
    for change in (lambda: setattr(point, "x", 2), lambda: delattr(point, "x")):
        with pytest.raises(AttributeError, match=r"Point\.x cannot be changed"):
            change()
    assert evolve(point, y=4) == Point(1, 4)
    assert point == Point(1)


def test_defined_ones_change_and_share_no_default():
    bag = Bag()
    bag.items.append(1)
    assert Bag().items == []
    bag.items = [2]
    assert bag == Bag([2])
    with pytest.raises(TypeError):
        hash(bag)
    with pytest.raises(AttributeError):
        bag.other = 1


def test_copies_are_equal():
    assert copy.deepcopy(Bag([1])) == Bag([1])
    assert copy.copy(Bag([1])) == Bag([1])
    assert copy.deepcopy(Point(1, tags=("a",))) == Point(1, tags=("a",))
    assert pickle.loads(pickle.dumps(Bag([1]))) == Bag([1])


def test_examples():
    assert doctest.testmod(oam.records).failed == 0
