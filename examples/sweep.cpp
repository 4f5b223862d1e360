// SPDX-License-Identifier: MIT
//
// Layers pruned x sparsity x clusters from one dense parent, as in the SONIC paper's Figure 6: each pair of the first two is trained for a
// short while, then clustered with each number of clusters. Writes CSV, line by line; examples/sweep.gp plots it.

#include <fstream>

#include "command_line.hpp"
#include "training.hpp"

namespace {

using namespace training;

constexpr auto usage =
    "usage: sweep --parent FILE --out FILE.csv [--network NAME] [--data DIR] [--layers N,...] [--sparsity PERCENT,...] [--clusters N,...]\n"
    "             [--epochs N] [--train-images N] [--test-images N] [--lossless]\n"
    "Networks: cifar10 (default), mnist, fashion-mnist; the parent comes from train --parent. Of L layers pruned, they are the L largest.\n"
    "Each run sees the first N training images for the given epochs; accuracy is that on the first N test images.\n"
    "--lossless: the CIFAR-10 images are the original ones, so no figure needs the remark that they are not.";

/// The `count` MAC layers with the most weights.
std::vector<std::size_t> largest_layers(const net& model, std::size_t count) {
    const auto weights = model.weights();
    auto order = all_mac_layers(model);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weights[a].numel() > weights[b].numel(); });
    order.resize(std::min(count, order.size()));
    return order;
}

double share_kept(const net& model) {
    std::int64_t kept = 0, all = 0;
    for (const auto& w : model.weights()) kept += w.count_nonzero().item<std::int64_t>(), all += w.numel();
    return static_cast<double>(kept) / static_cast<double>(all);
}

void run(int argc, char** argv) {
    std::filesystem::path data, out, parent;
    std::string network = "cifar10";
    std::vector<int> layers{2, 4, 6, 8}, sparsities{30, 50, 70, 90}, clusters{4, 8, 16, 32, 64};
    int epochs = 1, train_images = 10000, test_images = 10000;
    bool lossless = false;
    examples::command_line line(usage);
    line.option("--network", network).option("--data", data).option("--out", out).option("--parent", parent);
    line.option("--layers", layers, 1, 1000).option("--sparsity", sparsities, 1, 99).option("--clusters", clusters, 1, 64);
    line.option("--epochs", epochs, 1, 1000).option("--train-images", train_images, 128, 1000000);
    line.option("--test-images", test_images, 1, 1000000).flag("--lossless", lossless);
    if (!line.parse(argc, argv)) return;
    recipe r = recipe_of(network);
    if (lossless) r.caveat = "";
    if (data.empty()) data = r.data;
    if (data.empty()) throw sonic::input_error("--data", "no directory", "where the images of " + network + " are");
    if (parent.empty() || !std::filesystem::exists(parent))
        throw sonic::input_error("--parent", parent.empty() ? "no file" : parent.string() + " is not there", "what train --parent wrote");
    if (out.empty()) throw sonic::input_error("--out", "no file", "where the results go");
    examples::require_directory_of(out);

    auto sets = read_sets(r, data);
    const auto set = to_tensors(sonic::first_images(sets.train, static_cast<std::size_t>(train_images)));
    const tensors few{set.images.slice(0, 0, 2000), set.labels.slice(0, 0, 2000)};  // enough for batch norms
    const auto test = to_tensors(sonic::first_images(sets.test, static_cast<std::size_t>(test_images)));
    net dense(r.layers, r.dropout);
    load(dense, parent);
    const auto mac_layers = static_cast<int>(dense.weights().size());
    for (const int l : layers)
        if (l > mac_layers) throw sonic::input_error("--layers", std::to_string(l), "1 to " + std::to_string(mac_layers));

    std::ofstream csv(out);
    const auto row = [&](int pruned, int sparsity, int codes, double kept, double percent_right) {
        csv << pruned << ',' << sparsity << ',' << codes << ',' << kept << ',' << percent_right << ',' << test.images.size(0) << ','
            << (*r.caveat ? r.caveat : "as published") << std::endl;
        if (!csv) throw sonic::input_error(out.string(), "it cannot be written", "a file in a directory that exists");
    };
    csv << "layers_pruned,sparsity_percent,clusters,weights_kept,accuracy_percent,test_images,images\n";
    row(0, 0, 0, share_kept(dense), accuracy(dense, test));
    for (const int pruned : layers)
        for (const int sparsity : sparsities) {
            torch::manual_seed(1);
            net sparse(r.layers, r.dropout);
            load(sparse, parent);
            const auto chosen = largest_layers(sparse, static_cast<std::size_t>(pruned));
            train(sparse, r, set, epochs, 5e-4, 1e-5, pruning(sparse, chosen, sparsity / 100.0), test,
                  (std::to_string(pruned) + " layers, " + std::to_string(sparsity) + " %:").c_str());
            row(pruned, sparsity, 0, share_kept(sparse), accuracy(sparse, test));
            for (const int codes : clusters) {
                net clustered(r.layers, r.dropout);
                copy(sparse, clustered);
                double squared_error = 0;
                cluster(clustered, codes, squared_error);
                reestimate_batch_norms(clustered, few);
                row(pruned, sparsity, codes, share_kept(clustered), accuracy(clustered, test));
            }
        }
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run("sweep", [&] { run(argc, argv); });
}
