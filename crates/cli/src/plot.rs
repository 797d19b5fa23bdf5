//! Drawings as self-contained SVG. Floats are allowed here: they place pixels, never money.

use workmint_amounts::Amount;
use workmint_core::modules::emission::{Bound, Row};
use workmint_core::modules::parameters::{Asset, EpochLength, Parameters};
use workmint_core::time::DAY_MS;

use crate::commands::schedule::Outlook;
use crate::output::{grouped, shown};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 928.0;
/// Most points of a curve.
const POINTS: usize = 800;

/// One curve over epochs in its own rectangle.
struct Panel<'a> {
    top: f64,
    bottom: f64,
    /// Left and right end, epochs.
    epochs: (f64, f64),
    /// What the bottom line is worth; the top follows from the values.
    lowest: f64,
    highest: f64,
    asset: &'a Asset,
}

/// Emission per epoch above, supply below.
pub(crate) fn schedule(parameters: &Parameters, asset: &Asset, outlook: &Outlook) -> String {
    let first = outlook.rows.first().map_or(0, |row| row.epoch);
    let last = outlook.rows.last().map_or(0, |row| row.epoch);
    let epochs = (first as f64, (last.max(first + 1)) as f64);
    let value = |amount: Amount| units(amount, asset);
    let peak = outlook.rows.iter().map(|row| value(row.scheduled));
    let upper = Panel {
        top: 92.0,
        bottom: 318.0,
        epochs,
        lowest: 0.0,
        highest: peak.fold(0.0, f64::max),
        asset,
    };
    let supply = |row: &Row| value(row.cumulative) + value(outlook.genesis_issued);
    let limit = value(parameters.emission.allocation) + value(outlook.genesis_issued);
    let end = outlook.rows.last().map_or(0.0, supply);
    let draws_limit = end > limit / 2.0;
    let lower = Panel {
        top: 384.0,
        bottom: 610.0,
        epochs,
        lowest: 0.0,
        highest: if draws_limit { end.max(limit) } else { end },
        asset,
    };
    let mut svg = head(parameters, asset, outlook, (first, last));
    upper.frame(&mut svg, "emission per epoch");
    let scheduled = |row: &Row| value(row.scheduled);
    let minted = |row: &Row| value(row.minted);
    upper.curve(&mut svg, &outlook.rows, &scheduled, "scheduled");
    upper.curve(&mut svg, &outlook.rows, &minted, "minted");
    lower.frame(&mut svg, "supply: genesis and cumulative emission");
    if draws_limit {
        let name = format!("genesis + allocation {}", short(limit, asset.symbol.as_str()));
        lower.rule(&mut svg, limit, &name);
    }
    lower.curve(&mut svg, &outlook.rows, &supply, "minted");
    if let Some(row) = outlook.bound.filter(|row| (first..=last).contains(&row.epoch)) {
        mark(&mut svg, &upper, &lower, &row, supply(&row));
    }
    upper.legend(&mut svg);
    let days = match parameters.network.epoch_length {
        EpochLength::Time(length) if length % DAY_MS == 0 => match length / DAY_MS {
            1 => " (1 epoch = 1 day)".to_owned(),
            days => format!(" (1 epoch = {days} days)"),
        },
        EpochLength::Time(_) | EpochLength::Blocks(_) => String::new(),
    };
    let middle = (LEFT + RIGHT) / 2.0;
    text(&mut svg, (middle, 652.0), "middle", "axis", &format!("epoch{days}"));
    svg.push_str("</svg>\n");
    svg
}

fn head(
    parameters: &Parameters,
    asset: &Asset,
    outlook: &Outlook,
    (first, last): (u64, u64),
) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} 672\" width=\"{WIDTH}\" \
         height=\"672\" role=\"img\">\n<style>\
         text{{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;\
         font-size:12px;fill:#333}}\
         .title{{font-size:18px;font-weight:600;fill:#111}}.sub{{fill:#555}}\
         .panel{{font-weight:600;fill:#111}}.axis{{fill:#555}}\
         .grid{{stroke:#e4e4e4;stroke-width:1}}.frame{{stroke:#888;stroke-width:1;fill:none}}\
         .minted{{stroke:#0b6e6e;stroke-width:2;fill:none}}\
         .scheduled{{stroke:#f0c27a;stroke-width:6;fill:none}}\
         .limit{{stroke:#b03a48;stroke-width:1.5;stroke-dasharray:2 3}}\
         .mark{{stroke:#b03a48;stroke-width:1}}.dot{{fill:#b03a48}}.note{{fill:#b03a48}}\
         </style>\n<rect width=\"{WIDTH}\" height=\"672\" fill=\"#fff\"/>\n"
    );
    let name = &parameters.network.name;
    let title = format!("{name}: emission of {}", asset.symbol);
    svg.push_str(&format!("<title>{title}</title>\n"));
    text(&mut svg, (LEFT, 32.0), "start", "title", &title);
    let end = outlook.rows.last().map_or(Amount::ZERO, |row| row.cumulative);
    let sub = format!(
        "epochs {} to {}, {} minted by then",
        grouped(first),
        grouped(last),
        shown(end, asset)
    );
    text(&mut svg, (LEFT, 52.0), "start", "sub", &sub);
    svg
}

/// The vertical line through both panels where a limit binds.
fn mark(svg: &mut String, upper: &Panel<'_>, lower: &Panel<'_>, row: &Row, supply: f64) {
    let x = upper.x(row.epoch as f64);
    for panel in [upper, lower] {
        line(svg, "mark", (x, panel.top), (x, panel.bottom));
    }
    svg.push_str(&format!(
        "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\"/>\n",
        lower.y(supply)
    ));
    let what = match row.bound_by {
        Bound::Cap => "the cap binds",
        Bound::Schedule | Bound::Allocation => "the allocation binds",
    };
    let note = format!("{what} at epoch {}", grouped(row.epoch));
    let (x, anchor) = if x > (LEFT + RIGHT) / 2.0 { (x - 8.0, "end") } else { (x + 8.0, "start") };
    text(svg, (x, upper.top + 64.0), anchor, "note", &note);
}

impl Panel<'_> {
    fn x(&self, epoch: f64) -> f64 {
        let (first, last) = self.epochs;
        LEFT + (epoch - first) / (last - first) * (RIGHT - LEFT)
    }

    /// The top of the scale: a little above the highest value.
    fn top_value(&self) -> f64 {
        let step = tick_step(self.highest - self.lowest, 5.0);
        ((self.highest - self.lowest) / step).ceil().max(1.0) * step + self.lowest
    }

    fn y(&self, value: f64) -> f64 {
        let range = self.top_value() - self.lowest;
        self.bottom - (value - self.lowest) / range * (self.bottom - self.top)
    }

    /// Title, grid, ticks with units.
    fn frame(&self, svg: &mut String, title: &str) {
        let symbol = self.asset.symbol.to_string();
        let heading = format!("{title}, {symbol}");
        text(svg, (LEFT, self.top - 10.0), "start", "panel", &heading);
        let step = tick_step(self.highest - self.lowest, 5.0);
        let mut value = self.lowest;
        while value <= self.top_value() + step / 2.0 {
            let y = self.y(value);
            line(svg, "grid", (LEFT, y), (RIGHT, y));
            text(svg, (LEFT - 8.0, y + 4.0), "end", "axis", &short(value, ""));
            value += step;
        }
        let (first, last) = self.epochs;
        let step = tick_step(last - first, 8.0).max(1.0);
        let mut epoch = (first / step).ceil() * step;
        while epoch <= last {
            let x = self.x(epoch);
            line(svg, "grid", (x, self.top), (x, self.bottom));
            let name = grouped(epoch as u64);
            text(svg, (x, self.bottom + 18.0), "middle", "axis", &name);
            epoch += step;
        }
        svg.push_str(&format!(
            "<rect class=\"frame\" x=\"{LEFT}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
            self.top,
            RIGHT - LEFT,
            self.bottom - self.top
        ));
    }

    fn curve(&self, svg: &mut String, rows: &[Row], value: &dyn Fn(&Row) -> f64, class: &str) {
        let step = rows.len().div_ceil(POINTS).max(1);
        let mut points = String::new();
        for (at, row) in rows.iter().enumerate() {
            // Where emission begins and where a limit binds every epoch counts.
            let bound = row.bound_by != Bound::Schedule && !row.minted.is_zero();
            let begins = rows.get(at.wrapping_sub(1)).is_some_and(|last| last.scheduled.is_zero())
                && !row.scheduled.is_zero();
            if at % step == 0 || at + 1 == rows.len() || bound || begins {
                let (x, y) = (self.x(row.epoch as f64), self.y(value(row)));
                points.push_str(&format!("{x:.1},{y:.1} "));
            }
        }
        let points = points.trim_end();
        svg.push_str(&format!("<polyline class=\"{class}\" points=\"{points}\"/>\n"));
    }

    fn legend(&self, svg: &mut String) {
        let (x, y) = (RIGHT - 118.0, self.top + 6.0);
        svg.push_str(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"112\" height=\"46\" fill=\"#fff\"/>\n"
        ));
        for (at, class) in ["minted", "scheduled"].into_iter().enumerate() {
            let y = self.top + 20.0 + 20.0 * at as f64;
            line(svg, class, (RIGHT - 110.0, y), (RIGHT - 80.0, y));
            text(svg, (RIGHT - 74.0, y + 4.0), "start", "axis", class);
        }
    }

    fn rule(&self, svg: &mut String, value: f64, name: &str) {
        let y = self.y(value);
        line(svg, "limit", (LEFT, y), (RIGHT, y));
        text(svg, (LEFT + 8.0, y + 16.0), "start", "note", name);
    }
}

/// Display units as a float.
fn units(amount: Amount, asset: &Asset) -> f64 {
    amount.to_decimal(asset.decimals).parse().unwrap_or(0.0)
}

/// 1, 2 or 5 times a power of ten, so that about `wanted` steps fill the range.
pub(crate) fn tick_step(range: f64, wanted: f64) -> f64 {
    if range <= 0.0 {
        return 1.0;
    }
    let raw = range / wanted;
    let power = 10.0_f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= raw * 0.999)
        .unwrap_or(10.0);
    factor * power
}

/// `150k`, `600M`; with the unit if there is one.
pub(crate) fn short(value: f64, unit: &str) -> String {
    let scales = [(1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")];
    let (scale, letter) =
        scales.into_iter().find(|(scale, _)| value.abs() >= *scale * 0.999).unwrap_or((1.0, ""));
    let scaled = value / scale;
    let digits = if (scaled - scaled.round()).abs() < 0.005 {
        format!("{scaled:.0}")
    } else if scaled.abs() < 0.1 {
        format!("{scaled}")
    } else {
        format!("{scaled:.2}").trim_end_matches('0').to_owned()
    };
    let gap = if unit.is_empty() { "" } else { " " };
    format!("{digits}{letter}{gap}{unit}")
}

pub(crate) fn line(svg: &mut String, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    svg.push_str(&format!(
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
    ));
}

/// Names hold no characters that XML minds.
pub(crate) fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, class: &str, text: &str) {
    svg.push_str(&format!(
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n"
    ));
}
