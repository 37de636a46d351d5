//! The figure of docs/PERFORMANCE.md.

use std::path::Path;

use plotters::prelude::*;

/// A library in a panel.
pub(crate) struct Line {
    name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

impl Line {
    pub(crate) fn new(name: &'static str) -> Self {
        Line { name, points: Vec::new() }
    }
}

/// A diagram, with logarithmic axes.
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    pub(crate) lines: Vec<Line>,
}

const COLORS: [RGBColor; 2] = [RGBColor(0x1f, 0x77, 0xb4), RGBColor(0xd6, 0x5f, 0x0e)];
const SIZE: (u32, u32) = (960, 320);

pub(crate) fn draw(file: &Path, panels: &[Panel]) {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE).expect("the file can be written");
    for (panel, area) in panels.iter().zip(area.split_evenly((1, panels.len()))) {
        draw_panel(panel, &area);
    }
    area.present().expect("the file can be written");
}

fn draw_panel(Panel { title, lines }: &Panel, area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) {
    let points = || lines.iter().flat_map(|line| &line.points);
    let range = |of: fn(&(f64, f64)) -> f64| {
        let (least, most) = points().map(of).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
        (least / 1.5..most * 1.5).log_scale()
    };
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 15))
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(48)
        .build_cartesian_2d(range(|point| point.0), range(|point| point.1))
        .expect("a diagram");
    chart.configure_mesh().x_labels(4).y_labels(5).light_line_style(TRANSPARENT).draw().expect("a mesh");
    for (line, color) in lines.iter().zip(COLORS) {
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), color.stroke_width(2)))
            .expect("a line")
            .label(line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 14, y)], color.stroke_width(2)));
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK.mix(0.3)).draw().expect("a legend");
}
