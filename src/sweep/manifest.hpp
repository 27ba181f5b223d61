// The manifest of a run: everything that went into it, what made it, and what became of it, as JSON.
#pragma once

#include <string>
#include <vector>

#include "monitor/run_watch.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx {

// Raised whenever the same inputs would give other rows, so that no run is continued by a program that
// disagrees.
constexpr int results_version = 6;

// One call of `sweep` or `resume` on the run.
struct Session {
    std::string started; // UTC
    std::string ended;   // empty while it runs
    std::string state;   // running, complete, interrupted, failed
    std::string detail;  // of a failure
    RunResult result;
    RunWatchResult watch;       // what the machine did meanwhile
    double store_seconds = 0.0; // of the thread that writes rows, and to end the adding of rows
    std::size_t workers = 0;
    std::string settings_source;
    std::string settings_text;      // all settings in force, as TOML
    std::string balance;            // fixed shares; empty: none
    std::vector<std::string> notes; // fallbacks and their reasons
};

// The manifest of a new run, or `earlier` with one more session.
std::string manifest_text(const PreparedSweep& sweep, const Session& session,
                          const std::string& earlier = "");

// What `resume` needs of a manifest: the request, and the hash of the data.
struct ManifestRequest {
    SweepRequest request;
    std::string data_sha256;
};

// InputError if the run was made by a program whose results may differ, or the text is no manifest.
ManifestRequest read_manifest_request(const std::string& text, const std::string& where);

// This program's version, compiler and build, for manifests and --version.
std::string version_text();

} // namespace threadx
