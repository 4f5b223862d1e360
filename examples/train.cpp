// SPDX-License-Identifier: MIT
//
// Trains a network the way the SONIC paper describes: a dense parent, layer-wise sparsity-aware training (magnitude masks on a cubic ramp,
// L2), then density-based clustering onto the grid of a 6 bit DAC. Writes a weight file.

#include "command_line.hpp"
#include "training.hpp"

namespace {

using namespace training;

constexpr auto usage =
    "usage: train [--network NAME] [--data DIR] [--out FILE] [--images-out DIR] [--dense-epochs N] [--sparse-epochs N]\n"
    "             [--tune-epochs N] [--parent FILE] [--from FILE] [--clusters N] [--sparsity PERCENT] [--train-images N]\n"
    "             [--lossless]\n"
    "Networks: fashion-mnist (default), mnist, cifar10. DIR holds IDX files, plain or .gz, or CIFAR-10's binary files.\n"
    "Trains, prunes, clusters, takes batch norms anew and tunes them; writes the weight file and, if asked, the first 1,000 test images.\n"
    "--parent keeps the dense network in a file, or starts from it if the file is there. --from starts from a weight file, clustered\n"
    "already. --lossless: the CIFAR-10 images are the original ones, so no figure needs the remark that they are not.";

void run(int argc, char** argv) {
    std::filesystem::path data, out, images_out, parent, from;
    std::string network = "fashion-mnist";
    int dense_epochs = 0, sparse_epochs = 0, tune_epochs = -1, clusters = 0, sparsity_percent = 50, train_images = 0;
    bool lossless = false;
    examples::command_line line(usage);
    line.option("--network", network).option("--data", data).option("--out", out).option("--images-out", images_out);
    line.option("--parent", parent).option("--from", from).option("--dense-epochs", dense_epochs, 1, 1000);
    line.option("--sparse-epochs", sparse_epochs, 1, 1000).option("--tune-epochs", tune_epochs, 0, 1000);
    line.option("--clusters", clusters, 1, 64).option("--sparsity", sparsity_percent, 1, 99);
    line.option("--train-images", train_images, 128, 1000000).flag("--lossless", lossless);
    if (!line.parse(argc, argv)) return;
    recipe r = recipe_of(network);
    if (data.empty()) data = r.data;
    if (data.empty()) throw sonic::input_error("--data", "no directory", "where the images of " + network + " are");
    if (out.empty()) out = std::string(r.file) + ".weights";
    if (dense_epochs > 0) r.dense_epochs = dense_epochs;
    if (sparse_epochs > 0) r.sparse_epochs = sparse_epochs;
    if (tune_epochs >= 0) r.tune_epochs = tune_epochs;
    if (clusters > 0) r.clusters = clusters;
    if (lossless) r.caveat = "";
    // A training takes long: what it will write must have a place.
    const bool has_parent = !parent.empty() && std::filesystem::exists(parent);
    examples::require_directory_of(out);
    if (from.empty() && !has_parent) examples::require_directory_of(parent);
    examples::require_directory(images_out);
    const double sparsity = sparsity_percent / 100.0;

    torch::manual_seed(1);
    auto sets = read_sets(r, data);
    if (train_images > 0) sets.train = sonic::first_images(sets.train, static_cast<std::size_t>(train_images));
    const auto train_tensors = to_tensors(sets.train), test_tensors = to_tensors(sets.test);
    const auto say = [&](const char* what, double accuracy) { std::printf("%s: %s\n", what, percent(accuracy, r).c_str()); };

    net model(r.layers, r.dropout);
    std::vector<sonic::stored_layer> stored;
    std::printf("accuracy on %zu test images of %s\n", sets.test.count(), r.name);
    if (!from.empty()) {
        if (has_parent) {
            load(model, parent);
            say("dense", accuracy(model, test_tensors));
        }
        stored = sonic::read_weights(from);
        restore(model, stored, from.string());
    } else {
        if (has_parent) {
            load(model, parent);
        } else {
            train(
                model, r, train_tensors, r.dense_epochs, 1e-3, 0, [](std::int64_t, std::int64_t) {}, test_tensors, "dense");
            if (!parent.empty()) save(model, parent);
        }
        say("dense", accuracy(model, test_tensors));
        train(model, r, train_tensors, r.sparse_epochs, 5e-4, 1e-5, pruning(model, all_mac_layers(model), sparsity), test_tensors,
              "sparse");
        say("sparse", accuracy(model, test_tensors));
        double squared_error = 0;
        stored = cluster(model, r.clusters, squared_error);
        std::printf("squared error of clustering %g\n", squared_error);
    }
    say("clustered", accuracy(model, test_tensors));
    if (!model.norms.empty()) {
        reestimate_batch_norms(model, train_tensors);
        say("clustered, batch norms taken anew", accuracy(model, test_tensors));
    }
    if (r.tune_epochs > 0) {
        tune(model, r, train_tensors, test_tensors);
        reestimate_batch_norms(model, train_tensors);
        say("clustered and tuned", accuracy(model, test_tensors));
    }
    note_the_rest(model, train_tensors, stored);
    sonic::write_weights(out, stored);
    if (!images_out.empty()) write_images(r, sets.test, images_out);
    for (const auto& s : stored)
        std::printf("%s: %zu of %zu weights kept, %zu codes, scale %g, activations to %g\n", s.name.c_str(), s.indices.size(), s.count(),
                    s.codebook.size(), double(s.weight_scale), double(s.activation_maximum));
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run("train", [&] { run(argc, argv); });
}
