// SPDX-License-Identifier: MIT
#pragma once

/// Training of the network types with libtorch: a dense parent, magnitude masks on a cubic ramp, clusters on the grid of a 6 bit DAC, and
/// batch norms taken anew. What `train` and `sweep` share.

#include <torch/torch.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sonic/cluster/codebook.hpp>
#include <sonic/cluster/magnitude_pruning.hpp>
#include <sonic/network/cifar10.hpp>
#include <sonic/network/idx.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/weights_file.hpp>

namespace training {

/// What differs from network to network.
struct recipe {
    const char *name, *file, *data;
    std::vector<sonic::layer> layers;
    bool cifar, mirror;
    int shift;  ///< a batch moves by at most so many pixels each way
    double dropout;
    int clusters, dense_epochs, sparse_epochs;
    int tune_epochs;     ///< after clustering, with the weights fixed
    const char* caveat;  ///< printed beside every accuracy
};

template <class N>
std::vector<sonic::layer> layers_of() {
    return {sonic::layers_of<N>.begin(), sonic::layers_of<N>.end()};
}

/// CIFAR-10 is at hand here only as a copy that somebody recompressed; `--lossless` is for those who have the original.
inline constexpr const char* recompressed = "images recompressed as JPEG";

inline std::vector<recipe> recipes() {
    using namespace sonic::networks;
    const auto clothes = "/usr/share/datasets/fashion-mnist";
    return {{"fashion-mnist", "fashion-mnist", clothes, layers_of<fashion_mnist>(), false, true, 0, 0.4, 64, 8, 4, 0, ""},
            {"mnist", "mnist", "", layers_of<mnist>(), false, false, 2, 0.4, 64, 4, 2, 0, ""},
            {"cifar10", "cifar10", "", layers_of<cifar10>(), true, true, 4, 0.3, 16, 30, 15, 2, recompressed}};
}

/// The recipe of that name.
inline recipe recipe_of(const std::string& name) {
    std::string names;
    for (const recipe& r : recipes()) {
        if (r.name == name) return r;
        names += (names.empty() ? "" : ", ") + std::string(r.name);
    }
    throw sonic::input_error("--network", "\"" + name + "\"", "one of " + names);
}

/// An accuracy with its caveat.
inline std::string percent(double accuracy, const recipe& r) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", accuracy);
    return *r.caveat == 0 ? text : text + std::string(" (") + r.caveat + ")";
}

/// The layers of a network type as a libtorch module.
struct net : torch::nn::Module {
    std::vector<sonic::layer> layers;
    std::vector<torch::nn::Conv2d> convs;
    std::vector<torch::nn::Linear> dense;
    std::vector<torch::nn::BatchNorm2d> norms;  // on vectors too, as maps of one pixel
    double dropout;

    net(std::vector<sonic::layer> all, double rate) : layers(std::move(all)), dropout(rate) {
        for (const sonic::layer& l : layers) {
            const std::string name(l.name().view());
            require_plain(l);
            if (l.kind == sonic::layer_kind::conv)
                convs.push_back(register_module(
                    name, torch::nn::Conv2d(torch::nn::Conv2dOptions(l.in.channels, l.out.channels, {l.kernel_height, l.kernel_width})
                                                .stride(l.stride)
                                                .padding({l.padding_top, l.padding_left}))));
            if (l.kind == sonic::layer_kind::dense)
                dense.push_back(register_module(name, torch::nn::Linear(l.in.channels, l.out.channels)));
            if (l.kind == sonic::layer_kind::batch_norm) norms.push_back(register_module(name, torch::nn::BatchNorm2d(l.out.channels)));
        }
    }
    std::vector<torch::Tensor> weights() const {
        std::vector<torch::Tensor> result;
        each_mac([&](const auto& module) { result.push_back(module->weight); });
        return result;
    }
    std::vector<torch::Tensor> biases() const {
        std::vector<torch::Tensor> result;
        each_mac([&](const auto& module) { result.push_back(module->bias); });
        return result;
    }
    /// Keeps the largest value that enters each MAC layer.
    torch::Tensor forward(torch::Tensor x, std::vector<float>* maxima = nullptr) {
        std::size_t conv = 0, linear = 0, norm = 0;
        for (const sonic::layer& l : layers) {
            if (maxima && l.is_mac() && conv + linear > 0)
                (*maxima)[conv + linear] = std::max((*maxima)[conv + linear], x.max().item<float>());
            switch (l.kind) {
                case sonic::layer_kind::conv: x = convs[conv++]->forward(x); break;
                case sonic::layer_kind::dense: x = dense[linear++]->forward(torch::dropout(x, dropout, is_training())); break;
                case sonic::layer_kind::batch_norm:
                    x = x.dim() == 2 ? norms[norm]->forward(x.unsqueeze(2).unsqueeze(3)).flatten(1) : norms[norm]->forward(x);
                    ++norm;
                    break;
                case sonic::layer_kind::relu: x = torch::relu(x); break;
                case sonic::layer_kind::max_pool: x = torch::max_pool2d(x, {l.kernel_height, l.kernel_width}, l.stride); break;
                case sonic::layer_kind::average_pool: x = torch::avg_pool2d(x, {l.kernel_height, l.kernel_width}, l.stride); break;
                case sonic::layer_kind::flatten: x = x.flatten(1); break;
                default: throw sonic::input_error("network", std::string(l.name().view()), "layers of network types");
            }
        }
        return x;
    }

  private:
    /// Refuses what the modules here do not express: groups, no bias, more padding after a map than before it.
    static void require_plain(const sonic::layer& l) {
        if (!l.is_mac()) return;
        const auto symmetric = [&](int in, int out, int kernel, int padding) { return (in + 2 * padding - kernel) / l.stride + 1 == out; };
        if (l.groups != 1 || !l.bias || !symmetric(l.in.height, l.out.height, l.kernel_height, l.padding_top) ||
            !symmetric(l.in.width, l.out.width, l.kernel_width, l.padding_left))
            throw sonic::input_error("network", std::string(l.name().view()) + " cannot be trained here",
                                     "one group, a bias, as much padding on each side");
    }
    template <class F>
    void each_mac(F f) const {
        std::size_t conv = 0, linear = 0;
        for (const sonic::layer& l : layers) {
            if (l.kind == sonic::layer_kind::conv) f(convs[conv++]);
            if (l.kind == sonic::layer_kind::dense) f(dense[linear++]);
        }
    }
};

inline std::vector<std::uint8_t> read_plain_or_gz(const std::filesystem::path& directory, const std::string& name) {
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

struct image_sets {
    sonic::image_set train, test;
};

inline image_sets read_sets(const recipe& r, const std::filesystem::path& data) {
    if (r.cifar) {
        std::vector<std::filesystem::path> train;
        for (int i = 1; i <= 5; ++i) train.push_back(data / ("data_batch_" + std::to_string(i) + ".bin"));
        return {sonic::read_cifar10(train), sonic::read_cifar10(data / "test_batch.bin")};
    }
    return {sonic::parse_idx(read_plain_or_gz(data, "train-images-idx3-ubyte"), read_plain_or_gz(data, "train-labels-idx1-ubyte")),
            sonic::parse_idx(read_plain_or_gz(data, "t10k-images-idx3-ubyte"), read_plain_or_gz(data, "t10k-labels-idx1-ubyte"))};
}

/// Images per forward pass outside training: maps of a thousand are memory that the allocator hands back and faults in anew each time.
inline constexpr std::int64_t a_few = 200;

struct tensors {
    torch::Tensor images, labels;
};

inline tensors to_tensors(const sonic::image_set& set) {
    const auto n = static_cast<std::int64_t>(set.count());
    auto images = torch::from_blob(const_cast<std::uint8_t*>(set.pixels.data()), {n, set.size.channels, set.size.height, set.size.width},
                                   torch::kUInt8)
                      .to(torch::kFloat32) /
                  255.0;
    auto labels = torch::from_blob(const_cast<std::uint8_t*>(set.labels.data()), {n}, torch::kUInt8).to(torch::kInt64);
    return {images, labels};
}

inline double accuracy(net& model, const tensors& set) {
    torch::NoGradGuard guard;
    model.eval();
    std::int64_t right = 0;
    for (std::int64_t at = 0; at < set.images.size(0); at += a_few) {
        const auto out = model.forward(set.images.narrow(0, at, std::min(a_few, set.images.size(0) - at)));
        right += out.argmax(1).eq(set.labels.narrow(0, at, out.size(0))).sum().item<std::int64_t>();
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(set.images.size(0));
}

inline std::span<const float> values(const torch::Tensor& t) { return {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())}; }

/// Mirrors single images and moves the batch, as the recipe says.
inline torch::Tensor augmented(torch::Tensor images, const recipe& r) {
    if (r.mirror) {
        const auto mirror = torch::rand({images.size(0), 1, 1, 1}).lt(0.5);
        images = torch::where(mirror, images.flip({3}), images);
    }
    if (r.shift > 0) {
        const auto by = torch::randint(0, 2 * r.shift + 1, {2});
        const std::int64_t height = images.size(2), width = images.size(3);
        images = torch::constant_pad_nd(images, {r.shift, r.shift, r.shift, r.shift})
                     .narrow(2, by[0].item<std::int64_t>(), height)
                     .narrow(3, by[1].item<std::int64_t>(), width);
    }
    return images;
}

/// Trains what asks for a gradient for some epochs; `step` runs after every optimiser step, with its number and the number of steps in all.
template <class Step>
void train(net& model, const recipe& r, const tensors& set, int epochs, double rate, double l2, Step step, const tensors& test,
           const char* phase) {
    constexpr std::int64_t batch = 128;
    std::vector<torch::Tensor> trained;
    for (const auto& parameter : model.parameters())
        if (parameter.requires_grad()) trained.push_back(parameter);
    torch::optim::Adam optimiser(trained, torch::optim::AdamOptions(rate).weight_decay(l2));
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
            const auto images = augmented(set.images.index_select(0, pick), r);
            optimiser.zero_grad();
            torch::nn::functional::cross_entropy(model.forward(images), set.labels.index_select(0, pick)).backward();
            optimiser.step();
            torch::NoGradGuard guard;
            step(at + 1, steps);
        }
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        std::printf("%s epoch %d of %d: %s in %.0f s\n", phase, epoch + 1, epochs, percent(accuracy(model, test), r).c_str(), time.count());
        std::fflush(stdout);
    }
}

inline torch::Tensor mask_tensor(const torch::Tensor& weights, double sparsity) {
    const auto mask = sonic::magnitude_mask(values(weights), sparsity);
    return torch::from_blob(const_cast<std::uint8_t*>(mask.data()), weights.sizes(), torch::kUInt8).to(torch::kFloat32);
}

/// The first images of the test set in the set's own format, to be embedded.
inline void write_images(const recipe& r, const sonic::image_set& set, const std::filesystem::path& directory) {
    constexpr std::size_t count = 1000;
    const auto few = sonic::first_images(set, count);
    if (r.cifar) {
        std::vector<std::uint8_t> records;
        for (std::size_t i = 0; i < few.count(); ++i) {
            records.push_back(few.labels[i]);
            records.insert(records.end(), few.image(i).begin(), few.image(i).end());
        }
        sonic::write_file(directory / (std::string(r.file) + "-1000.bin"), records);
        return;
    }
    std::vector<std::uint8_t> images{0, 0, 8, 3}, labels{0, 0, 8, 1};
    const auto big_endian = [](std::vector<std::uint8_t>& to, std::size_t n) {
        for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(n >> shift));
    };
    for (const std::size_t n : {few.count(), static_cast<std::size_t>(few.size.height), static_cast<std::size_t>(few.size.width)})
        big_endian(images, n);
    big_endian(labels, few.count());
    images.insert(images.end(), few.pixels.begin(), few.pixels.end());
    labels.insert(labels.end(), few.labels.begin(), few.labels.end());
    sonic::write_file(directory / (std::string(r.file) + "-1000-images-idx3-ubyte"), images);
    sonic::write_file(directory / (std::string(r.file) + "-1000-labels-idx1-ubyte"), labels);
}

/// Masks of some MAC layers tighten every 50 steps, or ten times in a short run, along a cubic ramp, which ends after half of the training;
/// the rest recovers.
class pruning {
  public:
    /// `layers`: numbers of the MAC layers to prune.
    pruning(net& model, std::vector<std::size_t> layers, double sparsity)
        : model_(model), layers_(std::move(layers)), sparsity_(sparsity), masks_(layers_.size()) {}
    void operator()(std::int64_t step, std::int64_t steps) {
        auto weights = model_.weights();
        const auto every = std::clamp<std::int64_t>(steps / 10, 1, 50);
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            auto& w = weights[layers_[i]];
            if (step == 1 || (step % every == 0 && step <= steps / 2 + every))
                masks_[i] = mask_tensor(w, sonic::cubic_ramp(sparsity_, step, steps / 2));
            w.mul_(masks_[i]);
        }
    }

  private:
    net& model_;
    std::vector<std::size_t> layers_;
    double sparsity_;
    std::vector<torch::Tensor> masks_;
};

/// Numbers 0, 1, ... of all MAC layers.
inline std::vector<std::size_t> all_mac_layers(const net& model) {
    std::vector<std::size_t> result(model.weights().size());
    std::iota(result.begin(), result.end(), std::size_t{0});
    return result;
}

/// Clusters the model's weights in place and takes them down; biases and batch norms are taken down by `note_the_rest`.
inline std::vector<sonic::stored_layer> cluster(net& model, int clusters, double& squared_error) {
    torch::NoGradGuard guard;
    std::vector<sonic::stored_layer> stored;
    auto weights = model.weights();
    for (const sonic::layer& layer : model.layers) {
        if (!layer.is_mac()) continue;
        auto& w = weights[stored.size()];
        sonic::stored_layer s;
        s.name = layer.name().view();
        s.outputs = static_cast<int>(w.size(0));
        s.inputs = static_cast<int>(w.size(1));
        s.kernel_height = layer.kernel_height;
        s.kernel_width = layer.kernel_width;
        std::vector<float> kept;
        for (const float v : values(w)) {
            s.mask.push_back(v != 0);
            if (v != 0) kept.push_back(v);
        }
        const auto book = sonic::cluster_on_grid(kept, clusters);
        squared_error += book.squared_error;
        s.codebook = book.codes;
        s.weight_scale = book.scale;
        for (const float v : kept) s.indices.push_back(static_cast<std::uint8_t>(sonic::nearest_code(book, v)));
        const auto codes = s.codes();
        for (std::size_t k = 0; k < codes.size(); ++k) w.data_ptr<float>()[k] = static_cast<float>(codes[k]) * s.weight_scale;
        stored.push_back(std::move(s));
    }
    return stored;
}

/// Clustering moves the means and variances behind it: takes them anew from images, everything else fixed.
inline void reestimate_batch_norms(net& model, const tensors& set) {
    torch::NoGradGuard guard;
    model.eval();
    for (auto& norm : model.norms) {
        norm->reset_running_stats();
        norm->options.momentum(c10::nullopt);  // the mean over all batches
        norm->train();
    }
    constexpr std::int64_t batch = 1000;  // large: each counts as much
    for (std::int64_t at = 0; at < set.images.size(0); at += batch)
        model.forward(set.images.narrow(0, at, std::min(batch, set.images.size(0) - at)));
    for (auto& norm : model.norms) {
        norm->options.momentum(0.1);
        norm->eval();
    }
}

/// Trains biases and batch norms, the clustered weights fixed.
inline void tune(net& model, const recipe& r, const tensors& set, const tensors& test) {
    for (auto& w : model.weights()) w.set_requires_grad(false);
    train(
        model, r, set, r.tune_epochs, 5e-4, 0, [](std::int64_t, std::int64_t) {}, test, "tuned");
    for (auto& w : model.weights()) w.set_requires_grad(true);
}

/// Takes down biases, batch norms, and the largest value that enters each layer over the images.
inline void note_the_rest(net& model, const tensors& set, std::vector<sonic::stored_layer>& stored) {
    torch::NoGradGuard guard;
    model.eval();
    const auto take = [](const torch::Tensor& t) { return std::vector<float>(values(t).begin(), values(t).end()); };
    const auto biases = model.biases();
    std::size_t mac = 0, norm = 0;
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        if (!model.layers[i].is_mac()) continue;
        sonic::stored_layer& s = stored[mac];
        s.bias = take(biases[mac++]);
        s.batch_norm = i + 1 < model.layers.size() && model.layers[i + 1].kind == sonic::layer_kind::batch_norm;
        if (!s.batch_norm) continue;
        const auto& n = model.norms[norm++];
        s.gamma = take(n->weight), s.beta = take(n->bias), s.mean = take(n->running_mean), s.variance = take(n->running_var);
    }
    std::vector<float> maxima(stored.size());
    maxima[0] = 1;
    for (std::int64_t at = 0; at < set.images.size(0); at += a_few)
        model.forward(set.images.narrow(0, at, std::min(a_few, set.images.size(0) - at)), &maxima);
    for (std::size_t l = 0; l < stored.size(); ++l) stored[l].activation_maximum = maxima[l] > 0 ? maxima[l] : 1;
}

/// The reverse of the two: a model with the values of a weight file.
inline void restore(net& model, const std::vector<sonic::stored_layer>& stored, const std::string& where) {
    torch::NoGradGuard guard;
    auto weights = model.weights();
    const auto biases = model.biases();
    if (stored.size() != weights.size())
        throw sonic::input_error(where, std::to_string(stored.size()) + " layers", std::to_string(weights.size()));
    const auto put = [&](const torch::Tensor& to, const std::vector<float>& from, const std::string& name) {
        if (static_cast<std::int64_t>(from.size()) != to.numel())
            throw sonic::input_error(where, name + " of " + std::to_string(from.size()) + " values", std::to_string(to.numel()));
        std::copy(from.begin(), from.end(), to.data_ptr<float>());
    };
    std::size_t norm = 0;
    for (std::size_t l = 0; l < stored.size(); ++l) {
        const sonic::stored_layer& s = stored[l];
        std::vector<float> all;
        for (const std::int8_t code : s.codes()) all.push_back(static_cast<float>(code) * s.weight_scale);
        put(weights[l], all, s.name);
        put(biases[l], s.bias, s.name + "'s bias");
        if (!s.batch_norm) continue;
        if (norm == model.norms.size()) throw sonic::input_error(where, s.name + " has a batch norm", "none");
        const auto& n = model.norms[norm++];
        put(n->weight, s.gamma, s.name + "'s gamma"), put(n->bias, s.beta, s.name + "'s beta");
        put(n->running_mean, s.mean, s.name + "'s mean"), put(n->running_var, s.variance, s.name + "'s variance");
    }
    if (norm != model.norms.size())
        throw sonic::input_error(where, std::to_string(norm) + " batch norms", std::to_string(model.norms.size()));
}

inline void save(const net& model, const std::filesystem::path& path) {
    torch::serialize::OutputArchive archive;
    try {
        model.save(archive);
        archive.save_to(path.string());
    } catch (const c10::Error&) {
        throw sonic::input_error(path.string(), "it cannot be written", "a writable place");
    }
}
inline void load(net& model, const std::filesystem::path& path) {
    torch::serialize::InputArchive archive;
    try {
        archive.load_from(path.string());
        model.load(archive);
    } catch (const c10::Error&) {
        throw sonic::input_error(path.string(), "it cannot be loaded", "a network of this kind, saved by train --parent");
    }
}

/// Copies parameters and running statistics.
inline void copy(const net& from, net& to) {
    torch::NoGradGuard guard;
    const auto each = [](const auto& values, const auto& places) {
        for (std::size_t i = 0; i < values.size(); ++i) torch::Tensor(places[i]).copy_(values[i]);
    };
    each(from.parameters(), to.parameters());
    each(from.buffers(), to.buffers());
}

}  // namespace training
