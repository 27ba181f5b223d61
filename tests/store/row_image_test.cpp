// Rows as pages that SQLite reads: what SQL would have stored.
#include <bit>
#include <cmath>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "store/row_image.hpp"
#include "store/run_format.hpp"
#include "store/sqlite.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

RowSchema schema_of(std::size_t width) {
    RowSchema schema;
    for (std::size_t i = 0; i < width; ++i) schema.metrics.push_back(fmt::format("m{}", i));
    return schema;
}

// A database in memory with the run's table of rows, and as an attached one what an image is made from.
class Fixture {
  public:
    explicit Fixture(std::size_t width)
        : schema_(schema_of(width)), database_(":memory:", Database::Mode::create) {
        database_.execute(rows_table_sql("rows", schema_));
        database_.execute("ATTACH ':memory:' AS image");
        database_.execute(fmt::format("PRAGMA image.page_size={}", RowImage::page_bytes));
        database_.execute(rows_table_sql("image.rows", schema_));
    }
    Database& database() { return database_; }

    void insert_by_sql(const RowBlock& block) {
        std::string sql = "INSERT INTO main.rows VALUES(?,?";
        for (std::size_t i = 0; i < schema_.width(); ++i) sql += ",?";
        Statement insert(database_, sql + ")");
        Transaction transaction(database_);
        for (std::size_t row = 0; row < block.rows(); ++row) {
            insert.bind(1, static_cast<std::int64_t>(block.scenarios[row]));
            insert.bind(2, static_cast<std::int64_t>(block.statuses[row]));
            for (std::size_t i = 0; i < schema_.width(); ++i)
                insert.bind(static_cast<int>(i) + 3, canonical(block.values[row * schema_.width() + i]));
            insert.run();
        }
        transaction.commit();
    }
    void insert_image(std::span<unsigned char> image) {
        database_.set_image("image", image);
        Statement check(database_, "PRAGMA image.integrity_check");
        REQUIRE(check.step());
        REQUIRE(check.text(0) == "ok");
        check.reset();
        Transaction transaction(database_);
        Statement(database_, "INSERT INTO main.rows SELECT * FROM image.rows").run();
        transaction.commit();
    }

  private:
    RowSchema schema_;
    Database database_;
};

// Whole numbers and their neighbours around every power of two, of both signs, and what value_of() has.
RowBlock block_of_all_kinds(std::uint64_t first, std::uint64_t rows, std::size_t width) {
    RowBlock block = make_block({first, first + rows}, width);
    for (std::size_t i = 0; i < block.values.size(); i += 3) {
        const double power = std::ldexp(1.0, static_cast<int>(i / 3 % 66));
        const double whole = power + static_cast<double>(i / 198 % 3) - 1.0;
        block.values[i] = i % 2 == 0 ? whole : -whole;
    }
    return block;
}

} // namespace

TEST_CASE("an image gives a database the bytes that SQL gives it") {
    for (const std::size_t width : {1U, 5U, 34U, 124U, 125U, 300U}) // the header's own size: one byte, or two
        for (const std::uint64_t rows : {1U, 2U, 40U, 1500U}) {
            CAPTURE(width);
            CAPTURE(rows);
            const RowBlock block = block_of_all_kinds(120, rows, width);
            Fixture by_sql(width);
            by_sql.insert_by_sql(block);
            Fixture by_image(width);
            RowImage image(by_image.database().image_of("image"));
            image.add(block);
            by_image.insert_image(image.finish());
            CHECK(by_image.database().changes() == block.rows());
            CHECK(by_image.database().image_of("main") == by_sql.database().image_of("main"));
        }
}

TEST_CASE("an image of any number of levels, of several blocks and made again, has all rows") {
    constexpr int second = 1;
    Fixture fixture(39);
    RowImage image(fixture.database().image_of("image"), 3); // up to three pages below each
    std::uint64_t first = 0;
    std::size_t rows = 0;
    for (const std::uint64_t more : {9000U, 1U, 300U, 2500U}) {
        image.clear();
        for (int blocks = 0; blocks < 2; ++blocks, first += more) {
            const RowBlock block = block_of_all_kinds(first, more, 39);
            rows += block.rows();
            image.add(block);
        }
        fixture.insert_image(image.finish());
    }
    Statement all(fixture.database(), "SELECT * FROM main.rows ORDER BY scenario");
    std::size_t seen = 0;
    std::size_t wrong = 0;
    for (; all.step(); ++seen) // of each row the second value is always one of value_of()
        wrong += std::bit_cast<std::uint64_t>(all.real(2 + second)) ==
                         std::bit_cast<std::uint64_t>(
                             canonical(value_of(static_cast<std::uint64_t>(all.integer(0)), second)))
                     ? 0
                     : 1;
    CHECK(seen == rows);
    CHECK(wrong == 0);
}

TEST_CASE("an image is made from a database with one empty table, and from nothing else") {
    Fixture fixture(3);
    std::vector<unsigned char> bytes = fixture.database().image_of("image");
    CHECK_NOTHROW(RowImage{bytes});
    CHECK_THROWS_AS(RowImage{fixture.database().image_of("main")}, std::logic_error); // smaller pages
    bytes.resize(RowImage::page_bytes);
    CHECK_THROWS_AS(RowImage{bytes}, std::logic_error);
}
