//! Whether the cloud takes the artifact, and which way.

use crate::blueprint::path::path;
use crate::blueprint::tree::Tree;
use crate::pack::{Budget, Verdict};
use crate::report::{Code, Diagnostic, Report};

/// Reports an artifact that is too large, or nearly.
pub fn budget(budget: &Budget, tree: &Tree, report: &mut Report) {
    let code = match budget.verdict {
        Verdict::Fits => return,
        Verdict::Tight => Code::BudgetNear,
        Verdict::FileOnly => Code::BudgetFileOnly,
        Verdict::Over => Code::BudgetExceeded,
    };
    let largest: Vec<String> =
        budget.contributors.iter().take(3).map(|one| format!("{} ({} bytes)", one.path, one.bytes)).collect();
    let message = format!("the user-data takes {} of {} bytes", budget.used, budget.limit);
    let way = match budget.verdict {
        Verdict::FileOnly => "launch it with `oci/launch.sh`, which sends it compressed, or ",
        _ => "",
    };
    let help = format!("{way}remove or shorten something; the largest are {}", largest.join(", "));
    report.push(Diagnostic::new(code, message).at(tree.place(&path!["services"]), "").help(help));
}
