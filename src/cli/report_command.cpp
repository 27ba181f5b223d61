// `threadx report`: a run as a page, or its rows in a file.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/parquet_writer.hpp"
#include "report/row_text.hpp"
#include "report/run_report.hpp"
#include "store/run_store.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

constexpr long long most_scenarios = 50;

// What was written, for people or as JSON.
void say_written(const ReportCommandOptions& options, const fs::path& file,
                 const nlohmann::ordered_json& details) {
    if (!options.json) {
        std::printf("%s\n", file.string().c_str());
        return;
    }
    nlohmann::ordered_json out = {{"file", file.string()}, {"bytes", fs::file_size(file)}};
    out.update(details);
    std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

// A file that is whole or not there.
class NewFile {
  public:
    explicit NewFile(const fs::path& path)
        : path_(path), unfinished_(path.string() + ".unfinished"),
          out_(std::fopen(unfinished_.c_str(), "wb")) {
        if (out_ == nullptr)
            throw IoError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
    }
    ~NewFile() {
        if (out_ != nullptr) std::fclose(out_);
        std::error_code ignored;
        fs::remove(unfinished_, ignored);
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    std::FILE* stream() { return out_; }
    void finish() {
        const bool closed = std::fclose(out_) == 0;
        out_ = nullptr;
        if (!closed)
            throw IoError(fmt::format("cannot write '{}': {}", path_.string(), std::strerror(errno)));
        fs::rename(unfinished_, path_);
    }

  private:
    fs::path path_;
    fs::path unfinished_;
    std::FILE* out_;
};

// A file on the way to another, gone at the end whatever happens.
struct Removed {
    fs::path path;
    ~Removed() {
        std::error_code ignored;
        fs::remove(path, ignored);
    }
};

void write_rows(const RunStore& store, RowFormat format, const fs::path& file) {
    NewFile out(file);
    RowPrinter printer(out.stream(), format, store.schema(), {});
    store.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
        printer.print(scenario, status, values);
    });
    printer.finish();
    out.finish();
}

fs::path output_file(const ReportCommandOptions& options, const char* name) {
    fs::path file = options.out.empty() ? options.run / name : fs::path(options.out);
    if (fs::is_directory(file))
        throw InputError(fmt::format("--out '{}' is a directory; name a file", file.string()));
    const fs::path folder = file.parent_path();
    if (!folder.empty() && !fs::is_directory(folder))
        throw InputError(
            fmt::format("--out '{}': there is no directory '{}'", file.string(), folder.string()));
    return file;
}

int export_rows(const ReportCommandOptions& options, RowFormat format, const char* name) {
    const RunStore store = RunStore::open_for_reading(options.run);
    const fs::path file = output_file(options, name);
    write_rows(store, format, file);
    say_written(options, file, {{"rows", store.row_count()}});
    return exit_done;
}

int export_parquet(const ReportCommandOptions& options) {
    check_parquet_writer();
    const RunStore store = RunStore::open_for_reading(options.run);
    const fs::path file = output_file(options, "rows.parquet");
    const Removed csv = {file.string() + ".csv.unfinished"};
    const Removed unfinished = {file.string() + ".unfinished"};
    write_rows(store, RowFormat::csv, csv.path);
    write_parquet(csv.path, unfinished.path);
    fs::rename(unfinished.path, file);
    say_written(options, file, {{"rows", store.row_count()}});
    return exit_done;
}

} // namespace

int report_command(const ReportCommandOptions& options) {
    if (options.format == "parquet") return export_parquet(options);
    if (options.format == "csv") return export_rows(options, RowFormat::csv, "rows.csv");
    if (options.format == "json") return export_rows(options, RowFormat::json, "rows.json");
    if (options.top < 1 || options.top > most_scenarios)
        throw InputError(fmt::format("--top {}: expected 1 to {}", options.top, most_scenarios));
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const RunStore store = RunStore::open_for_reading(options.run);
    const fs::path file = output_file(options, "report.html");
    const RunReport report =
        make_report(store, settings, {static_cast<std::size_t>(options.top), options.by});
    write_file_atomically(file, report.html);
    for (const std::string& missing : report.missing) spdlog::warn("the report lacks something: {}", missing);
    nlohmann::ordered_json sentences = nlohmann::ordered_json::array();
    for (const Sentence& sentence : report.verdict.sentences)
        sentences.push_back({{"tone", tone_name(sentence.tone)}, {"text", sentence.text}});
    say_written(options, file,
                {{"rows", report.rows},
                 {"table_rows", report.table_rows},
                 {"scenarios", report.scenarios},
                 {"missing", report.missing},
                 {"verdict",
                  {{"tone", tone_name(report.verdict.tone)},
                   {"headline", report.verdict.headline},
                   {"sentences", sentences}}}});
    return exit_done;
}

} // namespace threadx
