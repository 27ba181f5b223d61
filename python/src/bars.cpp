#include "bars.hpp"

#include <limits>

#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "log.hpp"
#include "market/array_bars.hpp"
#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"
#include "market/time_text.hpp"
#include "parts.hpp"
#include "waiting.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

using Numbers = InArray<double>;

// The columns become views of memory that all copies share.
void share(Bars& bars) {
    const auto kept = std::make_shared<const Bars>(std::move(bars));
    bars = {};
    const auto lend = [&kept](auto& to, const auto& from) {
        to = std::remove_cvref_t<decltype(to)>::lent(from, kept);
    };
    lend(bars.time, kept->time);
    lend(bars.open, kept->open);
    lend(bars.high, kept->high);
    lend(bars.low, kept->low);
    lend(bars.close, kept->close);
    lend(bars.volume, kept->volume);
}

HeldBars hold(LoadedBars loaded, std::filesystem::path file, bool from_memory) {
    share(loaded.bars);
    return {std::move(loaded), std::move(file), from_memory};
}

HeldBars from_arrays(const std::optional<InArray<std::int64_t>>& time, const Numbers& open,
                     const Numbers& high, const Numbers& low, const Numbers& close,
                     const std::optional<Numbers>& volume, const std::string& name,
                     const std::string& resample, double bars_per_year) {
    Bars bars;
    if (time) bars.time = series_of(*time);
    bars.open = series_of(open);
    bars.high = series_of(high);
    bars.low = series_of(low);
    bars.close = series_of(close);
    if (volume)
        bars.volume = series_of(*volume);
    else
        bars.volume = std::vector<double>(bars.size(), std::numeric_limits<double>::quiet_NaN());
    HeldBars out;
    wait_for([&] {
        BarsFile file = check_array_bars(std::move(bars), name);
        out = hold(ready_bars(std::move(file), name, {name, resample, bars_per_year}, name),
                   "(" + name + " of Python: not a file)", true);
    });
    return out;
}

HeldBars read(const std::filesystem::path& file, const std::string& resample, double bars_per_year) {
    HeldBars out;
    wait_for([&] {
        LoadedBars loaded = load_bars(file, {file.string(), resample, bars_per_year}, "bars");
        out = hold(std::move(loaded), std::filesystem::absolute(file).lexically_normal(), false);
    });
    return out;
}

HeldBars synthetic(long long count, const std::string& bar, std::uint64_t seed, double price,
                   double volatility, double drift, double tick) {
    SyntheticSettings settings;
    const std::optional<std::int64_t> period = parse_duration(bar);
    if (!period) throw InputError("bar = \"" + bar + "\" is no length of time; write for example \"1m\"");
    settings.bars = count;
    settings.period_ns = *period;
    settings.seed = seed;
    settings.start_price = price;
    settings.annual_volatility = volatility;
    settings.annual_drift = drift;
    settings.tick = tick;
    HeldBars out;
    wait_for([&] {
        BarsFile file = check_array_bars(synthesize(settings), "bars");
        out = hold(ready_bars(std::move(file), "bars", {}, "bars"), "(synthetic bars of Python: not a file)",
                   true);
    });
    return out;
}

// A column as a numpy array that shares the bars' memory.
template <auto column>
auto column_of(const nb::handle& self) {
    return view_of(nb::cast<const HeldBars&>(self).data.bars.*column, self);
}

} // namespace

void add_bars(nb::module_& module) {
    nb::class_<HeldBars>(module, "Bars")
        .def_static("of_arrays", &from_arrays, "time"_a.none(), "open"_a.noconvert(), "high"_a.noconvert(),
                    "low"_a.noconvert(), "close"_a.noconvert(), "volume"_a.none(), "name"_a, "resample"_a,
                    "bars_per_year"_a)
        .def_static("read", &read, "file"_a, "resample"_a, "bars_per_year"_a)
        .def_static("synthetic", &synthetic, "count"_a, "bar"_a, "seed"_a, "price"_a, "volatility"_a,
                    "drift"_a, "tick"_a)
        .def("__len__", [](const HeldBars& held) { return held.data.bars.size(); })
        .def_prop_ro("has_time", [](const HeldBars& held) { return held.data.bars.has_time(); })
        .def_prop_ro("sha256", [](const HeldBars& held) { return held.data.sha256; })
        .def_prop_ro("warnings", [](const HeldBars& held) { return held.data.warnings; })
        .def_prop_ro("years", [](const HeldBars& held) { return held.data.years; })
        .def_prop_ro("time", column_of<&Bars::time>)
        .def_prop_ro("open", column_of<&Bars::open>)
        .def_prop_ro("high", column_of<&Bars::high>)
        .def_prop_ro("low", column_of<&Bars::low>)
        .def_prop_ro("close", column_of<&Bars::close>)
        .def_prop_ro("volume", column_of<&Bars::volume>)
        .def("write_csv", [](const HeldBars& held, const std::filesystem::path& file) {
            wait_for([&] { write_bars_csv(file, held.data.bars); });
        });
}

} // namespace threadx::python
