// SPDX-License-Identifier: MIT
//
// Trains the Fashion-MNIST network the way the SONIC paper describes: a dense parent, layer-wise sparsity-aware training
// (magnitude masks on a cubic ramp, L2), then density-based clustering onto the grid of a 6 bit DAC. Writes a weight file.

#include <torch/torch.h>
#include <zlib.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <sonic/cluster/codebook.hpp>
#include <sonic/cluster/magnitude_pruning.hpp>
#include <sonic/network/idx.hpp>
#include <sonic/network/weights_file.hpp>

namespace {

struct net : torch::nn::Module {
    torch::nn::Conv2d conv1{torch::nn::Conv2dOptions(1, 32, 5).padding(2)}, conv2{torch::nn::Conv2dOptions(32, 64, 5).padding(2)};
    torch::nn::Linear dense1{3136, 448}, dense2{448, 10};
    double dropout = 0.4;
    net() {
        register_module("conv1", conv1);
        register_module("conv2", conv2);
        register_module("dense1", dense1);
        register_module("dense2", dense2);
    }
    std::vector<torch::Tensor> weights() { return {conv1->weight, conv2->weight, dense1->weight, dense2->weight}; }
    std::vector<torch::Tensor> biases() { return {conv1->bias, conv2->bias, dense1->bias, dense2->bias}; }
    /// Keeps the largest value that enters each layer.
    torch::Tensor forward(torch::Tensor x, std::vector<float>* maxima = nullptr) {
        const auto note = [&](std::size_t layer, const torch::Tensor& t) {
            if (maxima) (*maxima)[layer] = std::max((*maxima)[layer], t.max().item<float>());
        };
        x = torch::max_pool2d(torch::relu(conv1->forward(x)), 2);
        note(1, x);
        x = torch::max_pool2d(torch::relu(conv2->forward(x)), 2).flatten(1);
        note(2, x);
        x = torch::dropout(x, dropout, is_training());
        x = torch::relu(dense1->forward(x));
        note(3, x);
        return dense2->forward(torch::dropout(x, dropout, is_training()));
    }
};

std::vector<std::uint8_t> read_plain_or_gz(const std::filesystem::path& directory, const std::string& name) {
    if (std::filesystem::exists(directory / name)) return sonic::read_file(directory / name);
    const auto path = (directory / (name + ".gz")).string();
    gzFile file = gzopen(path.c_str(), "rb");
    if (!file) throw sonic::input_error((directory / name).string(), "no such file, nor with .gz", "an IDX file");
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint8_t> buffer(1 << 20);
    int got = 0;
    while ((got = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()))) > 0)
        bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + got);
    gzclose(file);
    if (got < 0) throw sonic::input_error(path, "it is damaged", "a gzip file");
    return bytes;
}

struct tensors {
    torch::Tensor images, labels;
};

tensors to_tensors(const sonic::image_set& set) {
    const auto n = static_cast<std::int64_t>(set.count());
    auto images = torch::from_blob(const_cast<std::uint8_t*>(set.pixels.data()), {n, 1, set.size.height, set.size.width}, torch::kUInt8)
                      .to(torch::kFloat32) /
                  255.0;
    auto labels = torch::from_blob(const_cast<std::uint8_t*>(set.labels.data()), {n}, torch::kUInt8).to(torch::kInt64);
    return {images, labels};
}

double accuracy(net& model, const tensors& set) {
    torch::NoGradGuard guard;
    model.eval();
    std::int64_t right = 0;
    for (std::int64_t at = 0; at < set.images.size(0); at += 1000) {
        const auto out = model.forward(set.images.narrow(0, at, std::min<std::int64_t>(1000, set.images.size(0) - at)));
        right += out.argmax(1).eq(set.labels.narrow(0, at, out.size(0))).sum().item<std::int64_t>();
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(set.images.size(0));
}

std::span<const float> values(const torch::Tensor& t) { return {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())}; }

/// Trains some epochs; `step` runs after every optimiser step, with its number and the number of steps in all.
template <class Step>
void train(net& model, const tensors& set, int epochs, double rate, double l2, Step step, const tensors& test, const char* phase) {
    constexpr std::int64_t batch = 128;
    torch::optim::Adam optimiser(model.parameters(), torch::optim::AdamOptions(rate).weight_decay(l2));
    const std::int64_t per_epoch = set.images.size(0) / batch, steps = per_epoch * epochs;
    std::int64_t at = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        const auto start = std::chrono::steady_clock::now();
        model.train();
        const auto order = torch::randperm(set.images.size(0));
        for (std::int64_t b = 0; b < per_epoch; ++b, ++at) {
            const double now = rate * 0.5 * (1 + std::cos(M_PI * static_cast<double>(at) / static_cast<double>(steps))) + rate * 0.01;
            static_cast<torch::optim::AdamOptions&>(optimiser.param_groups()[0].options()).lr(now);
            const auto pick = order.narrow(0, b * batch, batch);
            auto images = set.images.index_select(0, pick);
            const auto mirror = torch::rand({batch, 1, 1, 1}).lt(0.5);
            images = torch::where(mirror, images.flip({3}), images);
            optimiser.zero_grad();
            torch::nn::functional::cross_entropy(model.forward(images), set.labels.index_select(0, pick)).backward();
            optimiser.step();
            torch::NoGradGuard guard;
            step(at + 1, steps);
        }
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        std::printf("%s epoch %d: %.2f %% in %.0f s\n", phase, epoch + 1, accuracy(model, test), time.count());
        std::fflush(stdout);
    }
}

void apply(torch::Tensor& weights, const torch::Tensor& mask) { weights.mul_(mask); }

torch::Tensor mask_tensor(const torch::Tensor& weights, double sparsity) {
    const auto mask = sonic::magnitude_mask(values(weights), sparsity);
    return torch::from_blob(const_cast<std::uint8_t*>(mask.data()), weights.sizes(), torch::kUInt8).to(torch::kFloat32);
}

int run(int argc, char** argv) {
    std::filesystem::path data = "/usr/share/datasets/fashion-mnist", out = "fashion-mnist.weights", images_out;
    int dense_epochs = 8, sparse_epochs = 4, clusters = 64;
    double sparsity = 0.5;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--help") {
            std::puts(
                "usage: train_fashion_mnist [--data DIR] [--out FILE] [--images-out DIR] [--dense-epochs N] [--sparse-epochs N]\n"
                "Trains, prunes to 50 % and clusters to 64 codes; writes the weight file and, if asked, the first 1,000 test images.");
            return 0;
        }
        if (i + 1 >= argc) throw sonic::input_error(option, "an option without a value, or unknown", "see --help");
        const std::string value = argv[++i];
        if (option == "--data")
            data = value;
        else if (option == "--out")
            out = value;
        else if (option == "--images-out")
            images_out = value;
        else if (option == "--dense-epochs" || option == "--sparse-epochs") {
            char* end = nullptr;
            const long n = std::strtol(value.c_str(), &end, 10);
            if (*end != 0 || n < 1 || n > 1000) throw sonic::input_error(option, "\"" + value + "\"", "1 to 1000");
            (option == "--dense-epochs" ? dense_epochs : sparse_epochs) = static_cast<int>(n);
        } else
            throw sonic::input_error(option, "unknown option", "see --help");
    }
    torch::manual_seed(1);
    const auto train_set =
        sonic::parse_idx(read_plain_or_gz(data, "train-images-idx3-ubyte"), read_plain_or_gz(data, "train-labels-idx1-ubyte"));
    const auto test_set =
        sonic::parse_idx(read_plain_or_gz(data, "t10k-images-idx3-ubyte"), read_plain_or_gz(data, "t10k-labels-idx1-ubyte"));
    const auto train_tensors = to_tensors(train_set), test_tensors = to_tensors(test_set);

    net model;
    train(
        model, train_tensors, dense_epochs, 1e-3, 0, [](std::int64_t, std::int64_t) {}, test_tensors, "dense");
    const double dense = accuracy(model, test_tensors);

    // Masks tighten every 50 steps along the ramp, which ends after half of the training; the rest recovers.
    std::vector<torch::Tensor> masks(4);
    const auto prune = [&](std::int64_t step, std::int64_t steps) {
        auto weights = model.weights();
        for (std::size_t l = 0; l < 4; ++l) {
            if (step == 1 || (step % 50 == 0 && step <= steps / 2 + 50))
                masks[l] = mask_tensor(weights[l], sonic::cubic_ramp(sparsity, step, steps / 2));
            apply(weights[l], masks[l]);
        }
    };
    train(model, train_tensors, sparse_epochs, 5e-4, 1e-5, prune, test_tensors, "sparse");
    const double sparse = accuracy(model, test_tensors);

    std::vector<sonic::stored_layer> stored;
    const char* names[] = {"conv1", "conv2", "dense1", "dense2"};
    double squared_error = 0;
    {
        torch::NoGradGuard guard;
        auto weights = model.weights();
        const auto biases = model.biases();
        for (std::size_t l = 0; l < 4; ++l) {
            auto& w = weights[l];
            const auto all = values(w);
            sonic::stored_layer s;
            s.name = names[l];
            s.outputs = static_cast<int>(w.size(0));
            s.inputs = static_cast<int>(w.size(1));
            s.kernel_height = w.dim() == 4 ? static_cast<int>(w.size(2)) : 1;
            s.kernel_width = w.dim() == 4 ? static_cast<int>(w.size(3)) : 1;
            std::vector<float> kept;
            for (const float v : all) {
                s.mask.push_back(v != 0);
                if (v != 0) kept.push_back(v);
            }
            const auto book = sonic::cluster_on_grid(kept, clusters);
            squared_error += book.squared_error;
            s.codebook = book.codes;
            s.weight_scale = book.scale;
            for (const float v : kept) s.indices.push_back(static_cast<std::uint8_t>(sonic::nearest_code(book, v)));
            s.bias.assign(values(biases[l]).begin(), values(biases[l]).end());
            const auto codes = s.codes();
            for (std::size_t i = 0; i < codes.size(); ++i) w.data_ptr<float>()[i] = static_cast<float>(codes[i]) * s.weight_scale;
            stored.push_back(std::move(s));
        }
        model.eval();
        std::vector<float> maxima{1, 0, 0, 0};
        for (std::int64_t at = 0; at < train_tensors.images.size(0); at += 1000)
            model.forward(train_tensors.images.narrow(0, at, 1000), &maxima);
        for (std::size_t l = 0; l < 4; ++l) stored[l].activation_maximum = maxima[l];
    }
    const double clustered = accuracy(model, test_tensors);
    sonic::write_weights(out, stored);
    if (!images_out.empty()) {
        std::vector<std::uint8_t> images{0, 0, 8, 3, 0, 0, 3, 232, 0, 0, 0, 28, 0, 0, 0, 28}, labels{0, 0, 8, 1, 0, 0, 3, 232};
        images.insert(images.end(), test_set.pixels.begin(), test_set.pixels.begin() + 1000 * 784);
        labels.insert(labels.end(), test_set.labels.begin(), test_set.labels.begin() + 1000);
        sonic::write_file(images_out / "fashion-mnist-1000-images-idx3-ubyte", images);
        sonic::write_file(images_out / "fashion-mnist-1000-labels-idx1-ubyte", labels);
    }
    for (const auto& s : stored)
        std::printf("%s: %zu of %zu weights kept, %zu codes, scale %g, activations to %g\n", s.name.c_str(), s.indices.size(), s.count(),
                    s.codebook.size(), double(s.weight_scale), double(s.activation_maximum));
    std::printf("squared error of clustering %g\naccuracy on %zu test images: dense %.2f %%, sparse %.2f %%, clustered %.2f %%\n",
                squared_error, test_set.count(), dense, sparse, clustered);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const sonic::input_error& error) {
        std::cerr << "train_fashion_mnist: " << error.what() << '\n';
        return 2;
    }
}
