//! Demand, prices and what waits, as SVG. Floats place pixels, never money.

use super::Run;
use crate::plot::{line, short, text, tick_step};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 928.0;
const HEIGHT: f64 = 190.0;

/// A rectangle with values over minutes.
struct Panel {
    top: f64,
    minutes: f64,
    highest: f64,
}

impl Panel {
    fn new(svg: &mut String, top: f64, title: &str, (minutes, most): (f64, f64)) -> Self {
        let tick = tick_step(most, 4.0);
        let highest = (most / tick).ceil().max(1.0) * tick;
        let panel = Self { top, minutes, highest };
        text(svg, (LEFT, top - 10.0), "start", "panel", title);
        let mut value = 0.0;
        while value <= highest + tick / 2.0 {
            let y = panel.y(value);
            line(svg, "grid", (LEFT, y), (RIGHT, y));
            text(svg, (LEFT - 8.0, y + 4.0), "end", "axis", &short(value, ""));
            value += tick;
        }
        let tick = tick_step(minutes, 8.0);
        let mut minute = 0.0;
        while minute <= minutes {
            let x = panel.x(minute);
            line(svg, "grid", (x, top), (x, top + HEIGHT));
            text(svg, (x, top + HEIGHT + 18.0), "middle", "axis", &short(minute, ""));
            minute += tick;
        }
        panel
    }

    fn x(&self, minute: f64) -> f64 {
        LEFT + minute / self.minutes * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        self.top + HEIGHT - value / self.highest * HEIGHT
    }

    fn curve(&self, svg: &mut String, class: &str, values: impl ExactSizeIterator<Item = f64>) {
        let last = (values.len().max(2) - 1) as f64;
        let points: Vec<String> = values
            .enumerate()
            .map(|(at, value)| {
                let x = self.x(at as f64 / last * self.minutes);
                format!("{x:.1},{:.1}", self.y(value))
            })
            .collect();
        svg.push_str(&format!("<polyline class=\"{class}\" points=\"{}\"/>\n", points.join(" ")));
    }
}

/// A price as a multiple of the first.
fn multiple(run: &Run, at: usize) -> f64 {
    let price = |at: usize| run.steps.get(at).map_or(0.0, |point| point.price.0 as f64);
    price(at) / price(0).max(1.0)
}

/// Three panels: what the trace asks, what a token costs, what waits.
pub(super) fn draw(demand: &[u64], supply: u64, step: u64, runs: &[Run; 3]) -> String {
    let minutes = (demand.len() as f64 * step as f64 / 60.0).max(1.0);
    let mut svg = head(step);
    let most = demand.iter().copied().max().unwrap_or(0).max(supply);
    let top = Panel::new(
        &mut svg,
        92.0,
        "tokens a step asked at the first price, and supply",
        (minutes, most as f64),
    );
    top.curve(&mut svg, "demand", demand.iter().map(|units| *units as f64));
    let y = top.y(supply as f64);
    line(&mut svg, "supply", (LEFT, y), (RIGHT, y));
    let dearest = runs
        .iter()
        .flat_map(|run| (0..run.steps.len()).map(move |at| multiple(run, at)))
        .fold(0.0, f64::max);
    let middle =
        Panel::new(&mut svg, 342.0, "price of a token, multiples of the first", (minutes, dearest));
    let longest =
        runs.iter().flat_map(|run| run.steps.iter().map(|point| point.waits)).max().unwrap_or(0);
    let bottom = Panel::new(
        &mut svg,
        592.0,
        "tokens that wait: asked and not served",
        (minutes, longest as f64),
    );
    for (at, run) in runs.iter().enumerate() {
        let prices: Vec<f64> = (0..run.steps.len()).map(|at| multiple(run, at)).collect();
        middle.curve(&mut svg, run.name, prices.into_iter());
        bottom.curve(&mut svg, run.name, run.steps.iter().map(|point| point.waits as f64));
        let x = LEFT + 480.0 + 120.0 * at as f64;
        line(&mut svg, run.name, (x, 48.0), (x + 24.0, 48.0));
        text(&mut svg, (x + 30.0, 52.0), "start", "axis", run.name);
    }
    text(&mut svg, ((LEFT + RIGHT) / 2.0, 822.0), "middle", "axis", "minute");
    svg.push_str("</svg>\n");
    svg
}

fn head(step: u64) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} 836\" width=\"{WIDTH}\" \
         height=\"836\" role=\"img\">\n<style>\
         text{{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;\
         font-size:12px;fill:#333}}\
         .title{{font-size:18px;font-weight:600;fill:#111}}.sub,.axis{{fill:#555}}\
         .panel{{font-weight:600;fill:#111}}.grid{{stroke:#e4e4e4;stroke-width:1}}\
         polyline{{fill:none;stroke-width:1.6}}.demand{{stroke:#777}}\
         .supply{{stroke:#b03a48;stroke-width:1.5;stroke-dasharray:4 3}}\
         .fixed{{stroke:#999;stroke-width:1.6}}.imbalance{{stroke:#d98a1f;stroke-width:1.6}}\
         .hamiltonian{{stroke:#0b6e6e;stroke-width:1.6}}\
         </style>\n<rect width=\"{WIDTH}\" height=\"836\" fill=\"#fff\"/>\n\
         <title>Price rules on recorded demand</title>\n"
    );
    text(&mut svg, (LEFT, 32.0), "start", "title", "Price rules on recorded demand");
    let sub = format!("steps of {step} s; twice the price, half the demand");
    text(&mut svg, (LEFT, 52.0), "start", "sub", &sub);
    svg
}
