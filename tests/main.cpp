#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#define DOCTEST_CONFIG_IMPLEMENT // by itself when the header is precompiled, hence already read
#include <doctest/doctest.h>
