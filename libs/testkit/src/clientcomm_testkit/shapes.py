"""What a database looks like, to compare what migrations make with what the code knows."""

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from clientcomm_persistence import reliable_tables

_SHAPE = """
    select 'column', table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public'
    union all
    select 'index', tablename, indexname, indexdef, null, null
      from pg_indexes where schemaname = 'public'
    union all
    select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), null, null
      from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select 'options', relname, reloptions::text, null, null, null
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')
"""
_NOT_OURS = frozenset({"alembic_version", "outbox_position_seq"})


def shape_of(url: str, *, to_make: MetaData | None = None) -> set[tuple[str, ...]]:
    """Columns, indexes, constraints and options of a service's own tables, made first if asked."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    with engine.begin() as connection:
        if to_make is not None:
            to_make.create_all(connection)
        rows = connection.execute(text(_SHAPE)).all()
    reliable = MetaData()
    reliable_tables(reliable)
    left_out = {*reliable.tables, *_NOT_OURS}
    return {tuple(row) for row in rows if not any(name in str(row[1]) for name in left_out)}
