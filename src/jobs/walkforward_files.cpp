#include "jobs/walkforward_files.hpp"

#include "base/file.hpp"
#include "walkforward/walkforward_json.hpp"

namespace threadx {

WalkforwardResult write_walkforward(const RunStore& store, const PreparedSweep& sweep) {
    WalkforwardResult result = evaluate_walkforward(sweep, store);
    if (result.curve)
        write_file_atomically(store.directory() / "walkforward_equity.csv",
                              walkforward_equity_csv(sweep, result));
    write_file_atomically(store.directory() / "walkforward.json", walkforward_json(sweep, result));
    return result;
}

} // namespace threadx
