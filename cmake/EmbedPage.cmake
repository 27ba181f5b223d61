# Writes OUTPUT, a C++ source with the text of each of FILES, in their order, under its file name.
# Run as: cmake -DOUTPUT=... "-DFILES=a.js;b.css" -P EmbedPage.cmake
set(text "// Made by cmake/EmbedPage.cmake from src/report/page/* and dygraphs.\n#include \"report/page.hpp\"\n\n")
string(APPEND text "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n")
string(APPEND text "namespace threadx {\n\nconst std::vector<PageFile>& page_files() {\n")
string(APPEND text "    static const std::vector<PageFile> files = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} contents)
  # A browser would look for the map of the minified script on the disk.
  string(REGEX REPLACE "(//|/\\*)# sourceMappingURL=[^\n]*" "" contents "${contents}")
  string(APPEND text "        {\"${name}\", R\"embedded(${contents})embedded\"},\n")
endforeach()
string(APPEND text "    };\n    return files;\n}\n\n} // namespace threadx\n")
file(WRITE ${OUTPUT} "${text}")
