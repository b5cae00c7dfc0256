package dev.sensorium.plugin.gato;

import dev.sensorium.kit.text.Tokenizer;
import dev.sensorium.spi.ModelException;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens of observations: the texts, the pictures, then the numbers, each in the order of their names, and the
 * separator.
 */
final class ObservationTokens {

    private final Layout layout;
    private final Tokenizer words;
    private final PatchReader pictures;
    private final SortedMap<String, Space> spaces;

    ObservationTokens(Layout layout, Tokenizer words, PatchReader pictures, Map<String, Space> spaces) {
        this.layout = layout;
        this.words = words;
        this.pictures = pictures;
        this.spaces = new TreeMap<>(spaces);
        this.spaces.forEach((part, space) -> require("observation_spaces[\"%s\"]".formatted(part), space));
    }

    /** Returns how many tokens an observation has at least, the separator included. */
    int shortest() {
        int length = 1;
        for (Space space : spaces.values()) {
            length += space instanceof Space.Image
                    ? pictures.patches()
                    : space instanceof Space.Text ? 0 : TaskTokens.numbers(space);
        }
        return length;
    }

    /** Returns how many pictures an observation has. */
    int pictures() {
        return (int)
                spaces.values().stream().filter(Space.Image.class::isInstance).count();
    }

    /**
     * Returns the tokens of an observation that lies in the spaces.
     *
     * @param what the observation is called
     * @throws ModelException INVALID_INPUT if it has more tokens than there are places
     */
    Piece piece(String what, Observation observation) {
        List<Piece> pieces = new ArrayList<>();
        List<Integer> texts = texts(observation);
        pieces.add(placed(texts, 0));
        int place = texts.size();
        for (Map.Entry<String, Space> part : spaces.entrySet()) {
            if (part.getValue() instanceof Space.Image space
                    && observation.values().get(part.getKey()) instanceof Value.Pixels pixels) {
                pieces.add(pictures.piece(space, pixels, place));
                place += pictures.patches();
            }
        }
        List<Integer> numbers = numbers(observation);
        pieces.add(placed(numbers, place));
        place += numbers.size();
        if (place > layout.places()) {
            throw TaskTokens.invalid(what, "%d tokens (expected: <= %d)".formatted(place, layout.places()));
        }
        pieces.add(new Piece(new int[] {layout.separatorToken()}, List.of()));
        return Piece.join(layout, pieces);
    }

    /** Returns the numbers of a part. */
    static List<Float> numbersOf(Map<String, Value> values, String part) {
        return values.get(part) instanceof Value.Numbers numbers ? numbers.values() : List.of();
    }

    private List<Integer> texts(Observation observation) {
        List<Integer> ids = new ArrayList<>();
        for (Value value : observation.values().values()) {
            if (value instanceof Value.Words text && !text.text().isBlank()) {
                for (int id : words.encodePlain(text.text())) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private List<Integer> numbers(Observation observation) {
        MuLaw law = layout.numbers();
        List<Integer> ids = new ArrayList<>();
        spaces.forEach((part, space) -> {
            for (float value : numbersOf(observation.values(), part)) {
                ids.add(
                        space instanceof Space.Box
                                ? layout.continuousStart() + law.bin(law.squash(value))
                                : layout.discreteStart() + (int) value);
            }
        });
        return ids;
    }

    /** Returns the tokens of ids at places from the first on; those beyond the last place are refused later. */
    private Piece placed(List<Integer> ids, int first) {
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = layout.at((first + i) % layout.places(), ids.get(i));
        }
        return new Piece(tokens, List.of());
    }

    private void require(String name, Space space) {
        if (space instanceof Space.Image image && image.channels() != 1 && image.channels() != 3) {
            throw TaskTokens.invalid(name, "%d channels (expected: 1 or 3)".formatted(image.channels()));
        }
        TaskTokens.requireIntegers(layout, name, space);
    }
}
