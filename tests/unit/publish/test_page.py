"""The page: says what the data say, in order, safely, and asks nothing of the outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from syrupy.assertion import SnapshotAssertion

from doisoat.publish.page import share
from tests.unit.publish import factory
from tests.unit.publish.conftest import Published

Publish = Callable[..., Published]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class _Text(HTMLParser):
    """The words a reader sees, one line per piece, and the elements used."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag == "style"
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "data"}]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.lines.append(" ".join(data.split()))


def read(html: str) -> _Text:
    text = _Text()
    text.feed(html)
    return text


def test_the_words_of_a_busy_night(publish: Publish, snapshot: SnapshotAssertion) -> None:
    assert "\n".join(read(publish(factory.busy_night()).html).lines) == snapshot


def test_the_words_of_a_partial_night(publish: Publish, snapshot: SnapshotAssertion) -> None:
    night = factory.NightFiles(
        portal=factory.side(complete=False, partial=True, partial_reasons=["Mất trang 12"], has_secrecy_mark=False),
        staged={"skewed": True, "late": True},
    )
    assert "\n".join(read(publish(night).html).lines[:40]) == snapshot


def test_the_words_of_a_portal_of_look_ups(publish: Publish, snapshot: SnapshotAssertion) -> None:
    lines = read(publish(factory.NightFiles(portal=factory.side(look_ups=factory.look_ups()))).html).lines
    first = lines.index("Tra cứu từng hồ sơ trên Cổng DVCQG")
    told = next(line for line in lines if "đến lượt" in line)
    assert "\n".join([told, *lines[first : lines.index("Tra cứu lại trước khi báo")]]) == snapshot


def test_a_portal_read_whole_has_no_word_about_look_ups(publish: Publish) -> None:
    assert "Tra cứu từng hồ sơ" not in publish(factory.NightFiles()).html


def test_a_night_without_discrepancies_says_so(publish: Publish) -> None:
    lines = read(publish(factory.NightFiles()).html).lines
    assert "Không có chênh lệch nào" in lines
    assert "Dữ liệu đầy đủ" in lines


def test_verdict_then_summary_then_the_founding_case_then_coverage(publish: Publish) -> None:
    html = publish(factory.busy_night()).html
    order = [html.index(f'id="{name}"') for name in ("ket-luan", "tom-tat", "qua-han-oan", "pham-vi", "theo-loai")]
    assert order == sorted(order)


def test_hostile_text_stays_text(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[
            factory.discrepancy(
                "A1",
                "agency_mismatch",
                agency_code=HOSTILE,
                procedure_code=HOSTILE,
                value_shop=HOSTILE,
                field="MaCoQuan",
            )
        ],
        agencies=[factory.agency(HOSTILE, HOSTILE)],
        rejections=[factory.rejection("shop", HOSTILE, reason=HOSTILE)],
        shop=factory.side(source=HOSTILE, partial=True, partial_reasons=[HOSTILE], absent_columns=[HOSTILE]),
        staged={"rule_versions": {HOSTILE: HOSTILE}},
        expectations=[
            {
                "id": HOSTILE,
                "side": "shop",
                "severity": "warning",
                "success": False,
                "observed": HOSTILE,
                "meaning": HOSTILE,
            }
        ],
        summary={"not_compared": [{"kind": HOSTILE, "side": None, "reason": HOSTILE, "dossiers": 1}]},
    )
    page = read(publish(night, name=HOSTILE).html)
    assert not {"script", "img"} & set(page.tags)
    assert sum(HOSTILE in line for line in page.lines) > 10


def test_every_address_lies_inside_the_page_or_beside_it(publish: Publish) -> None:
    html = publish(factory.busy_night()).html
    addresses = read(html).addresses
    assert all(address.startswith("#") or address in {"data:,", "data_docs/index.html"} for address in addresses)
    anchors = {address[1:] for address in addresses if address.startswith("#")}
    assert anchors <= set(re.findall(r'id="([^"]+)"', html))
    assert "url(" not in html and "@import" not in html


def test_data_docs_are_linked_only_where_they_are(publish: Publish) -> None:
    assert "data_docs/index.html" not in publish(factory.NightFiles()).html


def test_charts_speak_to_those_who_do_not_see_them(publish: Publish) -> None:
    html = publish(factory.busy_night()).html
    drawings = re.findall(r"<svg[^>]*>", html)
    assert drawings
    assert all('role="img"' in drawing and 'aria-label="' in drawing for drawing in drawings)
    assert 'aria-label="Theo Cổng DVCQG: quá hạn 10, đúng hạn 76, chưa xác định được 4"' in html


def test_a_cut_list_says_how_much_is_left_out_and_where_it_is(publish: Publish) -> None:
    night = factory.NightFiles(discrepancies=[factory.false_overdue(f"A{number:04}") for number in range(1234)])
    text = " ".join(read(publish(night).html).lines)
    assert "Hiển thị 50 hồ sơ đứng đầu trong tổng số 1.234. Danh sách đầy đủ: tệp report.xlsx" in text


def test_thousands_of_broken_agency_codes_do_not_make_thousands_of_rows(publish: Publish) -> None:
    night = factory.NightFiles(
        discrepancies=[factory.discrepancy(f"A{n}", "agency_mismatch", agency_code=f"X{n:04}") for n in range(1000)]
    )
    published = publish(night)
    assert published.html.count("<small>X") == 300
    assert "Hiển thị 300 cơ quan đứng đầu trong tổng số 1.000" in published.html
    assert len(published.json["agencies"]) == 1000


def test_a_share_of_nothing_is_no_number() -> None:
    assert (share(0, 0), share(1, 8)) == ("–", "12,5 %")
