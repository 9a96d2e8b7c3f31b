"""What names are searched by lies in a table of its own, which texts never write.

An entry in a trigram index costs many times an ordinary one, and each text made the row of its
conversation new in all indexes of the list.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APART = """
DROP INDEX ix_conversation_summary_search_text;

CREATE TABLE conversation_search (
    conversation_id uuid NOT NULL,
    search_text text NOT NULL,
    CONSTRAINT pk_conversation_search PRIMARY KEY (conversation_id),
    CONSTRAINT fk_conversation_search_conversation_id FOREIGN KEY(conversation_id)
        REFERENCES conversation_summary (conversation_id) ON DELETE CASCADE
);
INSERT INTO conversation_search SELECT conversation_id, search_text FROM conversation_summary;
CREATE INDEX ix_conversation_search_search_text
    ON conversation_search USING gin (search_text gin_trgm_ops) WITH (fastupdate = off);

CREATE FUNCTION keep_conversation_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO conversation_search AS kept (conversation_id, search_text)
    VALUES (NEW.conversation_id, NEW.search_text)
    ON CONFLICT (conversation_id) DO UPDATE SET search_text = EXCLUDED.search_text
        WHERE kept.search_text <> EXCLUDED.search_text;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_conversation_search
    AFTER INSERT OR UPDATE OF search_text ON conversation_summary
    FOR EACH ROW EXECUTE FUNCTION keep_conversation_search();
"""


def upgrade() -> None:
    op.execute(APART)
