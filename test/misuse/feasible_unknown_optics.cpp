// expect: the_optical_path_of_this_unit_is_not_described<
// expect: array 0: 1 needed, 0 described, short by 1
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
namespace lab {
/// A unit of a kind of its own, lowered like another one.
template <class Lanes>
struct mesh {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr optical_path path(const unit_optics& o) { return ring_path({.channels = 5, .source = 130 * units::uW}, o); }
#endif
};
}  // namespace lab
template <class Lanes>
struct sonic::detail::lower_unit<lab::mesh<Lanes>> : sonic::detail::lower_unit<lab::buildable::unit> {};
struct machine : lab::buildable {
    using diagram = assembly<array<of<2>, lab::mesh<of<5>>, dense_chunks<weights>, runs<kind::conv, kind::dense>>>;
};
static_assert(feasible<machine>);
