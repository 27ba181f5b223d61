#include "base/normal_distribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/deterministic_math.hpp"

namespace threadx {
namespace {

// Coefficients from the constant term up.
template <std::size_t count>
struct Rational {
    std::array<double, count> numerator;
    std::array<double, count> denominator;

    double operator()(double x) const { return evaluate(numerator, x) / evaluate(denominator, x); }

  private:
    static double evaluate(const std::array<double, count>& coefficients, double x) {
        double value = coefficients[count - 1];
        for (std::size_t i = count - 1; i-- > 0;) value = value * x + coefficients[i];
        return value;
    }
};

// The quantile: |p - 1/2| ≤ 0.425
constexpr Rational<8> centre = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
     4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
     2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};

// sqrt(-ln(tail)) ≤ 5
constexpr Rational<8> near_tail = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
     7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};

constexpr Rational<8> far_tail = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
     2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

// erf(x)/x for |x| ≤ 0.46875, of x².
constexpr Rational<5> small_erf = {
    {3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.16112374387056560e0,
     1.85777706184603153e-1},
    {2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1.0}};

// erfc(x)·exp(x²) for x ≤ 4.
constexpr Rational<9> middle_erfc = {{1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3,
                                      8.81952221241769090e2, 2.98635138197400131e2, 6.61191906371416295e1,
                                      8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8},
                                     {1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
                                      3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
                                      1.17693950891312499e2, 1.57449261107098347e1, 1.0}};

// 1/√π - x·erfc(x)·exp(x²), times x², for x above 4, of 1/x².
constexpr Rational<6> far_erfc = {{6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1,
                                   3.60344899949804439e-1, 3.05326634961232344e-1, 1.63153871373020978e-2},
                                  {2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
                                   1.87295284992346725e0, 2.56852019228982242e0, 1.0}};

constexpr double root_half = 0.70710678118654752440;
constexpr double reciprocal_root_pi = 0.56418958354775628695;

// exp(-x²/2) for x ≥ 0, with the square exact but for a small rest: its rounding would cost x² units in the
// last place.
double exp_of_half_square(double x) {
    const double head = std::floor(x * 16.0) / 16.0;
    return deterministic_exp(-0.5 * (head * head)) * deterministic_exp(-0.5 * ((x - head) * (x + head)));
}

// erfc(x/√2) for x > 0.6629.
double upper_erfc(double x) {
    const double y = x * root_half;
    if (y <= 4.0) return exp_of_half_square(x) * middle_erfc(y);
    const double z = 1.0 / (y * y);
    return exp_of_half_square(x) * ((reciprocal_root_pi - z * far_erfc(z)) / y);
}

bool is_central(double p) { return std::fabs(p - 0.5) <= 0.425; }

double central_quantile(double p) {
    const double q = p - 0.5;
    return q * centre(0.180625 - q * q);
}

double outer_quantile(double p) {
    if (!(p > 0.0 && p < 1.0)) {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        return p == 0.0 ? -infinity : p == 1.0 ? infinity : std::numeric_limits<double>::quiet_NaN();
    }
    const double r = std::sqrt(-deterministic_log(p < 0.5 ? p : 1.0 - p));
    const double x = r <= 5.0 ? near_tail(r - 1.6) : far_tail(r - 5.0);
    return p < 0.5 ? -x : x;
}

} // namespace

double normal_cdf(double x) {
    if (std::isnan(x)) return x;
    const double y = x * root_half;
    if (std::fabs(y) <= 0.46875) return 0.5 + 0.5 * (y * small_erf(y * y));
    const double tail = std::fabs(x) > 42.0 ? 0.0 : 0.5 * upper_erfc(std::fabs(x));
    return y < 0.0 ? tail : 1.0 - tail;
}

double normal_quantile(double p) {
    if (is_central(p)) return central_quantile(p);
    return outer_quantile(p);
}

// Most lie in the middle, where a loop over all is one over vectors; what it makes of the others is replaced.
void normal_quantiles(std::span<const double> p, std::span<double> out) {
    constexpr std::size_t at_once = 256;
    std::array<double, at_once> central{};
    for (std::size_t first = 0; first < p.size(); first += at_once) {
        const std::size_t count = std::min(at_once, p.size() - first);
        for (std::size_t i = 0; i < count; ++i) central[i] = central_quantile(p[first + i]);
        for (std::size_t i = 0; i < count; ++i)
            out[first + i] = is_central(p[first + i]) ? central[i] : outer_quantile(p[first + i]);
    }
}

} // namespace threadx
