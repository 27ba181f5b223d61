// Lines of text for a terminal, in pieces that have a style; cut to the width of the screen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace threadx {

enum class TextStyle : std::uint8_t { plain, title, faint, load, memory, heat, power, warning, alarm };

// How many columns of a terminal a text takes: its characters, of UTF-8.
std::size_t text_width(std::string_view text);

class ScreenLine {
  public:
    ScreenLine& add(std::string text, TextStyle style = TextStyle::plain);
    ScreenLine& add(const ScreenLine& other);
    ScreenLine& pad_to(std::size_t width); // with spaces
    std::size_t width() const { return width_; }

    // At most `width` columns of it. `colours`: with the escape sequences of styles, otherwise the text
    // alone.
    std::string text(std::size_t width, bool colours) const;

  private:
    struct Piece {
        std::string text;
        TextStyle style;
    };
    std::vector<Piece> pieces_;
    std::size_t width_ = 0;
};

} // namespace threadx
