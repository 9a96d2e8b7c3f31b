"""Erlang expressions on a running node, in milliseconds where rabbitmqctl takes seconds."""

import base64
import itertools
import os
import subprocess
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from clientcomm_local.account import ServerAccount
from clientcomm_local.ports import LOOPBACK

# Reads one expression a line in base64, evaluates it on the node, answers with one line.
_LOOP = """
Node = list_to_atom(os:getenv("CLIENTCOMM_NODE")),
Ask = fun(Line) ->
    {ok, Tokens, _} = erl_scan:string(binary_to_list(base64:decode(string:trim(Line)))),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    case rpc:call(Node, erl_eval, exprs, [Expressions, []]) of
        {value, Value, _} when is_binary(Value) -> {ok, Value};
        {value, Value, _} -> {ok, unicode:characters_to_binary(io_lib:format("~0tp", [Value]))};
        Other -> {failed, unicode:characters_to_binary(io_lib:format("~0tp", [Other]))}
    end
end,
Loop = fun Again() ->
    case io:get_line("") of
        Line when is_list(Line) ->
            {Outcome, Text} = try Ask(Line)
                catch _:Why -> {failed, unicode:characters_to_binary(io_lib:format("~0tp", [Why]))}
                end,
            io:format("~s ~s~n", [Outcome, base64:encode(Text)]),
            Again();
        _ -> halt(0)
    end
end,
Loop().
"""


class ConsoleError(Exception):
    """The node did not evaluate an expression; says what it answered."""


class BrokerConsole:
    """A small Erlang node beside the broker that passes expressions on; a context manager."""

    _numbers = itertools.count(1)

    def __init__(self, *, node: str, home: Path, account: ServerAccount, epmd_port: int) -> None:
        self._lock = Lock()
        name = f"console-{os.getpid()}-{next(self._numbers)}@localhost"
        command = ["erl", "-noshell", "-hidden", "-sname", name, "-start_epmd", "false"]
        command += ["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]
        self._process = subprocess.Popen(
            [*command, "-eval", _LOOP],
            cwd=home,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(home),
                "LANG": "C.UTF-8",
                "ERL_EPMD_PORT": str(epmd_port),
                "ERL_EPMD_ADDRESS": LOOPBACK,
                "CLIENTCOMM_NODE": node,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            user=account.uid,
            group=account.gid,
            extra_groups=None if account.uid is None else [],
        )

    def evaluate(self, expression: str) -> str:
        """The value of an expression: a binary as it is, any other term as Erlang writes it."""
        if self._process.stdin is None or self._process.stdout is None:
            raise ConsoleError("The console has no pipes.")
        with self._lock:
            self._process.stdin.write(base64.b64encode(expression.encode()).decode() + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise ConsoleError("The console ended.")
        outcome, _, encoded = line.strip().partition(" ")
        text = base64.b64decode(encoded).decode()
        if outcome != "ok":
            raise ConsoleError(text)
        return text

    def load(self, definitions_json: str) -> None:
        """Add users, virtual hosts and permissions to the running node."""
        encoded = base64.b64encode(definitions_json.encode()).decode()
        answer = self.evaluate(f'rabbit_definitions:import_raw(base64:decode(<<"{encoded}">>)).')
        if answer != "ok":
            raise ConsoleError(answer)

    def queue_depths(self, virtual_host: str) -> dict[str, int]:
        """Messages in each queue of a virtual host, waiting and unacknowledged together."""
        text = self.evaluate(
            "iolist_to_binary("
            '[[Name, " ", integer_to_list(Count), "\\n"] || Q <- rabbit_amqqueue:list('
            f'<<"{virtual_host}">>), [{{name, {{resource, _, queue, Name}}}}, {{messages, Count}}]'
            " <- [rabbit_amqqueue:info(Q, [name, messages])]])."
        )
        rows = (line.rpartition(" ") for line in text.splitlines())
        return {name: int(count) for name, _, count in rows}

    def delete_virtual_host(self, name: str) -> None:
        """Remove a virtual host with all that is in it."""
        self.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"clientcomm">>).')

    def close_connections(self, virtual_host: str) -> int:
        """Cut every connection of a virtual host, as a failing network would; how many."""
        host = f'[{{vhost, <<"{virtual_host}">>}}]'
        return int(
            self.evaluate(
                'length([rabbit_networking:close_connection(Pid, "cut")'
                " || Pid <- rabbit_networking:connections(),"
                f" rabbit_networking:connection_info(Pid, [vhost]) =:= {host}])."
            )
        )

    def close(self) -> None:
        """End the console."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
