"""The words of every text, in a table of their own that nothing but a new text writes.

A text is found in English and in Spanish, with and without accents. In the index the words stand
beside department and week, so that the newest weeks are searched first: a word that is in every
third text costs no more than a rare one. Merges and reports of delivery move rows of `message`,
and do not touch this.

Nothing is locked for long: the table and its triggers come first, the texts that are there
already follow in slices, each committed by itself. It may be interrupted and run again.
"""

from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LANGUAGES = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'texts_english') THEN
        CREATE TEXT SEARCH CONFIGURATION texts_english (COPY = pg_catalog.english);
        ALTER TEXT SEARCH CONFIGURATION texts_english
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
        CREATE TEXT SEARCH CONFIGURATION texts_spanish (COPY = pg_catalog.spanish);
        ALTER TEXT SEARCH CONFIGURATION texts_spanish
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION words_of(body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN strip(to_tsvector('texts_english'::regconfig, body)
              || to_tsvector('texts_spanish'::regconfig, body));

CREATE OR REPLACE FUNCTION week_of(at timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN floor(extract(epoch FROM at AT TIME ZONE 'UTC') / 604800)::integer;
"""

TABLE = """
CREATE TABLE IF NOT EXISTS message_words (
    message_id uuid NOT NULL,
    department_id uuid NOT NULL,
    at timestamptz NOT NULL,
    week integer NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT pk_message_words PRIMARY KEY (message_id),
    CONSTRAINT fk_message_words_message_id
        FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ix_message_words_words
    ON message_words USING gin (department_id, week, words) WITH (gin_pending_list_limit = 512);
CREATE INDEX IF NOT EXISTS ix_conversation_summary_blocked
    ON conversation_summary (department_id) WHERE state = 'blocked';
"""

TRIGGERS = """
CREATE OR REPLACE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO message_words (message_id, department_id, at, week, words)
    SELECT id, department_id, at, week_of(at), words_of(body) FROM said;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION change_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE message_words SET words = words_of(NEW.body) WHERE message_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER keep_words
    AFTER INSERT ON message
    REFERENCING NEW TABLE AS said
    FOR EACH STATEMENT EXECUTE FUNCTION keep_words();
CREATE OR REPLACE TRIGGER change_words
    AFTER UPDATE OF body ON message
    FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION change_words();
"""

SLICE = text(
    """
    WITH slice AS (
      SELECT id, department_id, at, body FROM message WHERE id > :after ORDER BY id LIMIT 5000
    ), kept AS (
      INSERT INTO message_words (message_id, department_id, at, week, words)
      SELECT id, department_id, at, week_of(at), words_of(body) FROM slice
          ON CONFLICT (message_id) DO NOTHING
    )
    SELECT id FROM slice ORDER BY id DESC LIMIT 1
    """
)


def upgrade() -> None:
    for part in (LANGUAGES, TABLE, TRIGGERS):
        op.execute(part)
    with op.get_context().autocommit_block():
        _keep_words_of_texts_that_are_there()


def _keep_words_of_texts_that_are_there() -> None:
    after: object = "00000000-0000-0000-0000-000000000000"
    while after is not None:
        after = op.get_bind().execute(SLICE, {"after": after}).scalar_one_or_none()
