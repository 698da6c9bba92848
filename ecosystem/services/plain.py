"""Dataclasses of the analysis as values that JSON holds, and back again, equal to what they were.

Meant for what the same program reads again: rows are told apart by nothing but their order.
A dataclass becomes the list of its fields, a mapping a list of pairs, a set a sorted list, a day a
text. The document for others is made by ``ecosystem.payloads``.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def to_plain(value: Any) -> Any:
    """Lists, texts, numbers and None."""
    if is_dataclass(value) and not isinstance(value, type):
        return [to_plain(getattr(value, name)) for name in _names(type(value))]
    if isinstance(value, Mapping):
        return [[to_plain(key), to_plain(item)] for key, item in value.items()]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(map(to_plain, value))
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_plain(kind: type[T], value: Any) -> T:
    """The value of the dataclass ``kind`` from which ``to_plain`` made this one.

    Raises
    ------
    TypeError
        If a field has a type that nothing here reads.
    """
    wanted: Any = kind
    read = _reader(wanted)
    return value if read is None else read(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _reader(kind: Any) -> Reader | None:
    """What makes a ``kind`` of a plain value; None where it is plain already."""
    if kind in (str, int, float, bool, NoneType) or get_origin(kind) is Literal:
        return None
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    origin, given = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _optional_reader(kind, given)
    if origin is tuple and given[-1] is not ...:
        return _fixed_reader(given)
    if origin in (tuple, frozenset):
        return _many_reader(origin, _reader(given[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_reader(_reader(given[0]), _reader(given[1]))
    raise TypeError(f"A plain value cannot be read as {kind}.")


def _dataclass_reader(kind: type) -> Reader:
    hints = get_type_hints(kind)
    readers = [(at, read) for at, name in enumerate(_names(kind)) if (read := _reader(hints[name]))]

    def read_row(row: list[Any]) -> Any:
        for at, read in readers:
            row[at] = read(row[at])
        return kind(*row)

    return read_row


def _optional_reader(kind: Any, given: tuple[Any, ...]) -> Reader | None:
    readers = [read for one in given if (read := _reader(one))]
    if not readers:
        return None
    if len(given) != 2 or NoneType not in given:
        raise TypeError(f"A plain value does not tell which of {kind} it is.")
    return lambda value: None if value is None else readers[0](value)


def _fixed_reader(given: tuple[Any, ...]) -> Reader:
    readers = [_reader(one) for one in given]
    if not any(readers):
        return tuple
    return lambda values: tuple(
        value if read is None else read(value) for read, value in zip(readers, values, strict=True)
    )


def _many_reader(origin: Callable[[Any], Any], read: Reader | None) -> Reader:
    if read is None:
        return origin
    return lambda values: origin(map(read, values))


def _mapping_reader(key: Reader | None, value: Reader | None) -> Reader:
    if key is None and value is None:
        return dict
    return lambda pairs: {
        one if key is None else key(one): other if value is None else value(other)
        for one, other in pairs
    }
