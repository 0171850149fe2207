"""The database itself refuses to change or remove rows of the log."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER registry_audit_no_update BEFORE UPDATE ON registry_auditentry
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
    """
    CREATE TRIGGER registry_audit_no_delete BEFORE DELETE ON registry_auditentry
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """,
]
SQLITE_BACK = ["DROP TRIGGER registry_audit_no_update", "DROP TRIGGER registry_audit_no_delete"]

POSTGRESQL = [
    """
    CREATE FUNCTION registry_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER registry_audit_no_change BEFORE UPDATE OR DELETE ON registry_auditentry
    FOR EACH ROW EXECUTE FUNCTION registry_audit_refuse()
    """,
    """
    CREATE TRIGGER registry_audit_no_truncate BEFORE TRUNCATE ON registry_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION registry_audit_refuse()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER registry_audit_no_truncate ON registry_auditentry",
    "DROP TRIGGER registry_audit_no_change ON registry_auditentry",
    "DROP FUNCTION registry_audit_refuse()",
]


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def make(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def remove(apps, schema_editor):
    _run(schema_editor, {"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK})


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(make, remove)]
