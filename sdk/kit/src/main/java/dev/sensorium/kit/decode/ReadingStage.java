package dev.sensorium.kit.decode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts, and texts that are scored, for a loop's requests: a bounded piece at a time, of the first requests. The
 * first that a prompt's piece has no room for begins the next one, however much those before it have to read again.
 */
final class ReadingStage {

    private final DecoderRuns runs;
    private final int most;
    private boolean scoring;
    private @Nullable Job passedOver;

    /** A text that is being scored, and who asked. */
    private record Part(Scoring owner, Continuation text) {}

    /** Returns a stage that reads at most so many tokens at a time. */
    ReadingStage(DecoderRuns runs, int most) {
        this.runs = runs;
        this.most = most;
    }

    /** Reads a piece of prompts, or of texts that are scored: in turns, if there are both. Returns whether there was any. */
    boolean run(List<Job> jobs) {
        scoring = !scoring;
        return scoring ? score(jobs) || readPrompts(jobs) : readPrompts(jobs) || score(jobs);
    }

    private boolean readPrompts(List<Job> jobs) {
        Piece piece = new Piece(most);
        List<float[]> targets = new ArrayList<>();
        List<Job> order = inOrder(jobs);
        passedOver = null;
        for (Job job : order) {
            for (Reading reading : job.isFinished() ? List.<Reading>of() : job.readings()) {
                if (piece.add(job, reading) > 0) {
                    targets.add(job.target(reading));
                } else if (passedOver == null && reading.left() > 0) {
                    passedOver = job;
                }
            }
        }
        if (targets.isEmpty()) {
            return false;
        }
        float[][] logits = targets.toArray(float[][]::new);
        if (Job.attempt(piece.readers(), () -> runs.next(piece.rows(), piece.copies(), logits))) {
            piece.readers().forEach(job -> job.attempt(job::read));
        }
        return true;
    }

    /** Returns the requests, from the one on that was passed over. */
    private List<Job> inOrder(List<Job> jobs) {
        List<Job> order = new ArrayList<>(jobs);
        Collections.rotate(order, -Math.max(0, order.indexOf(passedOver)));
        return order;
    }

    private boolean score(List<Job> jobs) {
        Piece piece = new Piece(most);
        List<Part> parts = new ArrayList<>();
        List<int[]> following = new ArrayList<>();
        for (Job job : jobs) {
            if (job instanceof Scoring owner && !job.isFinished()) {
                for (Continuation text : owner.continuations()) {
                    int count = piece.add(job, text.reading());
                    if (count > 0) {
                        parts.add(new Part(owner, text));
                        following.add(text.following(count));
                    }
                }
            }
        }
        if (parts.isEmpty()) {
            return false;
        }
        Job.attempt(piece.readers(), () -> {
            float[][] likely = runs.score(piece.rows(), piece.copies(), following);
            for (int i = 0; i < likely.length; i++) {
                float[] own = likely[i];
                Part part = parts.get(i);
                part.owner().attempt(() -> part.text().scored(own));
            }
        });
        parts.stream().map(Part::owner).distinct().forEach(job -> job.attempt(job::scored));
        return true;
    }
}
