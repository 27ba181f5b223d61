#include "store/row_image.hpp"

#include <bit>
#include <cstring>
#include <stdexcept>

namespace threadx {
namespace {

constexpr std::size_t page_size = RowImage::page_bytes;
constexpr unsigned char interior_page = 5;
constexpr unsigned char leaf_page = 13;
constexpr std::size_t leaf_header = 8;
constexpr std::size_t interior_header = 12;
constexpr std::size_t longest_varint = 9;

// The kinds of values in a record's header.
enum SerialType : unsigned char { null_value = 0, real_value = 7, zero_value = 8, one_value = 9 };

// The `count` low bytes, big-endian.
void put_bytes(unsigned char* at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = count; i-- > 0; value >>= 8) at[i] = static_cast<unsigned char>(value);
}

unsigned char* put_eight(unsigned char* at, std::uint64_t value) {
    put_bytes(at, value, 8);
    return at + 8;
}

// `top`: where the page's cells begin. 65,536, of a page without cells, is written as 0.
void put_page_header(unsigned char* page, unsigned char kind, std::size_t cells, std::size_t top) {
    page[0] = kind;
    put_bytes(page + 1, 0, 2); // no free blocks
    put_bytes(page + 3, cells, 2);
    put_bytes(page + 5, top, 2);
    page[7] = 0; // no fragments
}

// Seven bits a byte, most significant first; all but the last have the high bit set. For values below 2^63.
unsigned char* put_varint(unsigned char* at, std::uint64_t value) {
    std::size_t count = 1;
    for (std::uint64_t rest = value >> 7; rest != 0; rest >>= 7) ++count;
    for (std::size_t i = count; i-- > 0; value >>= 7)
        at[i] = static_cast<unsigned char>((value & 0x7f) | (i + 1 < count ? 0x80 : 0));
    return at + count;
}

// A whole number of a REAL column takes as few bytes as it needs. Writes it, and gives its kind.
unsigned char put_whole(unsigned char*& at, std::int64_t value) {
    if (value == 0) return zero_value;
    if (value == 1) return one_value;
    struct Size {
        unsigned char type;
        std::size_t bytes;
    };
    constexpr Size sizes[] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 6}};
    const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
    const Size* size = sizes;
    while (magnitude >> (8 * size->bytes - 1) != 0) ++size; // the sign takes a bit
    put_bytes(at, static_cast<std::uint64_t>(value), size->bytes);
    at += size->bytes;
    return size->type;
}

unsigned char put_value(unsigned char*& at, double value) {
    if (value != value) return null_value;
    constexpr double beyond_six_bytes = 140737488355328.0; // 2^47
    if (value >= -beyond_six_bytes && value < beyond_six_bytes) {
        const auto whole = static_cast<std::int64_t>(value);
        if (static_cast<double>(whole) == value) return put_whole(at, whole);
    }
    at = put_eight(at, std::bit_cast<std::uint64_t>(value));
    return real_value;
}

} // namespace

RowImage::RowImage(std::span<const unsigned char> empty, std::size_t most_children)
    : most_children_(most_children), bytes_(empty.begin(), empty.end()) {
    const bool as_expected = bytes_.size() == 2 * page_size &&
                             bytes_[20] == 0 && // no bytes of a page reserved
                             bytes_[page_size] == leaf_page;
    if (!as_expected) throw std::logic_error("RowImage: not a database with one empty table");
}

void RowImage::clear() {
    bytes_.resize(2 * page_size);
    children_.clear();
}

void RowImage::add(const RowBlock& block) {
    if (block.rows() == 0) return;
    const std::size_t width = block.values.size() / block.rows();
    const std::size_t types = 2 + width; // the key, which is not in the record, the status, the values
    record_.resize(2 * longest_varint + (longest_varint + types) + (1 + 8 * width));
    for (std::size_t row = 0; row < block.rows(); ++row) {
        encode(block.scenarios[row], block.statuses[row],
               std::span(block.values).subspan(row * width, width));
        place(block.scenarios[row]);
    }
}

// A cell: the record's size, the key, the record. A record: its header's size, the kinds, the values.
void RowImage::encode(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
    const std::size_t types = 2 + values.size();
    const std::size_t header = types + (types + 1 < 128 ? 1 : 2); // its own size included, as a varint
    // Sizes come before what they are sizes of, so what they say is written first, where it surely fits.
    unsigned char* const record = record_.data() + 2 * longest_varint;
    unsigned char* type = put_varint(record, header);
    unsigned char* body = record + header;
    *type++ = null_value; // stands for the key
    *type++ = put_whole(body, static_cast<std::int64_t>(status));
    for (const double value : values) *type++ = put_value(body, value);
    const auto payload = static_cast<std::size_t>(body - record);
    unsigned char* const end = put_varint(put_varint(record_.data(), payload), scenario);
    std::memmove(end, record, payload);
    record_size_ = static_cast<std::size_t>(end - record_.data()) + payload;
}

void RowImage::place(std::uint64_t scenario) {
    if (children_.empty() || top_ < leaf_header + 2 * (cells_ + 1) + record_size_) {
        if (!children_.empty()) end_leaf();
        begin_leaf();
    }
    unsigned char* const page = bytes_.data() + bytes_.size() - page_size;
    top_ -= record_size_;
    std::memcpy(page + top_, record_.data(), record_size_);
    put_bytes(page + leaf_header + 2 * cells_, top_, 2);
    ++cells_;
    children_.back().last = scenario;
}

void RowImage::begin_leaf() {
    bytes_.resize(bytes_.size() + page_size);
    children_.push_back({static_cast<std::uint32_t>(bytes_.size() / page_size), 0});
    cells_ = 0;
    top_ = page_size;
}

void RowImage::end_leaf() {
    unsigned char* const page = bytes_.data() + bytes_.size() - page_size;
    put_page_header(page, leaf_page, cells_, top_);
}

// An interior page's cells: a child, and the largest id in it; the last child has no cell. Gives the whole.
RowImage::Child RowImage::put_interior(std::uint32_t number, std::span<const Child> children) {
    unsigned char* const page = bytes_.data() + (number - 1) * page_size;
    const std::size_t cells = children.size() - 1;
    std::size_t top = page_size;
    for (std::size_t i = 0; i < cells; ++i) {
        unsigned char cell[4 + longest_varint];
        put_bytes(cell, children[i].page, 4);
        const auto size = static_cast<std::size_t>(put_varint(cell + 4, children[i].last) - cell);
        top -= size;
        std::memcpy(page + top, cell, size);
        put_bytes(page + interior_header + 2 * i, top, 2);
    }
    put_page_header(page, interior_page, cells, top);
    put_bytes(page + 8, children.back().page, 4);
    return {number, children.back().last};
}

// The root is the second page, whatever is below it.
void RowImage::put_root() {
    if (children_.size() <= 1) { // an interior page would have no cell
        if (children_.empty()) begin_leaf();
        end_leaf();
        std::memcpy(bytes_.data() + page_size, bytes_.data() + 2 * page_size, page_size);
        bytes_.resize(2 * page_size);
        return;
    }
    end_leaf();
    while (children_.size() > most_children_) {
        const std::size_t groups = (children_.size() + most_children_ - 1) / most_children_;
        std::vector<Child> above;
        for (std::size_t group = 0; group < groups;
             ++group) { // of nearly the same size, so none of one child
            const std::size_t first = children_.size() * group / groups;
            const std::size_t last = children_.size() * (group + 1) / groups;
            bytes_.resize(bytes_.size() + page_size);
            const auto number = static_cast<std::uint32_t>(bytes_.size() / page_size);
            above.push_back(put_interior(number, std::span(children_).subspan(first, last - first)));
        }
        children_ = std::move(above);
    }
    put_interior(2, children_);
}

std::span<unsigned char> RowImage::finish() {
    put_root();
    put_bytes(bytes_.data() + 28, bytes_.size() / page_size, 4); // how many pages there are
    return bytes_;
}

} // namespace threadx
