"""Rows take a status' new place in the order in which all else locks them.

The trigger of 0011 ran for each status and took its rows as they came, so that a change of the list
and a batch of texts could each wait for the other. Now a statement's rows are locked by their ids.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ORDERS = """
DROP TRIGGER keep_status_order ON status;
DROP FUNCTION keep_status_order();

CREATE FUNCTION keep_status_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1
       FROM conversation_summary s
       JOIN places_now n ON n.id = s.status_id
       JOIN places_before b ON b.id = n.id AND b.place <> n.place
      ORDER BY s.conversation_id
        FOR UPDATE OF s;
    UPDATE conversation_summary s SET status_order = n.place
      FROM places_now n JOIN places_before b ON b.id = n.id AND b.place <> n.place
     WHERE n.id = s.status_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_status_orders AFTER UPDATE ON status
    REFERENCING OLD TABLE AS places_before NEW TABLE AS places_now
    FOR EACH STATEMENT EXECUTE FUNCTION keep_status_orders();
"""


def upgrade() -> None:
    op.execute(ORDERS)
