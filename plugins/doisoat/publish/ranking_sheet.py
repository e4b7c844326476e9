"""The workbook's sheet that ranks agencies: every agency, level and period, uncapped."""

from __future__ import annotations

from collections.abc import Iterator

from doisoat.publish.ranking import Ranking
from doisoat.rules.ranking import Lag
from doisoat.store.spreadsheets import Book, Column, Row


def add_ranking_sheet(book: Book, ranking: Ranking) -> None:
    """Rates in percent with their interval, what the portal shows beside them."""
    columns = [Column("Kỳ", 20), Column("Cấp", 20), Column("Mã cơ quan", 13), Column("Cơ quan", 44)]
    columns += [Column("Hạng trong cấp", 9, "number"), Column("So với mức chung của cấp", 24)]
    columns += [Column("Hồ sơ", 10, "number"), Column("Đúng hạn", 10, "number")]
    columns += [Column("Tỷ lệ đúng hạn (%)", 11, "points"), Column("Khoảng tin cậy từ (%)", 11, "points")]
    columns += [Column("Khoảng tin cậy đến (%)", 11, "points"), Column("Mức chung của cấp (%)", 11, "points")]
    columns += [Column("DVCQG đang hiện (%)", 11, "points"), Column("Hồ sơ không tính cho đơn vị", 12, "number")]
    columns += [Column("So với kỳ trước (điểm %)", 12, "points")]
    columns += [Column("Nửa số việc xong trong (ngày làm việc)", 12, "number")]
    columns += [Column("9/10 số việc xong trong (ngày làm việc)", 12, "number")]
    columns += [Column("Việc còn mở", 10, "number"), Column("Việc mở lâu nhất (ngày làm việc)", 12, "number")]
    book.add_table("Xếp hạng đúng hạn", columns, _rows(ranking))


def _rows(ranking: Ranking) -> Iterator[Row]:
    for period in ranking.periods:
        for level in period.levels:
            for one in level.agencies:
                yield (
                    *(period.label, level.label, one.agency_code, one.agency_name, one.place, one.standing.label),
                    *(one.fair.whole, one.fair.part),
                    *(_percent(one.rate if one.fair.whole else None), _percent(one.interval.low)),
                    *(_percent(one.interval.high), _percent(level.common), _percent(one.portal_rate)),
                    *(one.set_apart, _percent(one.change), *_lag(one.lag)),
                )


def _lag(lag: Lag | None) -> tuple[float | None, ...]:
    return (None,) * 4 if lag is None else (lag.half, lag.most, lag.still_open, lag.oldest)


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(100 * rate, 2)
