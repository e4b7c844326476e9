"""Our SQL as Apache Spark understands it: one statement of `sql/` in, what Spark has to run out. Text only, no Spark.

sqlglot speaks both dialects; what it leaves to us is the small set of rewrites below. A statement that would still
mean something else in Spark, or nothing, is refused here by name and not by a cluster at night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

Rewrite = Callable[[exp.Expr], exp.Expr]

# Functions that mean the same in both once sqlglot has spelt them, as tests/spark shows for each that could differ.
_TRIED = (
    *(exp.Abs, exp.And, exp.ArrayContains, exp.Case, exp.Cast, exp.Ceil, exp.Chr, exp.Coalesce, exp.Count, exp.Exists),
    *(exp.Greatest, exp.If, exp.Least, exp.Left, exp.Max, exp.Min, exp.Or, exp.Replace, exp.Round, exp.RowNumber),
    *(exp.SplitPart, exp.StartsWith, exp.Struct, exp.Sum),
)
_SPARKS_OWN = frozenset({"DATEDIFF", "DATE_FORMAT", "RANGE", "UNIX_MICROS"})  # put in by the rewrites below
_TIME_OF_DAY = "HH:mm:ss.SSSSSS"  # Spark has no type for it: as text it compares alike


class Untranslatable(Exception):
    """A statement of ours has no Spark form; the message names what is in the way. A bug of the statement's author."""


@dataclass(frozen=True)
class Lists:
    """Lists of equal length, bound as parameters, that the statement reads as the relation `name`."""

    name: str
    columns: tuple[tuple[str, str, str], ...]  # column, parameter, Spark type


@dataclass(frozen=True)
class Statement:
    """What one statement asks of Spark."""

    query: str = ""  # Spark SQL with parameters like `:as_of`; empty: the target goes
    target: str = ""  # relation that is created or added to; empty: a question
    is_view: bool = False
    is_added: bool = False  # its rows join the ones the target has
    is_kept: bool = False  # an existing target stays as it is
    reads: frozenset[str] = frozenset()  # relations it names
    lists: tuple[Lists, ...] = ()
    parameters: frozenset[str] = frozenset()


@cache
def spark_statements(text: str) -> tuple[Statement, ...]:
    """The Spark form of DuckDB statements whose parameters stand as `$name`; Untranslatable.

    A setting of DuckDB's own is none of Spark's.
    """
    try:
        parsed = [one for one in sqlglot.parse(text, dialect="duckdb") if one and not isinstance(one, exp.Set)]
    except sqlglot.errors.ParseError as error:
        raise Untranslatable(f"sqlglot cannot read it ({str(error).splitlines()[0]})") from error
    return tuple(map(_statement, parsed))


def _statement(parsed: exp.Expr) -> Statement:
    if isinstance(parsed, exp.Drop):
        return Statement(target=_found(parsed, exp.Table).name)
    if isinstance(parsed, exp.Create):
        return _created(parsed)
    if isinstance(parsed, exp.Insert):
        return _asked(parsed.expression, target=parsed.this.name, is_added=True)
    if isinstance(parsed, exp.Query):
        return _asked(parsed)
    raise Untranslatable(f"{parsed.key.upper()} is no statement of a comparison")


def _created(parsed: exp.Create) -> Statement:
    if parsed.kind not in ("TABLE", "VIEW"):
        raise Untranslatable(f"CREATE {parsed.kind} is no statement of a comparison")
    if isinstance(parsed.this, exp.Schema):
        return Statement(
            _spark(_no_rows(parsed.this.expressions)),
            parsed.this.this.name,
            is_kept=bool(parsed.args.get("exists")),
        )
    return _asked(parsed.expression, target=parsed.this.name, is_view=parsed.kind == "VIEW")


def _no_rows(columns: Iterable[exp.Expr]) -> exp.Expr:
    """What a table without rows answers; its constraints are DuckDB's to watch."""
    nulls = (exp.alias_(exp.cast(exp.null(), one.args["kind"]), one.name) for one in columns)
    return exp.select(*nulls).where(exp.false())


def _asked(query: exp.Expr, *, target: str = "", is_view: bool = False, is_added: bool = False) -> Statement:
    query = exp.select("*").from_(query) if isinstance(query, exp.Values) else query
    reads = frozenset(one.name for one in query.find_all(exp.Table) if one.name)
    lists = tuple(_take_lists(query))
    if lists and isinstance(query, exp.Select) and _is_lists(query):
        query = exp.select("*").from_(lists[-1].name)
    _rewrite(query)
    _refuse_untried(query)
    parameters = frozenset(one.name for one in query.find_all(exp.Placeholder))
    return Statement(
        _spark(query),
        target,
        is_view=is_view,
        is_added=is_added,
        reads=reads,
        lists=lists,
        parameters=parameters,
    )


def _found(parsed: exp.Expr, kind: type[exp.Expr]) -> exp.Expr:
    found = parsed.find(kind)
    if found is None:
        raise Untranslatable(f"{parsed.sql('duckdb')} names no {kind.__name__.lower()}")
    return found


def _spark(parsed: exp.Expr) -> str:
    try:
        return parsed.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    except sqlglot.errors.UnsupportedError as error:
        raise Untranslatable(str(error)) from error


# --- lists bound as parameters: a relation of their own, never literals in a text -----------------------------


def _take_lists(query: exp.Expr) -> Iterator[Lists]:
    """Every SELECT of nothing but lists reads a relation instead."""
    for select in list(query.find_all(exp.Select)):
        if _is_lists(select):
            columns = tuple(_list_column(one) for one in select.expressions)
            lists = Lists("lists_of_" + "_".join(column for column, _, _ in columns), columns)
            if select is not query:
                select.replace(exp.select("*").from_(lists.name))
            yield lists


def _is_lists(select: exp.Select) -> bool:
    return bool(select.expressions) and all(isinstance(one.unalias(), exp.Explode) for one in select.expressions)


def _list_column(projection: exp.Expr) -> tuple[str, str, str]:
    cast = projection.unalias().this
    if not isinstance(cast, exp.Cast) or not isinstance(cast.this, exp.Placeholder):
        raise Untranslatable(f"UNNEST takes a typed parameter: UNNEST(CAST(:name AS TYPE[])), not {projection}")
    return projection.alias, cast.this.name, _spark(cast.to.expressions[0])


# --- what sqlglot leaves to us --------------------------------------------------------------------------------


def _rewrite(query: exp.Expr) -> None:
    """Each node after what stands below it."""
    for node in reversed(list(query.walk())):
        rewrite = _REWRITES.get(type(node))
        if rewrite and (other := rewrite(node)) is not node:
            node.replace(other)


def _macro_or_row(node: exp.Expr) -> exp.Expr:
    """The macros of `sql/engine`, as casts (the session's zone is +07:00); ROW is called STRUCT."""
    name = node.name.lower()
    if name == "local_time":
        return exp.cast(node.expressions[0], "TIMESTAMPNTZ")
    if name == "instant":
        return exp.cast(node.expressions[0], "TIMESTAMPTZ")
    return exp.func("STRUCT", *node.expressions, dialect="spark") if name == "row" else node


def _seconds_between(node: exp.Expr) -> exp.Expr:
    """EXTRACT(EPOCH FROM (a - b)): a DOUBLE, as in DuckDB."""
    between = node.expression.unnest()
    if node.name.upper() != "EPOCH" or not isinstance(between, exp.Sub):
        raise Untranslatable(f"of EXTRACT Spark gets EXTRACT(EPOCH FROM (later - earlier)) alone, not {node}")
    later, earlier = (_micros(one) for one in (between.this, between.expression))
    return exp.Div(this=exp.paren(exp.Sub(this=later, expression=earlier)), expression=exp.Literal.number(1000000))


def _micros(instant: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="UNIX_MICROS", expressions=[exp.cast(instant, "TIMESTAMPTZ")])


def _days_between(node: exp.Expr) -> exp.Expr:
    """DATE - DATE: a number of days, where Spark gives an interval."""
    if not all(_is_date(one) for one in (node.this, node.expression)):
        return node
    return exp.Anonymous(this="DATEDIFF", expressions=[node.this, node.expression])


def _is_date(node: exp.Expr) -> bool:
    cast = node.unnest()
    return isinstance(cast, exp.Cast) and cast.to.this is exp.DataType.Type.DATE


def _time_of_day(node: exp.Expr) -> exp.Expr:
    """CAST(x AS TIME), TIME '…': as text."""
    if node.args["to"].this is not exp.DataType.Type.TIME:
        return node
    if isinstance(node.this, exp.Literal):
        return exp.Literal.string(f"{node.this.name}.000000")
    return exp.Anonymous(this="DATE_FORMAT", expressions=[node.this, exp.Literal.string(_TIME_OF_DAY)])


def _series(node: exp.Expr) -> exp.Expr:
    """FROM GENERATE_SERIES(a, b): the last number belongs to it."""
    series = node.this
    if not isinstance(series, exp.GenerateSeries):
        return node
    node.set("this", exp.Anonymous(this="RANGE", expressions=[series.args["start"], series.args["end"] + 1]))
    return node


_REWRITES: dict[type[exp.Expr], Rewrite] = {
    exp.Anonymous: _macro_or_row,
    exp.Extract: _seconds_between,
    exp.Sub: _days_between,
    exp.Cast: _time_of_day,
    exp.Table: _series,
    exp.Try: lambda node: node.this,  # to us it only says that a value may be null, as all are in Spark
}


def _refuse_untried(query: exp.Expr) -> None:
    for node in query.find_all(exp.Func, exp.Filter):
        if not isinstance(node, _TRIED) and not (isinstance(node, exp.Anonymous) and node.name in _SPARKS_OWN):
            raise Untranslatable(
                f"{node.sql('duckdb')} has not been tried in Spark; if it is the same there, add it here"
            )
