use cryptofunk_metrics::{Component, descriptor::ComponentDescriptor};

use crate::{risk_analyzer::RiskAnalyzer, technical_indicators::TechnicalIndicators};

/// Every component, by port: the one place that says which there are.
pub const TOPOLOGY: &[ComponentDescriptor] = &[TechnicalIndicators::DESCRIPTOR, RiskAnalyzer::DESCRIPTOR];
