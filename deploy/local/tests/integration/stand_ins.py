"""Small programs in the places of the services, so that the stack itself can be tried alone."""

from pathlib import Path

_SERVICE = """
import http.server, json, os, pathlib, signal, sys

name, command = "{name}", sys.argv[1]
state = pathlib.Path(os.environ["CLIENTCOMM_STATE_DIR"])
(state / "told").mkdir(exist_ok=True)
told = {{key: value for key, value in os.environ.items() if key.startswith("CLIENTCOMM_")}}
which = os.environ["CLIENTCOMM_PROCESS_NAME"] + "." + command
(state / "told" / which).write_text(json.dumps(told))
with (state / "told" / "order").open("a") as order:
    order.write(name + " " + command + "\\n")

if command == "migrate":
    import psycopg
    with psycopg.connect(os.environ["CLIENTCOMM_OWNER_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS started (name text)")
elif command == "seed-demo":
    if name == "conversations":
        people = {{"departments": [{{"id": "d1", "name": "North", "number": "+12025550101",
            "time_zone": "America/New_York"}}], "accounts": [{{"email": "a@example.org",
            "roles": ["case_manager"]}}]}}
        (state / "demo-people.json").write_text(json.dumps(people))
    else:
        accounts = [{{"email": "a@example.org", "password": "pw", "token": "t"}}]
        (state / "demo.json").write_text(json.dumps({{"accounts": accounts}}))
else:
    class Health(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
        def log_message(self, *args):
            pass
    def listen(port):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Health)
        return server
    port = os.environ["CLIENTCOMM_HEALTH_PORT"]
    if name == "simulator":
        port = os.environ["CLIENTCOMM_SIMULATOR_PORT"]
    else:
        import psycopg
        with psycopg.connect(os.environ["CLIENTCOMM_SERVICE_DATABASE_URL"]) as connection:
            connection.execute("INSERT INTO started VALUES (%s)", [name])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listen(port).serve_forever()
"""


def write_stand_ins(folder: Path) -> Path:
    """A folder for PYTHONPATH in which every service is such a program."""
    for name in ("gateway", "conversations", "scheduler", "export", "sms", "simulator"):
        package = folder / f"clientcomm_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(_SERVICE.format(name=name))
    return folder
