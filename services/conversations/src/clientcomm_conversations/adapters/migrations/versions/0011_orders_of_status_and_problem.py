"""The list sorts by status and by delivery problem as well (rule 2.13).

A status' place in its department's list stands in every row that carries it, so that a page of
100,000 rows is one run through an index; triggers keep it.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ORDERS = """
ALTER TABLE conversation_summary ADD COLUMN status_order integer NOT NULL DEFAULT 32767;
UPDATE conversation_summary s SET status_order = t.place FROM status t WHERE t.id = s.status_id;

CREATE INDEX ix_conversation_summary_status_order
    ON conversation_summary (department_id, status_order, sort_name, conversation_id);
CREATE INDEX ix_conversation_summary_problem
    ON conversation_summary (department_id, has_delivery_problem,
        (coalesce(last_contact_at, '-infinity'::timestamptz)), conversation_id);

CREATE FUNCTION find_status_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.status_order := coalesce((SELECT place FROM status WHERE id = NEW.status_id), 32767);
    RETURN NEW;
END $$;
CREATE TRIGGER find_status_order_of_new BEFORE INSERT ON conversation_summary
    FOR EACH ROW WHEN (NEW.status_id IS NOT NULL) EXECUTE FUNCTION find_status_order();
CREATE TRIGGER find_status_order BEFORE UPDATE OF status_id ON conversation_summary
    FOR EACH ROW WHEN (NEW.status_id IS DISTINCT FROM OLD.status_id)
    EXECUTE FUNCTION find_status_order();

CREATE FUNCTION keep_status_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE conversation_summary SET status_order = NEW.place
     WHERE status_id = NEW.id AND status_order <> NEW.place;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_status_order AFTER UPDATE OF place ON status
    FOR EACH ROW WHEN (NEW.place IS DISTINCT FROM OLD.place)
    EXECUTE FUNCTION keep_status_order();
"""


def upgrade() -> None:
    op.execute(ORDERS)
