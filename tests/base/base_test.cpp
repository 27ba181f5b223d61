#include <fstream>
#include <thread>

#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/deterministic_math.hpp"
#include "base/double_double.hpp"
#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/file.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "base/sha256.hpp"
#include "base/toml_config.hpp"

using namespace threadx;

namespace {

// The distance of two doubles in units in the last place.
double ulps(double a, double b) {
    if (a == b) return 0.0;
    const double ulp = std::fabs(std::nextafter(b, std::numeric_limits<double>::infinity()) - b);
    return std::fabs(a - b) / ulp;
}

std::string message_of(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The bits that the functions promise: those of double-double arithmetic, rounded once.
double plain_log(double x) { return log_double_double(x).hi; }

double plain_exp(DoubleDouble x) {
    int exponent = 0;
    const DoubleDouble value = exp_double_double(x, exponent);
    return std::ldexp(value.hi, exponent);
}

double plain_pow(double x, double y) { return plain_exp(log_double_double(x) * DoubleDouble{y, 0.0}); }

TEST_CASE("the quick computation of logarithm, exponential and power gives the bits of the full one") {
    std::uint64_t random = 1;
    const auto between = [&](double low, double high) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        return low + (high - low) * (static_cast<double>(random >> 11U) * 0x1p-53);
    };
    for (int i = 0; i < 100'000; ++i) {
        const double x = i % 2 == 0 ? between(0.3, 3.0) : std::exp2(between(-1000.0, 1000.0));
        const double y = i % 3 == 0 ? between(-0.1, 0.1) : between(-40.0, 40.0);
        CAPTURE(x);
        CAPTURE(y);
        REQUIRE(deterministic_log(x) == plain_log(x));
        REQUIRE(deterministic_exp(y) == plain_exp({y, 0.0}));
        const double power = std::log2(x) * y; // within what needs no care at the ends
        if (std::fabs(power) < 1000.0) REQUIRE(deterministic_pow(x, y) == plain_pow(x, y));
    }
    // neighbours of 1, of the borders between steps, and exact results
    for (int i = 1; i < 256; ++i)
        for (const double x : {i / 128.0, std::nextafter(i / 128.0, 0.0), std::nextafter(i / 128.0, 3.0),
                               1.0 + i * 0x1p-52, 1.0 - i * 0x1p-53}) {
            CAPTURE(x);
            REQUIRE(deterministic_log(x) == plain_log(x));
            for (const double y : {0.5, 1.0, 2.0, 3.0, 0.1, 12.7})
                if (x != 1.0) REQUIRE(deterministic_pow(x, y) == plain_pow(x, y));
        }
}

TEST_CASE(
    "logarithm, exponential and power agree with the long double library to one unit in the last place") {
    CHECK(rc::check([] {
        const double x = std::exp(*rc::gen::inRange(-600000, 600000) / 1000.0);
        const double y = *rc::gen::inRange(-30000, 30000) / 10000.0;
        RC_ASSERT(ulps(deterministic_log(x), static_cast<double>(std::log(static_cast<long double>(x)))) <=
                  1.0);
        const double e = *rc::gen::inRange(-700000, 700000) / 1000.0;
        RC_ASSERT(ulps(deterministic_exp(e), static_cast<double>(std::exp(static_cast<long double>(e)))) <=
                  1.0);
        const long double power = std::pow(static_cast<long double>(x), static_cast<long double>(y));
        if (power < 1e300L && power > 1e-300L)
            RC_ASSERT(ulps(deterministic_pow(x, y), static_cast<double>(power)) <= 1.0);
    }));
    CHECK(deterministic_pow(2.0, 10.0) == 1024.0);
    CHECK(deterministic_pow(0.25, 0.5) == 0.5);
    CHECK(deterministic_pow(0.0, 0.5) == 0.0);
    CHECK(std::isnan(deterministic_pow(-1.0, 0.5)));
    CHECK(deterministic_exp(0.0) == 1.0);
    CHECK(deterministic_log(1.0) == 0.0);
}

TEST_CASE("shortest text reads back as the same bits") {
    CHECK(rc::check([](double x) { RC_ASSERT(parse_number(shortest_text(x)) == x); }));
    CHECK(shortest_text(0.1) == "0.1");
    CHECK_FALSE(parse_number("1.5x"));
    CHECK_FALSE(parse_number(""));
    CHECK(parse_number("+1.5") == 1.5);
    CHECK_FALSE(parse_number("+-1.5"));
}

TEST_CASE("bytes are read with units") {
    CHECK(parse_bytes("512MiB") == 512.0 * 1048576.0);
    CHECK(parse_bytes("2 gb") == 2e9);
    CHECK_FALSE(parse_bytes("2 gx"));
    CHECK_FALSE(parse_bytes("-1MB"));
    CHECK(bytes_text(1536.0) == "1.5 KiB");
    CHECK(with_thousands(1234567) == "1,234,567");
}

TEST_CASE("the nearest name is found, and a far one is not") {
    const std::vector<std::string> names = {"scenarios", "seed", "kind"};
    CHECK(nearest_name("scenarois", names) == "scenarios");
    CHECK(nearest_name("sede", names) == "seed");
    CHECK(nearest_name("bars", names).empty());
}

TEST_CASE("a configuration keeps the order of the file and names places") {
    ConfigNode root =
        ConfigNode::parse("[space]\nz = 1\na = { from = 1, to = 2 }\nm = [1.0, 2.0]\n", "c.toml");
    const ConfigNode& space = *root.find("space");
    REQUIRE(space.entries().size() == 3);
    CHECK(space.entries()[0].first == "z");
    CHECK(space.entries()[1].first == "a");
    CHECK(message_of([&] { space.find("z")->text(); }) ==
          "c.toml:2:5: expected text in quotes, found an integer");
    CHECK(message_of([] { ConfigNode::parse("a = \n", "c.toml"); }).starts_with("c.toml:1:"));
    CHECK(message_of([&] {
              space.refuse_unknown_keys({"zz", "a", "m"});
          }) == "c.toml:2:5: unknown key 'z' (did you mean 'zz'?)");
}

TEST_CASE("--set overrides in place, makes tables, and takes bare words") {
    ConfigNode root = ConfigNode::parse("[s]\na = 1\nb = 2\n", "c.toml");
    root.assign("s.a=5");
    root.assign("s.word=ma_crossover");
    root.assign("t.new={ from = 1 }");
    CHECK(root.find("s")->entries()[0].second.integer() == 5);
    CHECK(root.find("s")->find("word")->text() == "ma_crossover");
    CHECK(root.find("t")->find("new")->find("from")->integer() == 1);
    CHECK(message_of([&] { root.assign("nothing"); }) == "--set nothing: expected section.key=value");
}

namespace {
struct Sample {
    double fee = 0.0;
    long long count = 3;
    bool flag = true;
    std::string mode = "a";
};
const std::vector<Field<Sample>> sample_fields = {
    {"fee", &Sample::fee, "fraction", {.minimum = 0.0, .maximum = 1.0}},
    {"count", &Sample::count, "how many", {.minimum = 1.0}},
    {"flag", &Sample::flag, "on or off"},
    {"mode", &Sample::mode, "which", {.choices = {"a", "b"}}}};
} // namespace

TEST_CASE("fields are read, checked and described from one declaration") {
    const auto read = [](const char* text) {
        Sample sample;
        read_fields(ConfigNode::parse(text, "c.toml"), sample_fields, sample);
        return sample;
    };
    CHECK(read("fee = 0.5").fee == 0.5);
    CHECK(read("mode = 'b'").mode == "b");
    CHECK(message_of([&] { read("fee = -1"); }) == "c.toml:1:7: must be at least 0, found -1");
    CHECK(message_of([&] { read("mode = 'c'"); }) ==
          "c.toml:1:8: 'c' is not one of: a, b (did you mean 'a'?)");
    CHECK(message_of([&] { read("count = 1.5"); }) == "c.toml:1:9: expected an integer, found a number");
    CHECK(describe_fields("s", sample_fields).find("fee = 0.0") != std::string::npos);
}

TEST_CASE("a file is written whole or not at all") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "threadx_base_test";
    std::filesystem::create_directories(folder);
    write_file_atomically(folder / "f", "one");
    write_file_atomically(folder / "f", "two");
    CHECK(read_file(folder / "f") == "two");
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
    CHECK_THROWS_AS(write_file_atomically(folder / "no" / "f", "x"), IoError);
    CHECK_THROWS_AS(read_file(folder / "absent"), InputError);
    CHECK_THROWS_AS(read_file(folder), InputError);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a file is read to its end, whether or not its size is known before") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "threadx_base_test";
    std::filesystem::create_directories(folder);
    std::filesystem::remove(folder / "pipe");
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{300000}}) {
        std::string text(size, ' ');
        for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
        write_file_atomically(folder / "f", text);
        CHECK(read_file(folder / "f") == text);
        std::thread writer([&] { std::ofstream(folder / "pipe", std::ios::binary) << text; });
        CHECK(read_file(folder / "pipe") == text);
        writer.join();
    }
    std::filesystem::remove_all(folder);
}
