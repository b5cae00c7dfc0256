package dev.sensorium.plugin.dalle;

import dev.sensorium.kit.checkpoint.HubConfig;
import java.util.List;

/**
 * The sizes of a VQGAN's decoder (Esser et al. 2021), by the keys of its own configuration; an absent key means what that
 * of f16-16384 says.
 *
 * @param codebook the codes
 * @param latent channels of what is decoded
 * @param levels from pictures (first) to codes (last), each of half the side of the one before
 * @param resolution the side of a picture
 * @param norm the group norms
 */
record VqganConfig(Codebook codebook, int latent, Levels levels, int resolution, Norm norm) {

    private static final int MAX_SIZE = 1 << 14;

    /**
     * The codes.
     *
     * @param size how many
     * @param width numbers that each stands for
     */
    record Codebook(int size, int width) {}

    /**
     * The levels.
     *
     * @param channels of each
     * @param blocks residual blocks of each
     * @param attention the sides at which each block is followed by attention
     */
    record Levels(List<Integer> channels, int blocks, List<Integer> attention) {}

    /**
     * The group norms.
     *
     * @param groups of channels
     * @param epsilon what is added to the variance
     */
    record Norm(int groups, float epsilon) {}

    /** Returns how many codes there are along a side. */
    int side() {
        return resolution >> (levels.channels().size() - 1);
    }

    /** Returns how many codes a picture is made of. */
    int codes() {
        return side() * side();
    }

    /** Reads the part of a configuration. */
    static VqganConfig read(HubConfig config) {
        String width = config.has("embedding_dim") ? "embedding_dim" : "embed_dim";
        Codebook codebook = new Codebook(
                config.integer("n_embed", 1).orElse(1 << 14),
                config.integer(width, 1, MAX_SIZE).orElse(256));
        Norm norm = new Norm(
                config.integer("norm_groups", 1, MAX_SIZE).orElse(32),
                config.positive("norm_eps").orElse(1e-5).floatValue());
        Levels levels = levels(config, norm.groups());
        int resolution = config.integer("resolution", 1, MAX_SIZE).orElse(256);
        int shrinks = levels.channels().size() - 1;
        if (resolution % (1 << shrinks) != 0) {
            throw config.refuse("resolution", resolution, "a multiple of 2^%d, by ch_mult".formatted(shrinks));
        }
        int latent = config.integer("z_channels", 1, MAX_SIZE).orElse(256);
        return new VqganConfig(codebook, latent, levels, resolution, norm);
    }

    private static Levels levels(HubConfig config, int groups) {
        int base = config.integer("ch", 1, MAX_SIZE).orElse(128);
        List<Integer> multipliers = config.integers("ch_mult", 1).orElse(List.of(1, 1, 2, 2, 4));
        if (multipliers.isEmpty() || multipliers.size() > 10) {
            throw config.refuse("ch_mult", multipliers, "1 to 10 integers");
        }
        for (int multiplier : multipliers) {
            if ((long) base * multiplier > MAX_SIZE || base * multiplier % groups != 0) {
                throw config.refuse(
                        "ch_mult",
                        multipliers,
                        "times ch, %d, at most %d and a multiple of norm_groups, %d".formatted(base, MAX_SIZE, groups));
            }
        }
        return new Levels(
                multipliers.stream().map(multiplier -> base * multiplier).toList(),
                config.integer("num_res_blocks", 1, 100).orElse(2),
                config.integers("attn_resolutions", 1).orElse(List.of(16)));
    }
}
