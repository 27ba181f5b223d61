# Writes OUTPUT, a C++ source with the text of each file of strategies/, sorted by name.
# Run as: cmake -DOUTPUT=... -DFOLDER=... -P EmbedStrategies.cmake
file(GLOB files ${FOLDER}/*.toml)
list(SORT files)
set(text "// Made by cmake/EmbedStrategies.cmake from strategies/*.toml.\n#include \"sweep/builtin_strategies.hpp\"\n\n")
string(APPEND text "namespace threadx {\n\nconst std::vector<BuiltinStrategy>& builtin_strategies() {\n")
string(APPEND text "    static const std::vector<BuiltinStrategy> strategies = {\n")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} contents)
  string(APPEND text "        {\"${name}\", R\"toml(${contents})toml\"},\n")
endforeach()
string(APPEND text "    };\n    return strategies;\n}\n\n} // namespace threadx\n")
file(WRITE ${OUTPUT} "${text}")
