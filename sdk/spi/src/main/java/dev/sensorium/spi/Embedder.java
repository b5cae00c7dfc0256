package dev.sensorium.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The capability to turn content into vectors.
 *
 * <p>Embedding has two stages, so that a server can batch: {@link #prepare} reads one item, refuses it if it is bad and
 * preprocesses it, on the caller's thread; {@link #embed} runs the network on items of one batch group together. What
 * an item's embedding is does not depend on the items beside it.
 */
public non-sealed interface Embedder extends Capability {

    /** Returns the kinds of content that can be embedded. */
    Set<Modality> modalities();

    /** Returns the length D of every embedding. */
    int dimensions();

    /**
     * Validates and preprocesses one item.
     *
     * @throws ModelException INVALID_INPUT if it cannot be read or has a modality that this model does not take,
     *     TOO_LONG if it is over a limit
     */
    Prepared prepare(Content content, PrepareOptions options);

    /**
     * Embeds items that this model prepared and that share one {@link Prepared#group}: one vector of D per item, in
     * order, of unit length where the reference normalises.
     *
     * @throws ModelException NOT_FINITE if the weights are broken
     */
    List<float[]> embed(List<Prepared> batch);

    /** An item that is ready for the network. Opaque to all but the model that prepared it. */
    interface Prepared {

        /** Returns a value equal among items that may share a batch, such as the modality or a padded length. */
        Object group();

        /** Returns how many rows of the network's batch this item takes; a video of 8 frames takes 8. */
        default int rows() {
            return 1;
        }

        /** Returns what is looked at, if the item is a video. */
        default Optional<Video.Sample> video() {
            return Optional.empty();
        }
    }
}
