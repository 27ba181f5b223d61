#include "cli/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.hpp"

namespace threadx {
namespace {

extern "C" void ignore_resize(int) {} // it only has to wake whoever waits

void write_all(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR && errno != EAGAIN) return; // the terminal has gone
        if (written > 0) done += static_cast<std::size_t>(written);
    }
}

// Alternate screen, no cursor, no wrapping; and back.
constexpr const char* enter = "\033[?1049h\033[?25l\033[?7l\033[2J";
constexpr const char* leave = "\033[?7h\033[?25h\033[?1049l";

} // namespace

FullScreen::FullScreen() {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 ||
        ::tcgetattr(STDIN_FILENO, &before_) != 0)
        throw IoError("the live view needs a terminal");
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    struct sigaction resize {};
    resize.sa_handler = ignore_resize;
    ::sigaction(SIGWINCH, &resize, nullptr);
    write_all(enter);
}

FullScreen::~FullScreen() {
    write_all(leave);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    std::signal(SIGWINCH, SIG_DFL);
}

void FullScreen::show(const std::string& lines) {
    // Each line is emptied before it is written: afterwards that would take its last character too.
    std::string text = "\033[H\033[K";
    for (const char c : lines) text += c == '\n' ? std::string("\r\n\033[K") : std::string(1, c);
    write_all(text);
}

std::optional<char> FullScreen::key(double seconds) {
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, static_cast<int>(seconds * 1e3)) <= 0) return std::nullopt;
    char pressed = 0;
    if (::read(STDIN_FILENO, &pressed, 1) == 1) return pressed;
    return (input.revents & (POLLHUP | POLLERR)) != 0 ? std::optional('q') : std::nullopt;
}

std::optional<TerminalSize> terminal_size(int descriptor) {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
        return std::nullopt;
    return TerminalSize{size.ws_col, size.ws_row};
}

bool terminal_has_unicode() {
    for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = std::getenv(variable);
        if (value == nullptr || *value == '\0') continue;
        return ::strcasestr(value, "utf-8") != nullptr || ::strcasestr(value, "utf8") != nullptr;
    }
    return false;
}

bool wants_colours() {
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr &&
           std::strcmp(terminal, "dumb") != 0;
}

} // namespace threadx
