#include "bench/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/stopwatch.hpp"

namespace threadx {
namespace {

constexpr int cannot_start = 127; // exit status of a child that did not become the program
constexpr int interrupted_status = 130;

// A file descriptor, closed when its owner goes.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

  private:
    int number_;
};

[[noreturn]] void fail(const char* what) { throw IoError(fmt::format("{}: {}", what, std::strerror(errno))); }

struct Pipe {
    Pipe() : Pipe(make()) {}
    Descriptor from;
    Descriptor into;

  private:
    explicit Pipe(std::array<int, 2> ends) : from(ends[0]), into(ends[1]) {}
    static std::array<int, 2> make() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe");
        return ends;
    }
};

// What the child does from fork to exec. Nothing here may allocate or throw.
[[noreturn]] void become_threadx(char* const* arguments, int go, int output, int messages, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a bench that is killed leaves no sweep behind
    char byte = 0;
    const bool told = ::read(go, &byte, 1) == 1; // the parent has set up its counter
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (told && ::getppid() == parent && nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
        ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(messages, STDERR_FILENO) >= 0)
        ::execv("/proc/self/exe", arguments);
    ::_exit(cannot_start);
}

// Reads until the child has closed its output, which it does by ending; passes a stop on to it.
std::string read_output(int output, pid_t child, const std::atomic<bool>* stop) {
    std::string text;
    for (;;) {
        // Each time around: a child that has not become the program yet would miss the first.
        if (stop != nullptr && stop->load()) ::kill(child, SIGTERM);
        pollfd waiting = {output, POLLIN, 0};
        if (::poll(&waiting, 1, 200) <= 0) continue; // time to look at `stop`, or a signal came
        std::array<char, 4096> part{};
        const ssize_t count = ::read(output, part.data(), part.size());
        if (count > 0)
            text.append(part.data(), static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            return text;
    }
}

// The last error of a child's messages, without the word before it.
std::string last_error(const std::filesystem::path& messages) {
    const std::string text = read_file(messages);
    constexpr std::string_view mark = "error: ";
    const std::size_t at = text.rfind(mark);
    std::string error = at == std::string::npos ? text : text.substr(at + mark.size());
    while (!error.empty() && error.back() == '\n') error.pop_back();
    return error;
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void check(int status, const std::filesystem::path& messages) {
    if (WIFSIGNALED(status))
        throw IoError(fmt::format("a measured sweep was ended by signal {}", WTERMSIG(status)));
    if (WEXITSTATUS(status) == cannot_start) throw IoError("the program cannot start itself");
    if (WEXITSTATUS(status) == 2) throw InputError(last_error(messages));
    if (WEXITSTATUS(status) != 0) throw Error(last_error(messages));
}

} // namespace

ChildResult run_threadx(const std::vector<std::string>& arguments, const std::filesystem::path& messages,
                        const std::atomic<bool>* stop) {
    std::string name = "threadx";
    std::vector<std::string> words = arguments;
    std::vector<char*> pointers = {name.data()};
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const Descriptor message_file(
        ::open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (message_file.number() < 0) fail("cannot write the messages of a measured sweep");
    Pipe go;
    Pipe output;

    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) fail("cannot start a process");
    if (child == 0) {
        go.into.close(); // else it would wait for itself, should the parent go
        become_threadx(pointers.data(), go.from.number(), output.into.number(), message_file.number(),
                       parent);
    }
    output.into.close();
    const InstructionCounter counter(child);
    const Stopwatch stopwatch;
    if (::write(go.into.number(), "!", 1) != 1) fail("cannot talk to a process");

    ChildResult result;
    result.output = read_output(output.from.number(), child, stop);
    int status = 0;
    rusage usage = {};
    while (::wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) fail("cannot wait for a process");
    result.seconds = stopwatch.seconds();
    result.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    result.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    result.counted = counter.read();
    result.interrupted =
        (stop != nullptr && stop->load()) || (WIFEXITED(status) && WEXITSTATUS(status) == interrupted_status);
    if (!result.interrupted) check(status, messages);
    return result;
}

} // namespace threadx
