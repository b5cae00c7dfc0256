package dev.sensorium.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * How many items the server has computed in how many batches, as its metrics tell.
 *
 * @param items items so far
 * @param batches batches so far
 */
record BatchSizes(double items, double batches) {

    private static final String METRIC = "sensorium_batch_size_items";

    /** Reads the metrics at an address; without one nothing is known, and nothing has happened. */
    static BatchSizes read(Optional<URI> metrics) throws IOException, InterruptedException {
        if (metrics.isEmpty()) {
            return new BatchSizes(0, 0);
        }
        HttpRequest request = HttpRequest.newBuilder(metrics.get())
                .timeout(Duration.ofSeconds(10))
                .build();
        String text = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        return new BatchSizes(sum(text, METRIC + "_sum"), sum(text, METRIC + "_count"));
    }

    /** Returns the average batch since then; NaN if there was none. */
    double averageSince(BatchSizes then) {
        return (items - then.items) / (batches - then.batches);
    }

    private static double sum(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
