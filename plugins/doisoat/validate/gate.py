"""Great Expectations as the gate: one suite per side from the declared contract, results without row samples.

The library is imported here and nowhere else; its analytics are off before that. Results are asked for as
SUMMARY without samples: bounded when every row fails, and no value of a row can reach a page.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doisoat.model import RunKey, Side
from doisoat.validate.contracts import ROW_RULES, SNAPSHOT_COLUMNS, RowRule, SetRule

if TYPE_CHECKING:
    import pandas as pd

_SIDE_SITE = "doisoat"


@dataclass(frozen=True)
class Judged:
    """One expectation, judged."""

    id: str
    side: str
    severity: str
    success: bool
    observed: str
    meaning: str


@dataclass(frozen=True)
class SideBatch:
    """What Great Expectations looks at: the snapshot as a frame, and its figures as a frame of one row.

    `broken`: of a side too large for a frame, how many rows break each row rule; then `rows` has only its columns.
    """

    side: Side
    rows: pd.DataFrame
    figures: Mapping[str, float]
    broken: Mapping[str, int] | None = None

    def parts(self, rules: tuple[SetRule, ...]) -> Iterator[tuple[str, pd.DataFrame, Any]]:
        """Name, frame and suite of each part, in the order in which they are judged."""
        yield "hop_dong", self.rows, _row_suite(self.side, () if self.broken else ROW_RULES)
        if self.broken:
            yield "tung_dong", _one_row(self.broken), _count_suite(self.side, int(self.figures["rows"]))
        yield "tong_the", _one_row(self.figures), _set_suite(self.side, rules)


def judge(batches: list[SideBatch], rules: tuple[SetRule, ...], key: RunKey, docs: Path) -> list[Judged]:
    """Run both suites and build the Data Docs below `docs`; results in declared order."""
    context = _context(docs)
    import great_expectations as gx

    source = context.data_sources.add_pandas("anh_chup")
    judged: list[Judged] = []
    for batch in batches:
        for part, frame, suite in batch.parts(rules):
            asset = source.add_dataframe_asset(f"{batch.side.value}_{part}")
            definition = context.validation_definitions.add(
                gx.ValidationDefinition(
                    name=suite.name,
                    data=asset.add_batch_definition_whole_dataframe("dem"),
                    suite=context.suites.add(suite),
                )
            )
            checkpoint = gx.Checkpoint(
                name=suite.name,
                validation_definitions=[definition],
                result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0},
            )
            run_id = gx.RunIdentifier(run_name=f"{key.province_code}-{key.business_date.isoformat()}")
            result = checkpoint.run(batch_parameters={"dataframe": frame}, run_id=run_id)
            for outcome in result.run_results.values():
                judged += [_judged(batch.side, expectation) for expectation in outcome.results]
    context.build_data_docs(site_names=[_SIDE_SITE])
    return judged


def load_library() -> Any:
    """Great Expectations, quiet and without analytics; about two seconds the first time."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")  # imported where it is there
    import great_expectations as gx
    import great_expectations.expectations

    return gx


def _context(docs: Path) -> Any:
    gx = load_library()
    warnings.filterwarnings("ignore", message="Series.values returning", module="pandas")
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for name in list(context.get_site_names()):
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        _SIDE_SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
        },
    )
    return context


def _one_row(figures: Mapping[str, float]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([{name: float(value) for name, value in figures.items()}])


def _row_suite(side: Side, rules: tuple[RowRule, ...]) -> Any:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(name=f"{side.value}_hop_dong")
    suite.add_expectation(
        gxe.ExpectTableColumnsToMatchSet(
            column_set=list(SNAPSHOT_COLUMNS),
            exact_match=True,
            severity="critical",
            meta={"id": "schema", "meaning": "Ảnh chụp có đúng các cột đã thỏa thuận"},
        )
    )
    for rule in rules:
        suite.add_expectation(_row_expectation(rule))
    return suite


def _count_suite(side: Side, rows: int) -> Any:
    """The row rules by what the sweep has counted among so many rows: no row may break one."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(name=f"{side.value}_tung_dong")
    for rule in ROW_RULES:
        suite.add_expectation(
            gxe.ExpectColumnMaxToBeBetween(
                column=rule.id,
                max_value=0,
                severity=rule.strength,
                meta={"id": rule.id, "meaning": rule.meaning, "rows": rows},
                notes=rule.meaning,
            )
        )
    return suite


def _row_expectation(rule: RowRule) -> Any:
    """The expectation that says what the rule says."""
    import great_expectations.expectations as gxe
    from great_expectations.expectations.row_conditions import Column

    common: dict[str, Any] = {
        "severity": rule.strength,
        "meta": {"id": rule.id, "meaning": rule.meaning},
        "notes": rule.meaning,
    }
    if rule.when_status:
        common["row_condition"] = Column("status").is_in(list(rule.when_status))
    if rule.check == "not_null":
        return gxe.ExpectColumnValuesToNotBeNull(column=rule.columns[0], **common)
    if rule.check == "in_set":
        return gxe.ExpectColumnValuesToBeInSet(column=rule.columns[0], value_set=list(rule.allowed), **common)
    if rule.check == "is_true":
        return gxe.ExpectColumnValuesToBeInSet(column=rule.columns[0], value_set=[True], **common)
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=rule.columns[0],
        column_B=rule.columns[1],
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        **common,
    )


def _set_suite(side: Side, rules: tuple[SetRule, ...]) -> Any:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(name=f"{side.value}_tong_the")
    for rule in rules:
        suite.add_expectation(
            gxe.ExpectColumnMaxToBeBetween(
                column=rule.figure,
                min_value=rule.minimum,
                max_value=rule.maximum,
                severity=rule.strength,
                meta={"id": rule.id, "meaning": rule.meaning},
                notes=rule.meaning,
            )
        )
    return suite


def _judged(side: Side, outcome: Any) -> Judged:
    config = outcome.expectation_config
    result = outcome.result
    if "unexpected_count" in result:
        observed = f"{result['unexpected_count']} / {result['element_count']}"
    elif outcome.success or config.meta["id"] != "schema":
        value = result.get("observed_value")
        observed = f"{value:g}" if isinstance(value, int | float) else ""
        if "rows" in config.meta:
            observed = f"{value:.0f} / {config.meta['rows']}"
    else:
        observed = ", ".join(sorted(str(name) for names in result["details"]["mismatched"].values() for name in names))
    strength = getattr(config.severity, "value", str(config.severity))
    return Judged(config.meta["id"], side.value, strength, bool(outcome.success), observed, config.meta["meaning"])
