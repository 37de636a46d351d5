/// A value in an alert's label.
pub(crate) fn value_in_label(label: &str, template: &str) -> Option<String> {
    (template.contains("$value") || template.contains(".Value")).then(|| {
        format!(
            "the label `{label}` holds the value, so that the alert becomes another one with every change and never \
             lasts as long as its `for`; print the value in an annotation"
        )
    })
}
