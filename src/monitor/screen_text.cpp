#include "monitor/screen_text.hpp"

#include <algorithm>

namespace threadx {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }

// The first `width` characters.
std::string_view first_characters(std::string_view text, std::size_t width) {
    std::size_t end = 0;
    for (; end < text.size(); ++end)
        if (begins_character(text[end]) && width-- == 0) break;
    return text.substr(0, end);
}

// Of the sixteen colours that every terminal has, and that its user may have chosen.
const char* escape(TextStyle style) {
    switch (style) {
    case TextStyle::plain: return "";
    case TextStyle::title: return "\033[1m";
    case TextStyle::faint: return "\033[90m";
    case TextStyle::load: return "\033[32m";
    case TextStyle::memory: return "\033[34m";
    case TextStyle::heat: return "\033[35m";
    case TextStyle::power: return "\033[36m";
    case TextStyle::warning: return "\033[33m";
    case TextStyle::alarm: return "\033[1;31m";
    }
    return "";
}

} // namespace

std::size_t text_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

ScreenLine& ScreenLine::add(std::string text, TextStyle style) {
    width_ += text_width(text);
    pieces_.push_back({std::move(text), style});
    return *this;
}

ScreenLine& ScreenLine::add(const ScreenLine& other) {
    pieces_.insert(pieces_.end(), other.pieces_.begin(), other.pieces_.end());
    width_ += other.width_;
    return *this;
}

ScreenLine& ScreenLine::pad_to(std::size_t width) {
    return width > width_ ? add(std::string(width - width_, ' ')) : *this;
}

std::string ScreenLine::text(std::size_t width, bool colours) const {
    std::string out;
    for (const Piece& piece : pieces_) {
        const std::string_view shown = first_characters(piece.text, width);
        width -= text_width(shown);
        const std::string_view code = colours ? escape(piece.style) : "";
        out += code;
        out += shown;
        if (!code.empty()) out += "\033[0m";
    }
    return out;
}

} // namespace threadx
