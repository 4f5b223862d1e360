// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include <sonic/network/cifar10.hpp>
#include <sonic/network/idx.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>
#include <sonic/network/weights_file.hpp>

using namespace sonic;

namespace {

stored_layer random_layer(std::mt19937& random, bool norm) {
    stored_layer s;
    s.name = "conv1";
    s.outputs = 3, s.inputs = 2, s.kernel_height = 3, s.kernel_width = 3;
    s.weight_scale = 0.01f;
    s.codebook = {-31, -4, 1, 7, 12};
    for (std::size_t i = 0; i < s.count(); ++i) {
        s.mask.push_back(random() % 2);
        if (s.mask.back()) s.indices.push_back(static_cast<std::uint8_t>(random() % s.codebook.size()));
    }
    s.bias = {1, 2, 3};
    if ((s.batch_norm = norm)) s.gamma = s.beta = s.mean = s.variance = {0.5f, 1, 2};
    return s;
}

/// Replaces the check sum, so that what follows it is judged on its own.
void reseal(std::vector<std::uint8_t>& bytes) {
    const auto crc = sonic::detail::crc32(std::span(bytes).first(bytes.size() - 4));
    for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
}

}  // namespace

TEST_CASE("weights survive a round trip") {
    std::mt19937 random(3);
    const std::vector<stored_layer> layers{random_layer(random, false), random_layer(random, true)};
    CHECK(parse_weights(format_weights(layers)) == layers);
    const auto codes = layers[0].codes();
    for (std::size_t i = 0; i < codes.size(); ++i) CHECK((codes[i] != 0) == (layers[0].mask[i] != 0));
}

TEST_CASE("damaged weight files are refused") {
    std::mt19937 random(4);
    const std::vector<stored_layer> layers{random_layer(random, true)};
    const auto good = format_weights(layers);
    for (std::size_t length = 0; length < good.size(); ++length) CHECK_THROWS_AS(parse_weights(std::span(good).first(length)), input_error);
    for (std::size_t i = 0; i < good.size() * 8; ++i) {
        auto bad = good;
        bad[i / 8] ^= static_cast<std::uint8_t>(1u << (i % 8));
        CHECK_THROWS_AS(parse_weights(bad), input_error);
    }
    auto longer = good;
    longer.push_back(0);
    CHECK_THROWS_AS(parse_weights(longer), input_error);
}

TEST_CASE("hostile weight files with a valid check sum never crash") {
    std::mt19937 random(5);
    const std::vector<stored_layer> layers{random_layer(random, true)};
    const auto good = format_weights(layers);
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        auto bad = good;
        for (unsigned changes = 1 + random() % 4; changes > 0; --changes)
            bad[8 + random() % (bad.size() - 12)] = static_cast<std::uint8_t>(random());
        if (random() % 4 == 0) bad.resize(std::max<std::size_t>(16, bad.size() - random() % 40));
        reseal(bad);
        try {
            for (const auto& l : parse_weights(bad)) CHECK(l.codes().size() == l.count());
        } catch (const input_error&) {
            ++refused;
        }
    }
    CHECK(refused > 5000);
    auto huge = good;
    for (std::size_t i = 18; i < 34; ++i) huge.at(i) = 0x0F;
    reseal(huge);
    CHECK_THROWS_AS(parse_weights(huge), input_error);
}

TEST_CASE("IDX files") {
    const std::vector<std::uint8_t> images{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4},
        labels{0, 0, 8, 1, 0, 0, 0, 2, 9, 0};
    const image_set set = parse_idx(images, labels);
    CHECK(set.count() == 2);
    CHECK(set.size == shape{1, 1, 2});
    CHECK(set.image(1)[0] == 3);
    for (std::size_t n = 0; n < images.size(); ++n) CHECK_THROWS_AS(parse_idx(std::span(images).first(n), labels), input_error);
    for (std::size_t n = 0; n < labels.size(); ++n) CHECK_THROWS_AS(parse_idx(images, std::span(labels).first(n)), input_error);
    auto bad = labels;
    bad[8] = 10;
    CHECK_THROWS_AS(parse_idx(images, bad), input_error);
    bad = images;
    bad.push_back(0);
    CHECK_THROWS_AS(parse_idx(bad, labels), input_error);
    for (std::size_t i = 4; i < 16; ++i) {
        bad = images;
        bad[i] = 0xFF;
        CHECK_THROWS_AS(parse_idx(bad, labels), input_error);
    }
    std::mt19937 random(6);
    for (int round = 0; round < 20000; ++round) {
        auto a = images, b = labels;
        a[random() % a.size()] = static_cast<std::uint8_t>(random());
        b[random() % b.size()] = static_cast<std::uint8_t>(random());
        try {
            const auto s = parse_idx(a, b);
            CHECK(s.pixels.size() == s.count() * static_cast<std::size_t>(s.size.size()));
        } catch (const input_error&) {
        }
    }
    CHECK_THROWS_WITH_AS(read_idx("/nowhere/a", "/nowhere/b"), "/nowhere/a: no such file; expected a readable regular file", input_error);
}

TEST_CASE("CIFAR-10 files") {
    std::vector<std::uint8_t> bytes(2 * 3073);
    bytes[0] = 9;
    for (std::size_t i = 1; i < 3073; ++i) bytes[i] = static_cast<std::uint8_t>(i);
    bytes[3073 + 3072] = 77;
    const image_set set = parse_cifar10(bytes);
    CHECK(set.count() == 2);
    CHECK(set.size == shape{3, 32, 32});
    CHECK(set.labels == std::vector<std::uint8_t>{9, 0});
    CHECK(set.image(0)[0] == 1);
    CHECK(set.image(1)[3071] == 77);
    CHECK(first_images(set, 1).count() == 1);
    CHECK(first_images(set, 1).pixels.size() == 3072);
    CHECK(first_images(set, 5).count() == 2);
    for (const std::size_t length : {0u, 1u, 3072u, 3074u, 6145u})
        CHECK_THROWS_WITH_AS(parse_cifar10(std::span(bytes).first(length), "file"), doctest::Contains("whole records of 3073"),
                             input_error);
    bytes[3073] = 10;
    CHECK_THROWS_WITH_AS(parse_cifar10(bytes, "file"), "file: label 10 in record 1; expected labels from 0 to 9", input_error);
    CHECK_THROWS_AS(read_cifar10(std::filesystem::path("/nowhere")), input_error);
}

TEST_CASE("weights that do not fit the network are refused by name") {
    auto stored = read_weights(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist.weights");
    CHECK(with_weights<networks::fashion_mnist>(stored).values.size() == 4);
    CHECK_THROWS_AS(with_weights<networks::cifar10>(stored), input_error);
    stored.pop_back();
    CHECK_THROWS_WITH_AS(with_weights<networks::fashion_mnist>(stored), doctest::Contains("no weights for dense2"), input_error);
}

TEST_CASE("the embedded weights are half zero and keep to their clusters") {
    const auto keep = [](const trained_network& n, const std::vector<stored_layer>& stored) {
        REQUIRE(n.values.size() == stored.size());
        for (std::size_t l = 0; l < stored.size(); ++l) {
            CHECK(stored[l].indices.size() * 2 == stored[l].count());
            CHECK(stored[l].codebook.size() <= 64);
            CHECK(n.values[l].activation_maximum > 0);
        }
    };
    const std::string data = SONIC_EXAMPLE_DATA_DIR;
    const auto digits = read_weights(data + "/mnist.weights"), clothes = read_weights(data + "/fashion-mnist.weights"),
               things = read_weights(data + "/cifar10.weights");
    keep(with_weights<networks::mnist>(digits), digits);
    keep(with_weights<networks::fashion_mnist>(clothes), clothes);
    keep(with_weights<networks::cifar10>(things), things);
    for (const stored_layer& layer : things) CHECK(layer.codebook.size() <= 16);
}

namespace {
struct negative {
    static constexpr auto name = "no ReLU between its layers";
    using layers = layer_list<sonic::layers::input<2, 3, 3>, sonic::layers::conv<3>, sonic::layers::flatten, sonic::layers::dense<2>>;
    static constexpr double weight_density = 1;
};
}  // namespace

TEST_CASE("a layer whose input can be negative is refused by name") {
    std::mt19937 random(7);
    const std::vector<stored_layer> stored{random_layer(random, false)};
    CHECK_THROWS_WITH_AS(with_weights<negative>(stored), doctest::Contains("the input of dense1 can be negative"), input_error);
}
