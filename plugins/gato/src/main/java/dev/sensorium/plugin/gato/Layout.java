package dev.sensorium.plugin.gato;

/**
 * Which ids mean what, and how an id and its place inside of a timestep go into the decoder as one number.
 *
 * @param textSize ids of texts, from 0
 * @param discreteStart the id of the integer 0; texts may have the same ids
 * @param discreteSize how many integers have ids
 * @param continuousStart the id of the first bin
 * @param numbers how real numbers become bins
 * @param separator what is between an observation and the action
 * @param places places inside of an observation; three more follow: of the separator, of actions and of the prompt
 * @param size how many ids there are, {@code vocab_size}
 * @param patches how many ids of patches follow: as many as a context may have
 */
record Layout(
        int textSize,
        int discreteStart,
        int discreteSize,
        int continuousStart,
        MuLaw numbers,
        int separator,
        int places,
        int size,
        int patches) {

    /** Returns how many ids there are, those of patches included. */
    int stride() {
        return size + patches;
    }

    /** Returns how many places a timestep has. */
    int allPlaces() {
        return places + 3;
    }

    int separatorPlace() {
        return places;
    }

    int actionPlace() {
        return places + 1;
    }

    int promptPlace() {
        return places + 2;
    }

    /**
     * Returns what the decoder reads for an id at a place. At the place of actions it is the id, so that what is chosen
     * can be read as it is.
     */
    int at(int place, int id) {
        return Math.floorMod(place - actionPlace(), allPlaces()) * stride() + id;
    }

    /** Returns what the decoder reads for the separator. */
    int separatorToken() {
        return at(separatorPlace(), separator);
    }
}
