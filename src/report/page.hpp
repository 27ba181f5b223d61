// One HTML file of the page's sources and a run's data, which needs nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace threadx {

// A file of src/report/page, or of dygraphs, as it was at build time.
struct PageFile {
    std::string_view name;
    std::string_view text;
};

// Made by cmake/EmbedPage.cmake: report.html, style sheets and scripts in the order in which they are wanted.
const std::vector<PageFile>& page_files();

// A part of the data: JSON, which the page finds under its name.
struct PageData {
    std::string name;
    std::string json;
};

// The whole page. Nothing in title or data can end the script or the tag that it is in.
std::string make_page(const std::string& title, const std::vector<PageData>& data);

} // namespace threadx
