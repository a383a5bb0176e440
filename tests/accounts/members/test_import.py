"""Tests importing members from CSV files: the check, errors by row and field, large files, and files that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.members import imports
from accounts.members.tables import read_table
from accounts.models import Member, MemberChange, MemberDuplicate, MemberImport, User
from core import clock, outbox
from core.errors import Refused
from core.models import AuditEntry
from tests.accounts.members.cast import csv_file, csv_row, saved
from tests.factories.accounts import MemberFactory
from tests.files import stored_names
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
PAGE = "/operations/members/import/"


def send(browser: Client, content: bytes, **values: str) -> Any:
    file = SimpleUploadedFile("members.csv", content, content_type="text/csv")
    return browser.post(PAGE, {"file": file, **values}, follow=True)


def test_fifty_members_are_imported_and_three_faulty_rows_explained(
    alex: User, cleo: User, browser_of: Browser
) -> None:
    rows = [csv_row(number) for number in range(50)]
    rows[7] = csv_row(7, status="Retired", expires="soon")
    rows[20] = csv_row(20, license="")
    rows[33] = csv_row(8)
    existing = saved(alex, member_key="k3", full_name="Bob Okafor", office_name="Austin")
    admin = browser_of(alex)

    checked = send(admin, csv_file(*rows))

    assert "Rows 50 New 46 Changed 1 As before 0 With errors 3" in visible_text(checked)
    assert "9 memberStatus “Retired” is not a status. Choose Active or Inactive." in visible_text(checked)
    assert "9 licenseExpires Enter a date like 2027-05-31." in visible_text(checked)
    assert "22 licenseNumber Licence number is required for the type REALTOR Salesperson." in visible_text(checked)
    assert "35 memberKey Row 10 has the same key." in visible_text(checked)
    assert Member.objects.count() == 1, "nothing is saved before the admin says so"
    row = MemberImport.objects.get()
    table = admin.get(f"{PAGE}{row.pk}/errors.csv").content.decode()
    assert len(table.splitlines()) == 5

    done = admin.post(f"{PAGE}{row.pk}/", follow=True)

    assert "Imported." in visible_text(done)
    assert "Rows 50 New 46 Changed 1 As before 0 With errors 3" in visible_text(done)
    assert Member.objects.count() == 47
    existing.refresh_from_db()
    assert (existing.company_name[-5:], existing.office_name) == ("Homes", "Austin"), "a missing column changes nothing"
    history = MemberChange.objects.filter(member=existing, source="import").values_list("field", flat=True)
    assert {"full_name", "company_name", "member_key"} <= set(history)
    assert AuditEntry.objects.get(action="members imported").after == {
        "rows": 50, "added": 46, "changed": 1, "unchanged": 0, "faulty": 3,
    }  # fmt: skip
    with pytest.raises(Refused):
        imports.start(row=row, by=alex)

    again = imports.start(
        row=imports.begin(content=csv_file(*rows), name="a.csv", by=alex, allows_incomplete=True), by=alex
    )
    assert (again.added, again.unchanged, again.faulty) == (1, 47, 2), "the one without a licence number is taken now"


def test_ten_thousand_rows_are_imported_by_a_worker_which_may_be_killed(
    alex: User, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 10)
    monkeypatch.setattr(imports, "BATCH", 20)
    admin = browser_of(alex)
    page = send(admin, csv_file(*[csv_row(number) for number in range(100)]))
    row = MemberImport.objects.get()
    assert "Being checked" in visible_text(page)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    outbox.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.added, row.percent) == ("checked", 100, 100)

    admin.post(f"{PAGE}{row.pk}/")
    row.refresh_from_db()
    batches = imports._checked_batches(read_table(imports._content(row)), allows_incomplete=False)
    imports._save_next(row, batches)  # as far as a worker came that was killed then
    assert "20 of 100 rows" in visible_text(admin.get(f"{PAGE}{row.pk}/"))
    outbox.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.added, row.unchanged, row.faulty) == ("done", 100, 0, 0)
    assert Member.objects.count() == 100


@pytest.mark.slow
def test_a_file_of_ten_thousand_rows(alex: User, django_assert_max_num_queries: Any) -> None:
    rows = [csv_row(number, status="" if number % 1000 == 0 else "Active") for number in range(10_000)]
    row = imports.begin(content=csv_file(*rows), name="all.csv", by=alex, allows_incomplete=False)
    outbox.deliver_due()
    row.refresh_from_db()
    assert (row.rows, row.added, row.faulty) == (10_000, 9_990, 10)
    imports.start(row=row, by=alex)

    with django_assert_max_num_queries(800):
        outbox.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.added, row.faulty) == ("done", 9_990, 10)
    assert Member.objects.count() == 9_990
    with pytest.raises(Refused, match="not valid"):
        imports.begin(content=csv_file(*rows, csv_row(10_000)), name="b.csv", by=alex, allows_incomplete=False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\xef\xbb\xbf \n", "This file is empty."),
        ("memberKey\nK\xe4".encode("latin-1"), "This file is not in UTF-8."),
        (b"name,company\nA,B", "The first line must name the columns"),
        (b"memberKey,MemberKey\n1,2", "These columns are there more than once: memberKey."),
        (b'memberKey,fullName\n1,"' + b"x" * 200_000, "a cell is too long"),
        (b"memberKey\n" + b"1234567890\n" * 500_000, "larger than 5 MB"),
        (b"memberKey\n" + b"\n".join(b"K%d" % number for number in range(10_001)), "more than 10,000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    content: bytes, sentence: str, alex: User, browser_of: Browser
) -> None:
    answer = send(browser_of(alex), content)

    assert answer.status_code == 422
    assert sentence in visible_text(answer)
    assert not MemberImport.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_files_of_other_programs_are_read(encoding: str, mark: str, alex: User) -> None:
    lines = [
        ["MemberKey", "MemberStatus", "MemberType", "MemberFullName", "Shoe size"],
        ["K1", "active", "Photographer", "Zoë Björk", "41"],
    ]
    content = "\r\n".join(mark.join(line) for line in lines).encode(encoding)

    row = imports.start(row=imports.begin(content=content, name="a.csv", by=alex, allows_incomplete=False), by=alex)

    assert row.ignored == ["Shoe size"]
    assert Member.objects.get().full_name == "Zoë Björk"


def test_rows_with_odd_cells_are_explained_and_our_own_export_is_read_again(alex: User, cleo: User) -> None:
    kept = MemberFactory.create(member_key="Z9", full_name="Kept")
    MemberFactory.create(member_key="Z1", merged_into=kept)
    MemberFactory.create_batch(2, member_key="TWICE")
    header = "memberKey,memberStatus,memberType,fullName,officeName,email"
    rows = (
        "K1,Active,Photographer,Zoe,\0,", "K2,Active,Photographer", "", "K\0,Active,Photographer,Zoe,,",
        "Z1,Active,Photographer,Zoe,,", "twice,Active,Photographer,Zoe,,", f"K5,Active,Photographer,Cleo,'=Austin,{cleo.email}",
    )  # fmt: skip
    row = imports.begin(content=csv_file(*rows, header=header), name="a.csv", by=alex, allows_incomplete=False)

    assert [(number, field) for number, field, _ in row.errors] == [
        (2, "officeName"), (3, ""), (5, "memberKey"), (6, "memberKey"), (7, "memberKey"),
    ]  # fmt: skip
    assert "3 cells, and the header has 6" in row.errors[1][2]
    assert "merged into Kept, whose key is Z9" in row.errors[3][2]
    assert "Two members have this key" in row.errors[4][2]
    imports.start(row=row, by=alex)
    member = Member.objects.get(member_key="K5")
    assert (member.office_name, member.person) == ("=Austin", cleo), "and a verified address makes it that person's"


def test_files_and_errors_are_deleted_after_two_weeks(
    alex: User, media_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = imports.begin(content=csv_file("K1,x,x,x,x,x,x,x"), name="a.csv", by=alex, allows_incomplete=False)
    assert row.errors
    with django_capture_on_commit_callbacks(execute=True):
        imports.forget_old(clock.now() + imports.KEPT_FOR)

    row.refresh_from_db()
    assert (row.errors, row.file.name, row.faulty) == ([], "", 1)
    assert stored_names() == []


def test_an_import_finds_duplicates(alex: User) -> None:
    saved(alex)
    row = imports.begin(
        content=csv_file("K1,Active,Leasing Agent,Bob Okafor,TX 0712345,TX,2190-05-31,Bay"), name="a.csv", by=alex,
        allows_incomplete=False,
    )  # fmt: skip
    imports.start(row=row, by=alex)

    assert MemberDuplicate.objects.get().reason == "license"
