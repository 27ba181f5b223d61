// The page as text: complete, and not to be broken by what is put into it.
#include <doctest/doctest.h>

#include "report/packed_numbers.hpp"
#include "report/page.hpp"

namespace threadx {

TEST_CASE("numbers are packed as RFC 4648 base64 of their bytes") {
    CHECK(packed(std::vector<std::uint8_t>{}) == "");
    CHECK(packed(std::vector<std::uint8_t>{'f'}) == "Zg==");
    CHECK(packed(std::vector<std::uint8_t>{'f', 'o', 'o', 'b', 'a', 'r'}) == "Zm9vYmFy");
    CHECK(packed(std::vector<float>{1.0F}) == "AACAPw==");
    CHECK(packed(std::vector<double>{-2.0}) == "AAAAAAAAAMA=");
    CHECK(packed(std::vector<std::uint32_t>{1}) == "AQAAAA==");
}

TEST_CASE("no text of the data ends its tag, and the title is text") {
    const std::string page = make_page("a </title><script>alert(1)</script> & \"b\"",
                                       {{"x", R"({"name":"</script><!-- <script>"})"}});
    CHECK(page.find("a </title>") == std::string::npos);
    CHECK(page.find(
              "<title>a &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;b&quot;</title>") !=
          std::string::npos);
    CHECK(
        page.find(
            R"(<script type="application/json" id="data-x">{"name":"\u003c/script>\u003c!-- \u003cscript>"}</script>)") !=
        std::string::npos);
}

TEST_CASE("the page has every file of its sources and nothing that is to be loaded") {
    const std::string page = make_page("t", {});
    for (const PageFile& file : page_files()) {
        CAPTURE(std::string(file.name));
        CHECK_FALSE(file.text.empty());
        if (file.name.ends_with(".js")) CHECK(page.find(file.text) != std::string::npos);
    }
    for (const char* loads : {"<link", " src=", "@import", "url(", "sourceMappingURL"})
        CHECK_MESSAGE(page.find(loads) == std::string::npos, loads);
    if (page.find("Dygraph=") != std::string::npos)
        CHECK(page.find("MIT-licenced") != std::string::npos); // what it asks for
    for (const char* place : {"{{title}}", "{{styles}}", "{{data}}", "{{scripts}}", "{{licence}}"})
        CHECK_MESSAGE(page.find(place) == std::string::npos, place);
}

} // namespace threadx
