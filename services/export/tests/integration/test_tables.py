from collections.abc import Callable

import pytest

from clientcomm_export.adapters.tables import metadata
from clientcomm_local.databases import DatabaseUrls
from clientcomm_persistence import RecordClass
from clientcomm_testkit.shapes import shape_of

pytestmark = pytest.mark.integration


def test_migrations_make_the_tables_that_the_code_knows(
    database_for: Callable[[str], DatabaseUrls], empty_database: DatabaseUrls
) -> None:
    migrated = shape_of(database_for("export").owner)

    known = shape_of(empty_database.owner, to_make=metadata)

    assert migrated == known
    assert len([row for row in known if row[0] == "column"]) > 40


def test_every_table_says_which_retention_rule_it_falls_under() -> None:
    assert {table.info["record_class"] for table in metadata.tables.values()} <= set(RecordClass)
