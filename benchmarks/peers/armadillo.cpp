// Armadillo's gmm_full and gmm_diag behind one C function, for peers/armadillo.py.

#include <chrono>

#include <armadillo>

namespace {

using Clock = std::chrono::steady_clock;

// A start is kept when learn() is told keep_existing and no steps of k-means; a variance floor of 0
// stands for the smallest normal number.
template <typename Model>
double learn(Model& model, const arma::mat& rows, unsigned n_components, unsigned iterations)
{
    const auto began = Clock::now();
    const bool learned = model.learn(
        rows, n_components, arma::eucl_dist, arma::keep_existing, 0, iterations, 0.0, false);
    const std::chrono::duration<double> seconds = Clock::now() - began;
    return learned ? seconds.count() : -1.0;
}

}  // namespace

extern "C" {

unsigned armadillo_version()
{
    const auto version = arma::arma_version();
    return 10000 * version.major + 100 * version.minor + version.patch;
}

// Seconds for `iterations` of EM, or -1 where they failed. `data` holds n rows of d numbers in C
// order, which is Armadillo's d x n. The parameters, C order too, are read and then overwritten.
double armadillo_fit(double* data, unsigned long n, unsigned d, unsigned k, int full,
                     unsigned iterations, double* weights, double* means, double* covariances)
{
    const arma::mat rows(data, d, n, false, true);
    arma::rowvec hefts(weights, k, false, true);
    arma::mat centers(means, d, k, false, true);
    double seconds;
    if (full) {
        arma::cube matrices(covariances, d, d, k, false, true);
        arma::gmm_full model;
        model.set_params(centers, matrices, hefts);
        seconds = learn(model, rows, k, iterations);
        matrices = model.fcovs;
        centers = model.means;
        hefts = model.hefts;
    } else {
        arma::mat variances(covariances, d, k, false, true);
        arma::gmm_diag model;
        model.set_params(centers, variances, hefts);
        seconds = learn(model, rows, k, iterations);
        variances = model.dcovs;
        centers = model.means;
        hefts = model.hefts;
    }
    return seconds;
}
}
