//! The classic text format, which `promtool` and plain scrapers read.

/// `OpenMetrics` text as Prometheus' text format 0.0.4: counters are declared by the name of their
/// samples, information is a gauge, units are in the names alone.
pub(super) fn from_open_metrics(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut help: Option<(&str, &str)> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let Some((name, kind)) = rest.split_once(' ') else { continue };
            let (end, kind) = match kind {
                "counter" => ("_total", kind),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                _ => ("", kind),
            };
            if let Some((_, text)) = help.take().filter(|(of, _)| *of == name) {
                // A sentence ends here in OpenMetrics' way of writing.
                out.push_str(&format!("# HELP {name}{end} {text}\n"));
            }
            out.push_str(&format!("# TYPE {name}{end} {kind}\n"));
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_information_and_units_are_rewritten() {
        let open = "# HELP a_requests Requests.\n# TYPE a_requests counter\n\
                    a_requests_total{b=\"c # d\"} 3\n# HELP t_seconds Time.\n\
                    # TYPE t_seconds histogram\n# UNIT t_seconds seconds\n\
                    t_seconds_bucket{le=\"+Inf\"} 1\n# HELP v Version.\n# TYPE v info\n\
                    v_info{version=\"1\"} 1\n# EOF\n";
        let classic = "# HELP a_requests_total Requests.\n# TYPE a_requests_total counter\n\
                       a_requests_total{b=\"c # d\"} 3\n# HELP t_seconds Time.\n\
                       # TYPE t_seconds histogram\nt_seconds_bucket{le=\"+Inf\"} 1\n\
                       # HELP v_info Version.\n# TYPE v_info gauge\nv_info{version=\"1\"} 1\n";
        assert_eq!(from_open_metrics(open), classic);
    }
}
