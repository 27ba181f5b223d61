/*---
group = "helper"
hidden = true
help = "the date in the Gregorian calendar of a time, offset milliseconds further on"
source = "Richards (2013), Calendars, in: Explanatory Supplement to the Astronomical Almanac, 3rd edition: days counted in eras of 400 years that begin on 1 March"
arguments = [{ name = "time", kind = "series" }, { name = "offset", kind = "scalar" }]
kernel = { form = "series", series = ["time"], scalars = ["offset"], outputs = ["year", "month", "day"] }
undefined = "0"

[[known]]
expression = "calendar(time, 0).year * 10000 + calendar(time, 0).month * 100 + calendar(time, 0).day"
time = [0, -1, 951782399999, 951782400000, 951868800000, 1709164800000, 4107542400000, 1640995199999, 1640995200000]
value = [19700101, 19691231, 20000228, 20000229, 20000301, 20240229, 21000301, 20211231, 20220101]
---*/

TX_FUNCTION void tx_calendar(TX_GLOBAL const double* const* x, const double* p, int bars,
                             TX_GLOBAL double* const* out) {
    int t;
    for (t = 0; t < bars; ++t) {
        const double days = tx_whole_below((x[0][t] + p[0]) / 86400000.0) + 719468.0; /* since 0000-03-01 */
        const double era = tx_whole_below(days / 146097.0);
        const double of_era = days - era * 146097.0;
        const double leaps = tx_whole_below(of_era / 1460.0) - tx_whole_below(of_era / 36524.0) +
                             tx_whole_below(of_era / 146096.0);
        const double year = tx_whole_below((of_era - leaps) / 365.0);
        const double of_year =
            of_era - (365.0 * year + tx_whole_below(year / 4.0) - tx_whole_below(year / 100.0));
        const double month = tx_whole_below((5.0 * of_year + 2.0) / 153.0); /* from March, 0 to 11 */
        out[0][t] = year + era * 400.0 + (month >= 10.0 ? 1.0 : 0.0);
        out[1][t] = month >= 10.0 ? month - 9.0 : month + 3.0;
        out[2][t] = of_year - tx_whole_below((153.0 * month + 2.0) / 5.0) + 1.0;
    }
}
