"""``mudmai index``: composite indices, their scores, their noise, and every stage as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mudmai.cli.home import open_loaded
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.periods import PERIOD, period_words
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.language import Text, so_many
from mudmai.core.periods import Period

if TYPE_CHECKING:
    from mudmai.workspace import Workspace
    from mudmai.workspace.index_results import AreaScore, IndexView, LeftOut, NoiseView

_YEAR = option(
    "--period",
    type=PERIOD,
    text=Text("ปีของตัวเลขทุกตัว พ.ศ. หรือ ค.ศ.", "year of all figures, Buddhist or Common Era"),
)
_WEIGHTS = option(
    "--weights",
    text=Text(
        "น้ำหนักที่ลองแทน เช่น a=0.4,b=0.6 แต่ละหมวดต้องรวมเป็น 1",
        "weights to try, such as a=0.4,b=0.6; those of a group add up to 1",
    ),
)
_DRAWS = option(
    "--draws",
    type=int,
    text=Text("จำนวนครั้งที่คำนวณซ้ำเพื่อหาช่วงอันดับ (0 คือไม่หา)", "draws for rank intervals (0: none)"),
)
_SEED = option("--seed", type=int, text=Text("เลขเริ่มต้นของการสุ่ม", "seed of the draws"))
_RELEASE = option("--release", text=Text("รุ่นข้อมูล (ปกติคือรุ่นปัจจุบัน)", "release of the data (default: the current one)"))


@click.group(
    "index",
    cls=SpokenGroup,
    text=Text(
        "ดัชนีประกอบ: คะแนนที่ย้อนถึงตัวเลขต้นทางได้ พร้อมช่วงอันดับ\n\nดัชนีประกาศไว้ใน indices.yaml ของชุดเนื้อหา",
        "Composite indices: scores walked back to their figures, ranks as intervals.\n\n"
        "Indices are declared in the indices.yaml of packs.",
    ),
    examples=[
        ("mudmai index list", Text("ดัชนีที่มี", "which there are")),
        ("mudmai index compute province-base", Text("คะแนนทุกพื้นที่", "scores of all areas")),
        (
            "mudmai index export province-base -o scores.xlsx",
            Text("ทุกขั้นของการคำนวณพร้อมที่มา", "every stage, with where it comes from"),
        ),
    ],
)
def index() -> None:
    """See ``text`` above."""


@index.command(
    "list",
    cls=SpokenCommand,
    text=Text("ดัชนีของทุกชุดเนื้อหา", "The indices of all packs."),
    examples=[("mudmai index list", Text("ดัชนีที่มี", "which there are"))],
)
@printing
def list_(*, printer: Printer) -> None:
    """See ``text`` above."""
    from mudmai.workspace.index_shelf import index_shelf  # YAML loads where indices are asked for

    shelf, language = index_shelf(open_loaded()), language_of()
    rows = [
        {
            "index": one.id,
            "version": one.index.version,
            "title_th": one.index.title.th,
            "title_en": one.index.title.en,
            "title": one.index.title.in_(language),
            "experimental": one.declared.experimental,
            "area_system": one.index.area_system,
            "level": one.index.level,
            "indicators": len(one.index.indicators),
            "pack": one.pack.id,
        }
        for one in shelf.offered
    ]
    columns = [
        Column("index", Text("รหัส", "Id")),
        Column("version", Text("รุ่น", "Version")),
        Column("title", Text("ชื่อ", "Title")),
        Column("experimental", Text("ทดลอง", "Experimental")),
        Column("area_system", Text("ระบบพื้นที่", "Area system"), in_table=False),
        Column("level", Text("ระดับ", "Level")),
        Column("indicators", Text("ตัวชี้วัด", "Indicators"), decimals=0),
        Column("pack", Text("ชุดเนื้อหา", "Pack")),
    ]
    printer.show(Sheet("indices", columns, rows, footer="\n".join(one.words(language) for one in shelf.faults)))


@index.command(
    "compute",
    cls=SpokenCommand,
    text=Text(
        "คะแนน ช่วงอันดับ และเหตุผลของพื้นที่ที่ไม่มีคะแนน",
        "Scores, rank intervals, and why areas have no score.",
    ),
    examples=[
        ("mudmai index compute province-base --period 2562", Text("ตัวเลขปีเดียวกันทั้งหมด", "all figures of one year")),
        (
            "mudmai index compute province-base --weights base=0.25,work=0.4",
            Text("ลองน้ำหนักอื่น", "with other weights"),
        ),
    ],
)
@click.argument("index_id", metavar="INDEX")
@_YEAR
@_WEIGHTS
@_DRAWS
@_SEED
@_RELEASE
@printing
def compute(*, printer: Printer, **asked: Any) -> None:
    """See ``text`` above."""
    view = _view(**asked)
    language = language_of()
    columns = [
        Column("rank_words", Text("อันดับ", "Rank")),
        Column("area", Text("รหัส", "Code")),
        Column("area_name", Text("พื้นที่", "Area")),
        Column("score", Text("คะแนน", "Score"), decimals=1),
        *(Column(f"group_{one.id}", one.title, decimals=1) for one in view.parts),
        Column("figures", Text("ตัวเลขที่มี", "Figures")),
        Column("reason", Text("เหตุที่ไม่มีคะแนน", "Why no score")),
    ]
    rows = [
        {
            **flat,
            "area_name": row.area.name.in_(language),
            "rank_words": _rank_words(row),
            "figures": f"{row.known}/{len(view.figures.used)}",
            "reason": "" if row.reason is None else row.reason.in_(language),
        }
        for row, flat in zip(view.rows, view.as_dicts(stages=False), strict=True)
    ]
    if printer.format in ("csv", "xlsx"):
        flat_rows = view.as_dicts(stages=False)
        flat_columns = [Column(key, Text(key, key)) for key in flat_rows[0]] if flat_rows else []
        printer.show(Sheet("scores", flat_columns, flat_rows, notes=_notes(view)))
        return
    printer.show(Sheet("scores", columns, rows, heading=_heading(view)), as_json=_json(view))


@index.command(
    "sensitivity",
    cls=SpokenCommand,
    text=Text(
        "อันดับเชื่อได้แค่ไหน: ทางเลือกใดมีผลมากที่สุด และอะไรจะเปลี่ยนลำดับ",
        "How far ranks can be trusted: which choice moves them most, and what would change the order.",
    ),
    examples=[("mudmai index sensitivity province-base", Text("ทุกทางเลือกของดัชนี", "all choices of the index"))],
)
@click.argument("index_id", metavar="INDEX")
@_YEAR
@_WEIGHTS
@_DRAWS
@_SEED
@_RELEASE
@printing
def sensitivity(*, printer: Printer, **asked: Any) -> None:
    """See ``text`` above."""
    from mudmai.workspace.index_noise import index_noise  # as above

    workspace = open_loaded()
    view = _view(workspace=workspace, **asked)
    noise, language = index_noise(workspace, view), language_of()
    rows = [
        {
            "choice": one.choice,
            "title": one.title.in_(language),
            "first": one.first,
            "first_low": one.first_low,
            "first_high": one.first_high,
            "total": one.total,
            "total_low": one.total_low,
            "total_high": one.total_high,
        }
        for one in noise.choices
    ]
    columns = [
        Column("choice", Text("ทางเลือก", "Choice"), in_table=False),
        Column("title", Text("ทางเลือก", "Choice")),
        Column("first", Text("ผลโดยลำพัง", "Alone"), decimals=2),
        Column("first_low", Text("ต่ำ", "low"), decimals=2),
        Column("first_high", Text("สูง", "high"), decimals=2),
        Column("total", Text("รวมปฏิสัมพันธ์", "With interactions"), decimals=2),
        Column("total_low", Text("ต่ำ", "low"), decimals=2),
        Column("total_high", Text("สูง", "high"), decimals=2),
    ]
    sheet = Sheet("sensitivity", columns, rows, heading=_heading(view), footer=_noise_words(noise), notes=_notes(view))
    printer.show(sheet, as_json=noise.as_dict())


@index.command(
    "export",
    cls=SpokenCommand,
    text=Text(
        "ทุกขั้นของทุกพื้นที่: ค่าตามสูตร ค่าที่จัดการแล้ว ค่าที่ปรับแล้ว คะแนน พร้อมที่มา\n\nช่องว่างคือไม่มีค่า และมีเหตุผลกำกับ",
        "Every stage of every area: figure, treated, normalised, score, with where it comes from.\n\n"
        "An empty cell is a missing value; the reason stands beside it.",
    ),
    examples=[
        ("mudmai index export province-base -o scores.xlsx", Text("ไฟล์ Excel พร้อมหน้าหมายเหตุ", "a workbook with notes")),
        ("mudmai index export province-base --format json", Text("เป็น JSON", "as JSON")),
    ],
)
@click.argument("index_id", metavar="INDEX")
@_YEAR
@_WEIGHTS
@_DRAWS
@_SEED
@_RELEASE
@printing
def export(*, printer: Printer, **asked: Any) -> None:
    """See ``text`` above."""
    view = _view(**asked)
    rows = view.as_dicts()
    columns = [Column(key, Text(key, key)) for key in (rows[0] if rows else {})]
    notes = _notes(view)
    printer.show(
        Sheet("scores", columns, rows, notes=notes), as_json={"notes": dict(notes), **_json(view, stages=True)}
    )


def _notes(view: IndexView) -> list[tuple[str, str]]:
    return list(view.provenance())


def _noise_words(noise: NoiseView) -> str:
    """Width of intervals, neighbours that keep their order, indicators left out, the easiest swaps."""
    view, language = noise.view, language_of()
    lines = [] if noise.refused is None else [noise.refused.in_(language)]
    if view.mean_width is not None:
        wide = f"{view.mean_width:.1f}"
        lines.append(say(Text(f"ช่วงอันดับกว้างเฉลี่ย {wide} อันดับ", f"rank intervals span {wide} places on average")))
    if view.sure_neighbours is not None:
        sure, pairs = view.sure_neighbours
        lines.append(
            say(
                Text(
                    f"คู่ที่อยู่ติดกัน {sure} จาก {pairs} คู่มีลำดับเดิมอย่างน้อย 95 จาก 100 ครั้ง",
                    f"{sure} of {pairs} neighbours keep their order in at least 95 of 100 draws",
                )
            )
        )
    lines += [_without_words(one) for one in noise.left_out]
    for swap in noise.changes[:5]:
        better, worse, share = swap.better.area.name, swap.worse.area.name, f"{100 * swap.shift:.2f}%"
        lines.append(
            say(
                Text(
                    f"{better.th} กับ {worse.th} สลับกันเมื่อย้ายน้ำหนัก {share} จาก {swap.giver.th} ไป {swap.taker.th}",
                    f"{better.en} and {worse.en} swap when {share} of weight goes from {swap.giver.en} "
                    f"to {swap.taker.en}",
                )
            )
        )
    return "\n".join(lines)


def _without_words(one: LeftOut) -> str:
    title = one.indicator.title
    if one.mean_shift is None or one.most_shift is None:
        return f"{title.in_(language_of())}: {'' if one.reason is None else one.reason.in_(language_of())}"
    moved, most, among = f"{one.mean_shift:.1f}", one.most_shift, one.compared
    told = Text(
        f"เมื่อตัด{title.th} อันดับเปลี่ยนเฉลี่ย {moved} มากสุด {most} ใน {among} พื้นที่ที่มีคะแนนทั้งก่อนและหลังตัด",
        f"without {title.en} ranks move by {moved} on average, {most} at most, among the {among} areas with a score "
        "either way",
    )
    counts = []
    if one.gained:
        counts.append(say(Text(f"มีคะแนนเพิ่ม {one.gained} พื้นที่", f"areas that gain a score: {one.gained}")))
    if one.lost:
        counts.append(say(Text(f"ไม่มีคะแนนแล้ว {one.lost} พื้นที่", f"areas that lose theirs: {one.lost}")))
    return f"{say(told)} ({', '.join(counts)})" if counts else say(told)


def _view(
    index_id: str,
    period: Period | None,
    weights: str | None,
    draws: int | None,
    seed: int | None,
    release: str | None,
    workspace: Workspace | None = None,
) -> IndexView:
    from mudmai.workspace.indices import compute_index, read_weights  # as above

    return compute_index(
        workspace or open_loaded(),
        index_id,
        year=None if period is None else period.year_ce,
        weights=read_weights(weights) if weights else None,
        draws=draws,
        seed=seed,
        release=release,
    )


def _rank_words(row: AreaScore) -> str | None:
    if row.span is None:
        return None if row.rank is None else str(row.rank)
    return f"{row.span.low}-{row.span.high}"


def _heading(view: IndexView) -> str:
    """What the index is not comes first; then what stands behind the numbers."""
    language, index = language_of(), view.index
    lines = [f"{index.id} {index.version}  {index.title.in_(language)}"]
    if view.offered.declared.experimental:
        lines.append(say(Text("ดัชนีทดลอง ไม่ใช่ดัชนีของทางราชการ", "experimental: no official index")))
    lines.append(view.offered.declared.is_not.in_(language))
    for one in view.figures.used:
        when = "–" if one.period is None else period_words(one.period)
        share = f"{100 * view.effective[one.indicator.id]:.0f}%"
        known = say(Text(f"{one.known} พื้นที่", f"{so_many(one.known, 'area', 'areas')}"))
        lines.append(f"  {one.indicator.id}  {one.indicator.title.in_(language)} · {when} · {share} · {known}")
    if not view.own_weights:
        lines.append(say(Text("น้ำหนักที่ลอง ไม่ใช่ของดัชนี", "weights tried, not those of the index")))
    lines += [note.in_(language) for note in view.notes]
    if view.intervals_refused is not None:
        refused = view.intervals_refused
        lines.append(say(Text(f"ไม่มีช่วงอันดับ: {refused.th}", f"no rank intervals: {refused.en}")))
    elif view.draws:
        lines.append(
            say(
                Text(
                    f"อันดับแสดงเป็นช่วง: คำนวณซ้ำ {view.draws:,} ครั้งด้วยน้ำหนักและวิธีอื่นเท่าที่ดัชนีเปิดให้เปลี่ยน "
                    f"อันดับของแต่ละพื้นที่อยู่ในช่วงนี้ 90 ใน 100 ครั้ง (เลขเริ่มต้นการสุ่ม {view.seed})",
                    f"Ranks are shown as intervals: the index was worked out {view.draws:,} times with other choices "
                    f"of weights and method, as far as the index lets them vary; in 90 of 100 of them the rank of the "
                    f"area lay in its interval (seed {view.seed}).",
                )
            )
        )
    if view.reweighted:
        lines.append(
            say(
                Text(
                    f"มี {view.reweighted} พื้นที่ที่มีคะแนนแต่ขาดตัวเลขบางตัว ตัวเลขที่มีจึงมีน้ำหนักมากขึ้น "
                    "ดูน้ำหนักของแต่ละพื้นที่ในคอลัมน์ weight_ ของ --format csv",
                    f"areas with a score that miss a figure: {view.reweighted}; there the other figures weigh more "
                    "(columns weight_ of --format csv tell how much)",
                )
            )
        )
    lines.append(f"{say(Text('รุ่นข้อมูล', 'release'))} {view.release}")
    return "\n".join(lines)


def _json(view: IndexView, *, stages: bool = False) -> dict[str, Any]:
    return {**view.summary(), "rows": view.as_dicts(stages=stages)}
