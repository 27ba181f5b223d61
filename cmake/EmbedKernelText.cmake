# Writes OUTPUT, a C++ source with the files that make the kernel text of GPUs, in the order of FILES.
# Run as: cmake -DOUTPUT=... -DFOLDER=src -DFILES="a.h;b.h" -P EmbedKernelText.cmake
set(text "// Made by cmake/EmbedKernelText.cmake.\n#include \"device/gpu/kernel_files.hpp\"\n\n")
string(APPEND text "namespace threadx {\n\nstd::string_view kernel_file(std::string_view name) {\n")
foreach(file IN LISTS FILES)
  file(READ ${FOLDER}/${file} contents)
  string(APPEND text "    if (name == \"${file}\") return R\"text(${contents})text\";\n")
endforeach()
string(APPEND text "    return {};\n}\n\n} // namespace threadx\n")
file(WRITE ${OUTPUT} "${text}")
