"""The admin's lists of tables that grow with use: neither counted nor read through for each page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import cached_property

FEW = 10_000  # rows that are counted exactly, and at most for a list with filters
DEEP = 1_000  # rows, from which on a page reads its keys first


class EstimatingPaginator(Paginator[Any]):
    """Takes PostgreSQL's estimate for the number of rows of a whole table, and counts a filtered list up to 10,000 rows.

    A page far from the first reads the keys of its rows by the index of the order, and then only those rows.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        if not self.object_list.query.where:
            with connection.cursor() as cursor:
                table = self.object_list.model._meta.db_table
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [f'"{table}"'])
                (estimate,) = cursor.fetchone()
            if estimate > FEW:
                return int(estimate)
        return self.object_list.order_by()[: FEW + 1].count()

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        if first < DEEP:
            return super().page(number)
        keys = self.object_list.select_related(None).values_list("pk", flat=True)[first : first + self.per_page]
        return Page(self.object_list.filter(pk__in=list(keys)), number, self)


class BigTable(admin.ModelAdmin[Any]):
    """Lists a table that grows with use. The number of all its rows is an estimate."""

    show_full_result_count = False
    paginator = EstimatingPaginator
