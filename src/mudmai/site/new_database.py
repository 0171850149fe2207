"""A new database made in one go, as all migrations together would leave it.

Step by step, each migration builds all models of all apps anew; for a new file that costs several seconds and changes
nothing. An existing database, and a server, always take the steps. Whatever is not known to be the same both ways takes
the steps too; ``tests/site/test_new_database.py`` compares structure and rows of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.sql import emit_post_migrate_signal
from django.db import router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.operations.special import RunPython
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MOVES_ROWS_ONLY = frozenset(
    {
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0011_update_proxy_permissions"),
        ("account", "0006_emailaddress_lower"),
        ("account", "0008_emailaddress_unique_primary_email_fixup"),
        ("django_tasks_database", "0008_separate_results_field"),
        ("django_tasks_database", "0011_rename_complete_status"),
        ("django_tasks_database", "0013_separate_exception_fields"),
        ("django_tasks_database", "0016_remove_dbtaskresult_django_task_new_ordering_idx_and_more"),
        ("django_tasks_database", "0018_rename_succeeded_status"),
    }
)
"""Their code changes rows that are there: nothing in a new database."""

ADDS_TO_THE_TABLES = frozenset({("registry", "0002_audit_append_only")})
"""Their code is run once the tables stand (triggers); it must not ask for models."""


def make_at_once(connection: BaseDatabaseWrapper) -> bool:
    """Make all tables, what stands beside them and the list of migrations, all or nothing.

    False, with nothing done, where the database is not an empty SQLite file or the migrations hold something whose
    outcome is not known here: the caller then takes the steps.
    """
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        return False
    loader = MigrationLoader(None)  # what is on disk; nothing has been applied
    if loader.replacements or loader.detect_conflicts() or not _all_apps_migrate(loader):
        return False
    plan = _in_order(loader)
    if not all(_is_known(migration) for migration in plan):
        return False
    apps = loader.project_state(loader.graph.leaf_nodes()).apps
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if router.allow_migrate_model(connection.alias, model):
                editor.create_model(model)
        for migration in plan:
            if (migration.app_label, migration.name) in ADDS_TO_THE_TABLES:
                for operation in migration.operations:
                    operation.code(apps, editor)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for migration in plan:
            recorder.record_applied(migration.app_label, migration.name)
        emit_post_migrate_signal(0, False, connection.alias, apps=apps, plan=[(migration, False) for migration in plan])
    return True


def _in_order(loader: MigrationLoader) -> list[Migration]:
    """Every migration once, in the order in which the steps would be taken."""
    found: dict[Any, None] = {}
    for leaf in loader.graph.leaf_nodes():
        found.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in found]


def _all_apps_migrate(loader: MigrationLoader) -> bool:
    from django.apps import apps  # the installed ones, known once Django is set up

    return not any(list(apps.get_app_config(label).get_models()) for label in loader.unmigrated_apps)


def _is_known(migration: Migration) -> bool:
    key = (migration.app_label, migration.name)
    if key in ADDS_TO_THE_TABLES:
        return all(type(operation) is RunPython for operation in migration.operations)
    return all(
        _is_told_by_the_models(operation) or (type(operation) is RunPython and key in MOVES_ROWS_ONLY)
        for operation in migration.operations
    )


def _is_told_by_the_models(operation: Operation) -> bool:
    return isinstance(operation, (ModelOperation, FieldOperation, IndexOperation))
