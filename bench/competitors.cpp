// SPDX-License-Identifier: MIT
#include "competitors.hpp"

#include <cstring>

#if defined(__linux__)
#include <unistd.h>
#endif

#if defined(SONIC_BENCH_EIGEN)
#include <Eigen/Dense>
#include <Eigen/Sparse>
#endif
#if defined(SONIC_BENCH_OPENBLAS)
#include <cblas.h>
extern "C" char* openblas_get_corename(void);
#endif
#if defined(SONIC_BENCH_ONEDNN)
#include <dnnl.hpp>
#endif

namespace sonic::bench {

void settle_libraries(char** argv) {
#if defined(__linux__)
    // OpenBLAS picks its kernels when it is loaded, and has been seen to pick older ones than the processor has.
    if (std::getenv("SONIC_BENCH_SETTLED") != nullptr) return;
    setenv("SONIC_BENCH_SETTLED", "1", 1);
    for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) setenv(name, "1", 1);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
#endif
    execv("/proc/self/exe", argv);
#else
    (void)argv;
#endif
}

namespace {

/// Keeps a problem's buffers alive as long as its contender.
template <class State>
contender holding(const std::string& name, std::shared_ptr<State> state, const problem& p) {
    return {name, [state] { state->run(); }, p.operations()};
}

}  // namespace

#if defined(SONIC_BENCH_EIGEN)
void add_eigen(suite& s, const std::string& group, const problem& p) {
    using dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using sparse = Eigen::SparseMatrix<float, Eigen::RowMajor>;
    const auto rows = static_cast<Eigen::Index>(p.outputs()), inner = static_cast<Eigen::Index>(p.kernel()),
               columns = static_cast<Eigen::Index>(p.columns());
    struct dense_job {
        Eigen::Map<const dense> a, b;
        std::shared_ptr<activations_of> keep;
        std::vector<float> weights;
        dense c;
        void run() {
            if (b.cols() == 1)
                c.col(0).noalias() = a * b.col(0);
            else
                c.noalias() = a * b;
        }
    };
    struct sparse_job {
        sparse a;
        Eigen::Map<const dense> b;
        std::shared_ptr<activations_of> keep;
        dense c;
        void run() {
            if (b.cols() == 1)
                c.col(0).noalias() = a * b.col(0);
            else
                c.noalias() = a * b;
        }
    };
    const float* columns_of = p.im2col().data();
    auto d = std::make_shared<dense_job>(
        dense_job{{nullptr, 0, 0}, {columns_of, inner, columns}, p.activations, p.float_weights, dense(rows, columns)});
    new (&d->a) Eigen::Map<const dense>(d->weights.data(), rows, inner);
    d->run();
    p.check_sums(d->c.data(), "Eigen dense");
    s.add(group, holding("Eigen dense", d, p));
    auto z =
        std::make_shared<sparse_job>(sparse_job{sparse(rows, inner), {columns_of, inner, columns}, p.activations, dense(rows, columns)});
    z->a = d->a.sparseView();
    z->a.makeCompressed();
    z->run();
    p.check_sums(z->c.data(), "Eigen sparse");
    s.add(group, holding("Eigen sparse", z, p));
}
#else
void add_eigen(suite& s, const std::string&, const problem&) { s.left_out("Eigen (not installed)"); }
#endif

#if defined(SONIC_BENCH_OPENBLAS)
void add_openblas(suite& s, const std::string& group, const problem& p) {
    s.note_once(std::string("OpenBLAS core: ") + openblas_get_corename());
    struct job {
        std::shared_ptr<activations_of> keep;
        std::vector<float> a;
        const float* b;
        std::vector<float> c;
        int rows, inner, columns;
        void run() {
            if (columns == 1)
                cblas_sgemv(CblasRowMajor, CblasNoTrans, rows, inner, 1.0f, a.data(), inner, b, 1, 0.0f, c.data(), 1);
            else
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, columns, inner, 1.0f, a.data(), inner, b, columns, 0.0f,
                            c.data(), columns);
        }
    };
    auto j = std::make_shared<job>(job{p.activations, p.float_weights, p.im2col().data(), std::vector<float>(p.outputs() * p.columns()),
                                       static_cast<int>(p.outputs()), static_cast<int>(p.kernel()), static_cast<int>(p.columns())});
    j->run();
    p.check_sums(j->c.data(), "OpenBLAS");
    s.add(group, holding("OpenBLAS", j, p));
}
#else
void add_openblas(suite& s, const std::string&, const problem&) { s.left_out("OpenBLAS (not installed)"); }
#endif

#if defined(SONIC_BENCH_ONEDNN)
namespace {

/// A convolution (dense layers: 1 x 1 on 1 x 1 maps), layouts chosen by oneDNN and reordered outside the timed run.
struct onednn_job {
    using mem = dnnl::memory;
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    mem source, weights, destination;
    dnnl::primitive primitive;
    std::string implementation;
    std::vector<float> out;  // [output][pixel][image]

    onednn_job(const problem& p, bool bytes) {
        const auto& l = p.layer;
        const mem::dim n = p.images;
        const mem::dims in{n, l.in.channels, l.in.height, l.in.width},
            kernel{l.out.channels, l.in.channels, l.kernel_height, l.kernel_width}, to{n, l.out.channels, l.out.height, l.out.width},
            strides{l.stride, l.stride}, before{l.padding_top, l.padding_left},
            after{(l.out.height - 1) * l.stride + l.kernel_height - l.in.height - l.padding_top,
                  (l.out.width - 1) * l.stride + l.kernel_width - l.in.width - l.padding_left};
        using type = mem::data_type;
        const auto any = mem::format_tag::any;
        const mem::desc source_desc(in, bytes ? type::u8 : type::f32, any), weights_desc(kernel, bytes ? type::s8 : type::f32, any),
            destination_desc(to, bytes ? type::s32 : type::f32, any);
#if DNNL_VERSION_MAJOR >= 3
        const dnnl::convolution_forward::primitive_desc chosen(engine, dnnl::prop_kind::forward_inference,
                                                               dnnl::algorithm::convolution_direct, source_desc, weights_desc,
                                                               destination_desc, strides, before, after);
#else
        const dnnl::convolution_forward::desc desc(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source_desc,
                                                   weights_desc, destination_desc, strides, before, after);
        const dnnl::convolution_forward::primitive_desc chosen(desc, engine);
#endif
        implementation = chosen.impl_info_str();
        // Plain layouts: activations [channel][y][x][image], weights as they are.
        const mem::dims by_image{1, n * l.in.height * l.in.width, n * l.in.width, n};
        std::vector<float> codes = p.activations->codes, w = p.float_weights;
        if (bytes)
            for (float& c : codes) c = std::floor(c / 256);
        mem plain_source({in, type::f32, by_image}, engine, codes.data()),
            plain_weights({kernel, type::f32, mem::format_tag::oihw}, engine, w.data());
        source = mem(chosen.src_desc(), engine);
        weights = mem(chosen.weights_desc(), engine);
        destination = mem(chosen.dst_desc(), engine);
        dnnl::reorder(plain_source, source).execute(stream, plain_source, source);
        dnnl::reorder(plain_weights, weights).execute(stream, plain_weights, weights);
        primitive = dnnl::convolution_forward(chosen);
        run();
        out.resize(p.outputs() * p.columns());
        mem plain({to, type::f32, mem::dims{1, n * l.out.height * l.out.width, n * l.out.width, n}}, engine, out.data());
        dnnl::reorder(destination, plain).execute(stream, destination, plain);
        stream.wait();
    }
    void run() {
        primitive.execute(stream, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, destination}});
        stream.wait();
    }
};

}  // namespace

void add_onednn(suite& s, const std::string& group, const problem& p) {
    auto f = std::make_shared<onednn_job>(p, false);
    p.check_sums(f->out.data(), "oneDNN f32");
    s.note_once("oneDNN f32 on " + group.substr(0, group.find(',')) + ": " + f->implementation);
    s.add(group, holding("oneDNN f32", f, p));
    auto b = std::make_shared<onednn_job>(p, true);
    p.samples([&](std::size_t o, std::size_t n) {
        double exact = 0;
        for (std::size_t k = 0; k < p.kernel(); ++k) exact += p.weights[o * p.kernel() + k] * std::floor(double{p.activation(k, n)} / 256);
        if (double{b->out[o * p.columns() + n]} != exact)
            throw input_error("oneDNN u8s8", "an output is " + std::to_string(b->out[o * p.columns() + n]), std::to_string(exact));
    });
    s.add(group, holding("oneDNN u8s8 (8-bit activations)", b, p));
}
#else
void add_onednn(suite& s, const std::string&, const problem&) { s.left_out("oneDNN (not installed)"); }
#endif

void add_limits(suite& s) {
    using isa = sonic::detail::native_isa;
    using V = sonic::detail::lanes<isa, float>;
    constexpr std::size_t chains = 12, steps = 20000;
    s.add(limits,
          {"FMA, f32",
           [] {
               V v[chains];
               for (auto& x : v) x = V(1.0f);
               const V half(0.5f);
               // Pinned to a register before each step: otherwise the steps are folded, or the array is kept in memory.
               for (std::size_t i = 0; i < steps; ++i)
                   sonic::detail::unroll<chains>([&](auto c) SONIC_INLINE_LAMBDA {
#if defined(__x86_64__) && defined(__GNUC__)
                       __asm__ volatile("" : "+v"(v[c].data));
#else
                       benchmark::DoNotOptimize(v[c]);
#endif
                       v[c] = xsimd::fma(v[c], half, half);
                   });
#if defined(__x86_64__) && defined(__GNUC__)
               for (auto& x : v) __asm__ volatile("" : : "v"(x.data));
#else
               for (auto& x : v) benchmark::DoNotOptimize(x);
#endif
           },
           2.0 * static_cast<double>(chains * steps * V::size)},
          true);
    auto memory = std::make_shared<sonic::detail::aligned_buffer<float>>();
    constexpr std::size_t floats = 64 * 1024 * 1024;  // larger than any cache here
    memory->at_least(floats);
    s.add(limits,
          {"read from memory",
           [memory] {
               const float* p = memory->data();
               V sum[4] = {V(0.0f), V(0.0f), V(0.0f), V(0.0f)};
               for (std::size_t i = 0; i < floats; i += 4 * V::size)
                   sonic::detail::unroll<4>([&](auto k) SONIC_INLINE_LAMBDA { sum[k] = sum[k] + V::load_aligned(p + i + k * V::size); });
               for (auto& x : sum) benchmark::DoNotOptimize(x);
           },
           4.0 * static_cast<double>(floats)},
          true);
}

}  // namespace sonic::bench
