use cryptofunk_metrics::{Query, Schema, promql, rules};
use cryptofunk_tests::CATALOG;

rules!(const RULES = CATALOG, "../../pass/rules-as-a-constant.yml");
const SYSTEM: Schema = Schema::new(CATALOG).with_rules(&RULES);
const _: Query = promql!(SYSTEM, "server:error:ratio_rate5m > 0.1");

fn main() {}
