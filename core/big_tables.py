"""The admin's lists of tables that grow with use: neither counted nor read through for each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.functional import cached_property

from core.replicas import read_connection

FEW = 10_000  # rows of a whole table that are counted exactly
MOST_COUNTED = 2_000  # rows of a list with filters or a search: nobody turns more than forty pages
MOST_PEOPLE = 1_000  # whose rows a search finds
DEEP = 1_000  # rows, from which on a page reads its keys first


class LowerBound(int):
    """The number of rows that were counted of a list that has more of them. Pages show it as `2000+`."""

    def __str__(self) -> str:
        return f"{self - 1}+"


class EstimatingPaginator(Paginator[Any]):
    """Takes PostgreSQL's estimate for the number of rows of a whole table, and counts a filtered list up to 2,000 rows.

    A page far from the first reads the keys of its rows by the index of the order, and then only those rows.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        is_whole = not self.object_list.query.where
        if is_whole:
            with read_connection().cursor() as cursor:
                table = self.object_list.model._meta.db_table
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
                (estimate,) = cursor.fetchone()
            if estimate > FEW:
                return int(estimate)
        most = FEW if is_whole else MOST_COUNTED
        count = self.object_list.order_by()[: most + 1].count()
        return count if count <= most else LowerBound(count)

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        if first < DEEP:
            return super().page(number)
        keys = self.object_list.select_related(None).values_list("pk", flat=True)[first : first + self.per_page]
        return Page(self.object_list.filter(pk__in=list(keys)), number, self)


class BigTable(admin.ModelAdmin[Any]):
    """Lists a table that grows with use. The number of all its rows is an estimate.

    `search_starts` are fields in capitals that are searched from their beginning, by their index. `search_people` are
    foreign keys whose rows are looked up first, each with the fields to look in: joined, PostgreSQL would compare the words
    with the people of every row. A list with them searches nothing else.
    """

    show_full_result_count = False
    paginator = EstimatingPaginator
    list_per_page = 50
    search_starts: Sequence[str] = ()
    search_people: Mapping[str, Sequence[str]] = {}

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Also names the people, so that there is a field to search in."""
        return [*super().get_search_fields(request), *self.search_starts, *self.search_people]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not self.search_people:
            return super().get_search_results(request, queryset, search_term)
        words = search_term.split()
        for word in words:
            own = [Q(**{f"{name}__startswith": word.upper()}) for name in self.search_starts]
            queryset = queryset.filter(reduce(or_, [*own, *self._people_with(word, words)]))
        return queryset, False

    def _people_with(self, word: str, words: Sequence[str]) -> list[Q]:
        """Returns a condition for each foreign key: that it leads to one of the first people with this word. If there are
        more of them, those with all words are added: of the many called Ann, it finds Ann Smith."""

        @cache  # clients and builders are the same people
        def keys_of(people: type[Model], *fields: str) -> list[str]:
            keys = _first_keys(people, fields, [word])
            if len(keys) == MOST_PEOPLE and len(words) > 1:
                keys += _first_keys(people, fields, words)
            return keys

        conditions = []
        for name, fields in self.search_people.items():
            people: Any = self.model._meta.get_field(name).remote_field.model
            conditions.append(Q(IsAnyOf(f"{name}_id", keys_of(people, *fields))))
        return conditions


def _first_keys(people: Any, fields: Sequence[str], words: Sequence[str]) -> list[str]:
    """Returns the keys of the first people who have each of these words in one of the fields, as text."""
    matching = people.objects.order_by()
    for word in words:
        matching = matching.filter(reduce(or_, [Q(**{f"{name}__icontains": word}) for name in fields]))
    return list(matching.values_list(Cast("pk", TextField()), flat=True)[:MOST_PEOPLE])


class IsAnyOf(Func):
    """Whether a foreign key is one of these keys, which are sent as a single text: Django's `in` takes longer over a thousand
    of them than the query, and an array of them takes a tenth of the page."""

    template, arg_joiner = "%(expressions)s::uuid[])", " = ANY("
    output_field = BooleanField()

    def __init__(self, key: str, keys: Sequence[str]) -> None:
        listed = ",".join(keys)
        super().__init__(F(key), Value(f"{{{listed}}}"))
