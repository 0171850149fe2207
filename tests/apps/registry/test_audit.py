"""The log: whole, in a chain, refused to any change, and readable by those who may read it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from mudmai.apps.registry.domain.audit import SYSTEM, names_of, record, record_alone, verify_chain
from mudmai.apps.registry.domain.audit_reading import Filters, find_entries, rows_of
from mudmai.apps.registry.domain.audit_words import action_words, add_words, change_words, known_actions
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.core.language import Text
from tests.apps.registry.small_world import NORTH, World, holding, somebody


def without_guard(sql: str, *values: object) -> None:
    """Change a row as somebody with the database in hand would: the trigger taken away first."""
    drops = {
        "sqlite": ["DROP TRIGGER registry_audit_no_update", "DROP TRIGGER registry_audit_no_delete"],
        "postgresql": ["ALTER TABLE registry_auditentry DISABLE TRIGGER USER"],
    }
    with connection.cursor() as cursor:
        for statement in drops[connection.vendor]:
            cursor.execute(statement)
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE registry_auditentry SET reason = 'x'",
        "DELETE FROM registry_auditentry",
        "UPDATE registry_auditentry SET sequence = sequence WHERE sequence = 1",
    ],
)
def test_the_database_refuses_to_change_or_remove_rows(world: World, sql: str) -> None:
    before = list(AuditEntry.objects.values_list("hash", flat=True))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(AuditEntry.objects.values_list("hash", flat=True)) == before


def test_the_models_cannot_change_it_either(world: World) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None
    entry.reason = "something else"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_an_untouched_log_is_whole(world: World) -> None:
    found = verify_chain()
    assert (found.is_whole, found.rows) == (True, AuditEntry.objects.count())
    assert verify_chain(expected_head=found.head).is_whole


def test_an_empty_log_is_whole(db: None) -> None:
    assert (verify_chain().is_whole, verify_chain().rows) == (True, 0)


@pytest.mark.parametrize("column", ["actor", "action", "organisation", "object_id", "reason", "request_id"])
def test_a_changed_row_shows(world: World, column: str) -> None:
    without_guard(f"UPDATE registry_auditentry SET {column} = 'x' WHERE sequence = 3")
    found = verify_chain()
    assert (found.broken_at, found.rows) == (3, 2)
    assert found.fault is not None
    assert "changed" in found.fault.en


def test_a_changed_value_shows(world: World) -> None:
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    without_guard(f'UPDATE registry_auditentry SET new = \'{{"role": "reader"}}\'{cast} WHERE sequence = 2')
    assert verify_chain().broken_at == 2


def test_a_row_taken_out_shows(world: World) -> None:
    without_guard("DELETE FROM registry_auditentry WHERE sequence = 2")
    assert verify_chain().broken_at == 2


def test_a_row_put_right_again_by_its_own_hash_shows_at_the_next(world: World) -> None:
    entry = AuditEntry.objects.get(sequence=2)
    entry.reason = "better"
    without_guard(
        "UPDATE registry_auditentry SET reason = 'better', hash = %s WHERE sequence = 2", entry.computed_hash()
    )
    assert verify_chain().broken_at == 3


def test_rows_cut_off_the_end_show_against_a_head_noted_before(world: World) -> None:
    head = verify_chain().head
    without_guard("DELETE FROM registry_auditentry WHERE sequence = %s", AuditEntry.objects.count())
    assert verify_chain().is_whole
    assert not verify_chain(expected_head=head).is_whole


def test_the_log_is_written_inside_a_transaction(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert record_alone(actor=SYSTEM, action="test").sequence == 1
    with monkeypatch.context() as outside:
        outside.setattr(connections["default"], "in_atomic_block", False)
        with pytest.raises(RuntimeError):
            record(actor=SYSTEM, action="test")


def test_everybody_sees_their_part(world: World) -> None:
    reviewer = holding(Role.REVIEWER, world.ministry, NORTH, name="reviewer")
    reader = holding(Role.READER, world.other, name="reader")
    seen = {e.organisation for e in find_entries(reviewer, Filters())}
    assert seen == {"ministry", "department"}
    assert {e.object_id for e in find_entries(reader, Filters())} == {reader.pseudonym}
    assert find_entries(world.root, Filters()).count() == AuditEntry.objects.count()
    assert not find_entries(somebody(), Filters()).exists()


def test_filters_cut_the_log(world: World) -> None:
    person = holding(Role.READER, world.other)
    assert {e.action for e in find_entries(world.root, Filters(action="role.grant"))} == {"role.grant"}
    assert find_entries(world.root, Filters(object_id=person.pseudonym)).count() == 1
    assert find_entries(world.root, Filters(organisation="other")).count() == 2
    today = AuditEntry.objects.latest("sequence").at.date()
    assert find_entries(world.root, Filters(first=today.replace(year=today.year + 1))).count() == 0
    assert find_entries(world.root, Filters(last=today.replace(year=today.year - 1))).count() == 0


def test_rows_are_plain_values(world: World) -> None:
    row = rows_of(find_entries(world.root, Filters(action="organisation.create")))[0]
    assert row["object"] == "organisation other"
    assert row["new"].startswith('{"kind": "ministry"')


def test_names_are_looked_up_and_pseudonyms_stay_where_there_is_none(world: World) -> None:
    named = names_of([world.root.pseudonym, "operator", "p-unknown"])
    assert [t.en for t in named.values()] and named[world.root.pseudonym].en == "Root"
    assert (named["operator"].en, named["p-unknown"].en) == ("operator of the machine", "p-unknown")


def test_every_action_that_is_logged_has_words() -> None:
    import re
    from pathlib import Path

    import mudmai.apps.registry as app

    source = "\n".join(p.read_text(encoding="utf-8") for p in Path(app.__file__).parent.rglob("*.py"))
    logged = set(re.findall(r'action="([a-z_.]+)"', source)) | set(
        re.findall(r'^    "([a-z_]+\.[a-z_.]+)": \(', source, re.MULTILINE)
    )
    logged |= {"outside_login.connect", "session.refused"}
    logged |= {"person.deactivate", "person.reactivate"}
    assert logged <= set(known_actions())  # other apps add words of their own
    assert action_words("later.thing").th == "later.thing"
    with pytest.raises(RuntimeError):
        add_words({"role.grant": Text("ก", "a")})


def test_changes_in_words() -> None:
    assert change_words({"active": True}, {"active": False}).en == "active: yes → no"
    assert change_words(None, {"role": "reader", "parent": None}).th == "บทบาท: ผู้อ่าน; สังกัด: –"
    assert change_words({"name_th": "ก", "name_en": "a"}, {"name_th": "ข", "name_en": "a"}).en == (
        "Thai name: ก → ข; English name: a"
    )
    assert change_words(None, None).en == ""
