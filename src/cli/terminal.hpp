// A terminal that one program has to itself for a while: its whole screen, and its keys as they are pressed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <termios.h>

namespace threadx {

// As it was before, when its owner goes. Ctrl-C still is a signal; Ctrl-Z is not, which would leave the
// screen as it is.
class FullScreen {
  public:
    FullScreen(); // IoError if standard input or output is no terminal
    ~FullScreen();
    FullScreen(const FullScreen&) = delete;
    FullScreen& operator=(const FullScreen&) = delete;

    // Replaces what is shown; `lines` as high as the screen, with ends of lines between them.
    static void show(const std::string& lines);

    // The key pressed within that many seconds, or nothing; nothing too when a signal came, such as that of a
    // new size.
    static std::optional<char> key(double seconds);

  private:
    termios before_{};
};

struct TerminalSize {
    std::size_t width = 80;
    std::size_t height = 24;
};

// Of the terminal behind a file descriptor; nothing if there is none or it does not tell.
std::optional<TerminalSize> terminal_size(int descriptor);

bool terminal_has_unicode(); // by the environment's locale
bool wants_colours();        // no: NO_COLOR is set (no-color.org), or TERM=dumb

} // namespace threadx
