package dev.sensorium.plugin.gato;

/**
 * How real numbers become bins (Reed et al. 2022, section 2.1): F(x) = sgn(x) ln(|x| mu + 1) / ln(M mu + 1), clipped to
 * -1 to 1, which is cut into bins of equal width.
 *
 * @param mu 100 in the paper
 * @param largest M, 256 in the paper: what becomes 1
 * @param bins 1024 in the paper
 */
record MuLaw(double mu, double largest, int bins) {

    /** Returns F(x). */
    double squash(double x) {
        return Math.signum(x) * Math.log(Math.abs(x) * mu + 1) / Math.log(largest * mu + 1);
    }

    /** Returns the bin of a number from -1 to 1; beyond that the nearest. The last bin includes 1. */
    int bin(double y) {
        double clipped = Math.min(1, Math.max(-1, y));
        return Math.min(bins - 1, (int) Math.floor((clipped + 1) / 2 * bins));
    }

    /** Returns the middle of a bin, from -1 to 1. */
    double centre(int bin) {
        return (bin + 0.5) / bins * 2 - 1;
    }
}
