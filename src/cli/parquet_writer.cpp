#include "cli/parquet_writer.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary_folder.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

constexpr const char* imports = "import pyarrow.csv, pyarrow.parquet";

constexpr const char* convert = R"(
import sys
import pyarrow
from pyarrow import csv, parquet

source, target = sys.argv[1:]
with open(source, encoding="utf-8") as rows:
    names = rows.readline().rstrip("\n").split(",")
types = {name: pyarrow.float64() for name in names}
types.update(scenario=pyarrow.int64(), status=pyarrow.string())
options = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
with csv.open_csv(source, convert_options=options) as reader, parquet.ParquetWriter(target, reader.schema) as writer:
    for batch in reader:
        writer.write_batch(batch)
)";

std::string python() {
    const char* named = std::getenv("THREADX_PYTHON");
    return named != nullptr && *named != '\0' ? named : "python3";
}

struct PythonResult {
    bool succeeded = false;
    std::string said; // its last line on stderr, which is the error
};

PythonResult run_python(const char* script, const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    const fs::path messages = folder.path() / "messages";
    std::vector<std::string> words = {python(), "-c", script};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT, 0600);
    pid_t child = 0;
    const int failure = ::posix_spawnp(&child, words[0].c_str(), &files, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure != 0) return {false, fmt::format("{}: {}", words[0], std::strerror(failure))};
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) throw IoError(fmt::format("cannot wait for Python: {}", std::strerror(errno)));
    PythonResult out = {WIFEXITED(status) && WEXITSTATUS(status) == 0, read_file(messages)};
    while (!out.said.empty() && out.said.back() == '\n') out.said.pop_back();
    out.said.erase(0, out.said.rfind('\n') + 1);
    if (WIFSIGNALED(status)) out.said = fmt::format("it was ended by signal {}", WTERMSIG(status));
    return out;
}

} // namespace

void check_parquet_writer() {
    const PythonResult result = run_python(imports, {});
    if (!result.succeeded)
        throw InputError(
            fmt::format("--format parquet: pyarrow writes Parquet, and {} cannot use it: {}\n"
                        "    pip install pyarrow, or name a Python that has it in THREADX_PYTHON, or take "
                        "--format csv",
                        python(), result.said));
}

void write_parquet(const fs::path& csv, const fs::path& file) {
    const PythonResult result = run_python(convert, {csv.string(), file.string()});
    if (!result.succeeded)
        throw Error(fmt::format("pyarrow cannot write '{}': {}", file.string(), result.said));
}

} // namespace threadx
