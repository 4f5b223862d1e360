// SPDX-License-Identifier: MIT
//
// Trains a network the way the SONIC paper describes: a dense parent, layer-wise sparsity-aware training (magnitude masks on a cubic ramp,
// L2), then density-based clustering onto the grid of a 6 bit DAC. Writes a weight file.

#include <torch/torch.h>
#include <zlib.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <sonic/cluster/codebook.hpp>
#include <sonic/cluster/magnitude_pruning.hpp>
#include <sonic/network/cifar10.hpp>
#include <sonic/network/idx.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/weights_file.hpp>

namespace {

/// What differs from network to network.
struct recipe {
    const char *name, *file, *data;
    std::vector<sonic::layer> layers;
    bool cifar, mirror;
    int shift;  ///< a batch moves by at most so many pixels each way
    double dropout;
    int clusters, dense_epochs, sparse_epochs;
};

template <class N>
std::vector<sonic::layer> layers_of() {
    return {sonic::layers_of<N>.begin(), sonic::layers_of<N>.end()};
}

std::vector<recipe> recipes() {
    using namespace sonic::networks;
    return {
        {"fashion-mnist", "fashion-mnist", "/usr/share/datasets/fashion-mnist", layers_of<fashion_mnist>(), false, true, 0, 0.4, 64, 8, 4},
        {"mnist", "mnist", "", layers_of<mnist>(), false, false, 2, 0.4, 64, 4, 2},
        {"cifar10", "cifar10", "", layers_of<cifar10>(), true, true, 4, 0.3, 16, 30, 15}};
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
    template <class F>
    void each_mac(F f) const {
        std::size_t conv = 0, linear = 0;
        for (const sonic::layer& l : layers) {
            if (l.kind == sonic::layer_kind::conv) f(convs[conv++]);
            if (l.kind == sonic::layer_kind::dense) f(dense[linear++]);
        }
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

struct image_sets {
    sonic::image_set train, test;
};

image_sets read_sets(const recipe& r, const std::filesystem::path& data) {
    if (r.cifar) {
        std::vector<std::filesystem::path> train;
        for (int i = 1; i <= 5; ++i) train.push_back(data / ("data_batch_" + std::to_string(i) + ".bin"));
        return {sonic::read_cifar10(train), sonic::read_cifar10(data / "test_batch.bin")};
    }
    return {sonic::parse_idx(read_plain_or_gz(data, "train-images-idx3-ubyte"), read_plain_or_gz(data, "train-labels-idx1-ubyte")),
            sonic::parse_idx(read_plain_or_gz(data, "t10k-images-idx3-ubyte"), read_plain_or_gz(data, "t10k-labels-idx1-ubyte"))};
}

struct tensors {
    torch::Tensor images, labels;
};

tensors to_tensors(const sonic::image_set& set) {
    const auto n = static_cast<std::int64_t>(set.count());
    auto images = torch::from_blob(const_cast<std::uint8_t*>(set.pixels.data()), {n, set.size.channels, set.size.height, set.size.width},
                                   torch::kUInt8)
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

/// Mirrors single images and moves the batch, as the recipe says.
torch::Tensor augmented(torch::Tensor images, const recipe& r) {
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

/// Trains some epochs; `step` runs after every optimiser step, with its number and the number of steps in all.
template <class Step>
void train(net& model, const recipe& r, const tensors& set, int epochs, double rate, double l2, Step step, const tensors& test,
           const char* phase) {
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
            const auto images = augmented(set.images.index_select(0, pick), r);
            optimiser.zero_grad();
            torch::nn::functional::cross_entropy(model.forward(images), set.labels.index_select(0, pick)).backward();
            optimiser.step();
            torch::NoGradGuard guard;
            step(at + 1, steps);
        }
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        std::printf("%s epoch %d of %d: %.2f %% in %.0f s\n", phase, epoch + 1, epochs, accuracy(model, test), time.count());
        std::fflush(stdout);
    }
}

torch::Tensor mask_tensor(const torch::Tensor& weights, double sparsity) {
    const auto mask = sonic::magnitude_mask(values(weights), sparsity);
    return torch::from_blob(const_cast<std::uint8_t*>(mask.data()), weights.sizes(), torch::kUInt8).to(torch::kFloat32);
}

/// The first images of the test set in the set's own format, to be embedded.
void write_images(const recipe& r, const sonic::image_set& set, const std::filesystem::path& directory) {
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
    std::vector<std::uint8_t> images{0, 0, 8, 3, 0, 0, 3, 232, 0, 0, 0, 28, 0, 0, 0, 28}, labels{0, 0, 8, 1, 0, 0, 3, 232};
    images.insert(images.end(), few.pixels.begin(), few.pixels.end());
    labels.insert(labels.end(), few.labels.begin(), few.labels.end());
    sonic::write_file(directory / (std::string(r.file) + "-1000-images-idx3-ubyte"), images);
    sonic::write_file(directory / (std::string(r.file) + "-1000-labels-idx1-ubyte"), labels);
}

/// Clusters the model's weights in place and takes down what a weight file holds.
std::vector<sonic::stored_layer> cluster(net& model, int clusters, double& squared_error) {
    torch::NoGradGuard guard;
    std::vector<sonic::stored_layer> stored;
    auto weights = model.weights();
    const auto biases = model.biases();
    std::size_t norm = 0;
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        const sonic::layer& layer = model.layers[i];
        if (!layer.is_mac()) continue;
        const std::size_t l = stored.size();
        auto& w = weights[l];
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
        s.bias.assign(values(biases[l]).begin(), values(biases[l]).end());
        s.batch_norm = i + 1 < model.layers.size() && model.layers[i + 1].kind == sonic::layer_kind::batch_norm;
        if (s.batch_norm) {
            const auto& n = model.norms[norm++];
            const auto take = [](const torch::Tensor& t) { return std::vector<float>(values(t).begin(), values(t).end()); };
            s.gamma = take(n->weight), s.beta = take(n->bias), s.mean = take(n->running_mean), s.variance = take(n->running_var);
        }
        const auto codes = s.codes();
        for (std::size_t k = 0; k < codes.size(); ++k) w.data_ptr<float>()[k] = static_cast<float>(codes[k]) * s.weight_scale;
        stored.push_back(std::move(s));
    }
    return stored;
}

int run(int argc, char** argv) {
    std::filesystem::path data, out, images_out, parent;
    std::string network = "fashion-mnist";
    int dense_epochs = 0, sparse_epochs = 0, clusters = 0, sparsity_percent = 50, train_images = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--help") {
            std::puts(
                "usage: train [--network NAME] [--data DIR] [--out FILE] [--images-out DIR] [--dense-epochs N] [--sparse-epochs N]\n"
                "             [--parent FILE] [--clusters N] [--sparsity PERCENT] [--train-images N]\n"
                "Networks: fashion-mnist (default), mnist, cifar10. DIR holds IDX files, plain or .gz, or CIFAR-10's binary files.\n"
                "Trains, prunes and clusters; writes the weight file and, if asked, the first 1,000 test images.\n"
                "--parent keeps the dense network in a file, or starts from it if the file is there.");
            return 0;
        }
        if (i + 1 >= argc) throw sonic::input_error(option, "an option without a value, or unknown", "see --help");
        const std::string value = argv[++i];
        const auto number = [&](int& to, long most) {
            char* end = nullptr;
            const long n = std::strtol(value.c_str(), &end, 10);
            if (*end != 0 || n < 1 || n > most) throw sonic::input_error(option, "\"" + value + "\"", "1 to " + std::to_string(most));
            to = static_cast<int>(n);
        };
        if (option == "--network")
            network = value;
        else if (option == "--data")
            data = value;
        else if (option == "--out")
            out = value;
        else if (option == "--images-out")
            images_out = value;
        else if (option == "--parent")
            parent = value;
        else if (option == "--dense-epochs")
            number(dense_epochs, 1000);
        else if (option == "--sparse-epochs")
            number(sparse_epochs, 1000);
        else if (option == "--clusters")
            number(clusters, 64);
        else if (option == "--sparsity")
            number(sparsity_percent, 99);
        else if (option == "--train-images")
            number(train_images, 1000000);
        else
            throw sonic::input_error(option, "unknown option", "see --help");
    }
    const auto all = recipes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const recipe& r) { return r.name == network; });
    if (found == all.end()) throw sonic::input_error("--network", "\"" + network + "\"", "fashion-mnist, mnist or cifar10");
    recipe r = *found;
    if (data.empty()) data = r.data;
    if (data.empty()) throw sonic::input_error("--data", "no directory", "where the images of " + network + " are");
    if (out.empty()) out = std::string(r.file) + ".weights";
    if (dense_epochs > 0) r.dense_epochs = dense_epochs;
    if (sparse_epochs > 0) r.sparse_epochs = sparse_epochs;
    if (clusters > 0) r.clusters = clusters;
    const double sparsity = sparsity_percent / 100.0;

    torch::manual_seed(1);
    auto sets = read_sets(r, data);
    if (train_images > 0) sets.train = sonic::first_images(sets.train, static_cast<std::size_t>(train_images));
    const auto train_tensors = to_tensors(sets.train), test_tensors = to_tensors(sets.test);

    net model(r.layers, r.dropout);
    if (!parent.empty() && std::filesystem::exists(parent)) {
        torch::serialize::InputArchive archive;
        archive.load_from(parent.string());
        model.load(archive);
    } else {
        train(
            model, r, train_tensors, r.dense_epochs, 1e-3, 0, [](std::int64_t, std::int64_t) {}, test_tensors, "dense");
        if (!parent.empty()) {
            torch::serialize::OutputArchive archive;
            model.save(archive);
            archive.save_to(parent.string());
        }
    }
    const double dense = accuracy(model, test_tensors);

    // Masks tighten every 50 steps along the ramp, which ends after half of the training; the rest recovers.
    std::vector<torch::Tensor> masks(model.weights().size());
    const auto prune = [&](std::int64_t step, std::int64_t steps) {
        auto weights = model.weights();
        for (std::size_t l = 0; l < weights.size(); ++l) {
            const bool short_run = steps < 100 && step == steps;  // too short for the ramp's steps
            if (step == 1 || (step % 50 == 0 && step <= steps / 2 + 50) || short_run)
                masks[l] = mask_tensor(weights[l], sonic::cubic_ramp(sparsity, step, steps / 2));
            weights[l].mul_(masks[l]);
        }
    };
    train(model, r, train_tensors, r.sparse_epochs, 5e-4, 1e-5, prune, test_tensors, "sparse");
    const double sparse = accuracy(model, test_tensors);

    double squared_error = 0;
    auto stored = cluster(model, r.clusters, squared_error);
    {
        torch::NoGradGuard guard;
        model.eval();
        std::vector<float> maxima(stored.size());
        maxima[0] = 1;
        for (std::int64_t at = 0; at < train_tensors.images.size(0); at += 1000)
            model.forward(train_tensors.images.narrow(0, at, std::min<std::int64_t>(1000, train_tensors.images.size(0) - at)), &maxima);
        for (std::size_t l = 0; l < stored.size(); ++l) stored[l].activation_maximum = maxima[l];
    }
    const double clustered = accuracy(model, test_tensors);
    sonic::write_weights(out, stored);
    if (!images_out.empty()) write_images(r, sets.test, images_out);
    for (const auto& s : stored)
        std::printf("%s: %zu of %zu weights kept, %zu codes, scale %g, activations to %g\n", s.name.c_str(), s.indices.size(), s.count(),
                    s.codebook.size(), double(s.weight_scale), double(s.activation_maximum));
    std::printf("squared error of clustering %g\naccuracy on %zu test images: dense %.2f %%, sparse %.2f %%, clustered %.2f %%\n",
                squared_error, sets.test.count(), dense, sparse, clustered);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const sonic::input_error& error) {
        std::cerr << "train: " << error.what() << '\n';
        return 2;
    }
}
