// Whether results are what they should be: the comparisons of `threadx selftest`.
#include "base/temporary_folder.hpp"
#include "bench/self_checks.hpp"
#include "doctor/checkup.hpp"

namespace threadx {
namespace {

Finding finding_of(const SelfCheck& check, const CheckResult& result) {
    Finding out{FindingOutcome::ok, check.name, ""};
    for (const std::string& detail : result.details) out.says += (out.says.empty() ? "" : "; ") + detail;
    if (result.outcome == CheckOutcome::absent) out.outcome = FindingOutcome::note;
    if (result.outcome == CheckOutcome::failed) {
        out.outcome = FindingOutcome::failed;
        out.remedy =
            "see to the devices above first; if they are well, report what threadx selftest --json says, "
            "and do not trust this machine's results";
    }
    return out;
}

} // namespace

std::vector<Finding> check_results(Checkup& checkup) {
    const TemporaryFolder folder;
    SelfCheckBench bench(checkup.settings(), checkup.opened(), folder.path(), checkup.stop());
    std::vector<Finding> all;
    for (const SelfCheck& check : self_checks()) {
        if (!check.compares) continue; // the devices' rates are known better by now
        const CheckResult result = run_check(check, bench);
        if (checkup.interrupted()) return all;
        all.push_back(finding_of(check, result));
    }
    return all;
}

} // namespace threadx
