package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GenerateImageResponse;
import dev.sensorium.proto.v1.Picture;
import dev.sensorium.spi.Image;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call must send of its pictures: that they were begun, each picture, and that it was all. Pictures are hung as
 * they are finished or, if there is a ranking, when all are finished and ranked. Used from the steps of its call only.
 */
final class Gallery {

    private final String model;
    private final long seed;
    private final List<Sketch> sketches;
    private final Optional<Ranking> ranking;
    private final Runnable news;

    private final Set<Sketch> collected = new HashSet<>();
    private final Deque<Picture> hung = new ArrayDeque<>();
    private Sketch.@Nullable Beginning first;
    private long lastEnd;
    private long rankingNanos;
    private int sent;

    /**
     * An empty gallery.
     *
     * @param model that draws, "name/version"
     * @param seed of the first picture
     * @param news is run when the ranking is done
     */
    Gallery(String model, long seed, List<Sketch> sketches, Optional<Ranking> ranking, Runnable news) {
        this.model = model;
        this.seed = seed;
        this.sketches = sketches;
        this.ranking = ranking;
        this.news = news;
    }

    /**
     * Looks which pictures are finished.
     *
     * @throws dev.sensorium.server.ServiceException if one of them failed
     */
    void collect() {
        for (int i = 0; i < sketches.size(); i++) {
            Sketch sketch = sketches.get(i);
            sketch.failure().ifPresent(failure -> {
                throw DrawingReader.refusal(failure);
            });
            Optional<Sketch.End> end = sketch.end();
            if (end.isPresent() && collected.add(sketch)) {
                collect(i, end.get());
            }
        }
    }

    private void collect(int index, Sketch.End end) {
        lastEnd = collected.size() == 1 ? end.time() : Math.max(lastEnd, end.time());
        if (ranking.isEmpty()) {
            hung.add(picture(index).build());
        } else if (collected.size() == sketches.size()) {
            ranking.get().start(images(), this::hang);
        }
    }

    private List<Image> images() {
        return sketches.stream()
                .map(sketch -> sketch.end().orElseThrow().picture())
                .toList();
    }

    private Picture.Builder picture(int index) {
        return ImageMessages.picture(
                index, seed + index, sketches.get(index).end().orElseThrow());
    }

    /** Hangs all pictures, the one with the highest score first; of those with the same score, the one drawn first. */
    private void hang(float[] scores) {
        rankingNanos = System.nanoTime() - lastEnd;
        List<Picture.Builder> pictures = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            pictures.add(picture(i).setScore(scores[i]));
        }
        pictures.sort(Comparator.comparing(picture -> -picture.getScore()));
        for (int rank = 0; rank < pictures.size(); rank++) {
            hung.add(pictures.get(rank).setRank(rank).build());
        }
        news.run();
    }

    /** Returns whether the client was told that the pictures were begun, which comes before all else. */
    boolean hasBegun() {
        return first != null;
    }

    /** Takes the next response that must be sent, if it is time for it. */
    Optional<GenerateImageResponse> next() {
        if (first == null) {
            return begin();
        }
        Picture picture = hung.poll();
        if (picture != null) {
            sent++;
            sketches.get(picture.getIndex()).hush();
            return Optional.of(
                    GenerateImageResponse.newBuilder().setPicture(picture).build());
        }
        return sent < sketches.size()
                ? Optional.empty()
                : Optional.of(ImageMessages.finished(first, sent, lastEnd - first.time(), rankingNanos));
    }

    private Optional<GenerateImageResponse> begin() {
        Optional<Sketch.Beginning> begun = sketches.stream()
                .flatMap(sketch -> sketch.beginning().stream())
                .min(Comparator.comparing(Sketch.Beginning::time));
        first = begun.orElse(null);
        return begun.map(beginning -> ImageMessages.started(model, seed, beginning));
    }
}
