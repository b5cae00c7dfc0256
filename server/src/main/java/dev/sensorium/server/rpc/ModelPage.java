package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.server.ServiceException;
import dev.sensorium.server.registry.ModelStatus;
import dev.sensorium.server.registry.ModelVersion;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A page of the list of models: so many, after the one that the token names, which need not be there any more.
 *
 * @param size how many models at most
 * @param after the last model of the page before; empty for the first page
 */
record ModelPage(int size, Optional<ModelVersion> after) {

    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1_000;

    static ModelPage of(ListModelsRequest request) {
        if (request.getPageSize() < 0) {
            throw invalid("page_size", "%d (expected: >= 0)".formatted(request.getPageSize()));
        }
        int size = request.getPageSize() == 0 ? DEFAULT_SIZE : Math.min(request.getPageSize(), MAX_SIZE);
        return new ModelPage(size, parse(request.getPageToken()));
    }

    private static Optional<ModelVersion> parse(String token) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        String key = decode(token);
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw invalidToken();
        }
        return Optional.of(new ModelVersion(key.substring(0, slash), key.substring(slash + 1)));
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalidToken();
        }
    }

    /** Returns the token of the page that follows this model. */
    static String tokenAfter(ModelStatus last) {
        byte[] key = last.key().toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    boolean isFirst() {
        return after.isEmpty();
    }

    boolean isAfterToken(ModelStatus model) {
        return after.map(key -> model.key().compareTo(key) > 0).orElse(true);
    }

    private static ServiceException invalidToken() {
        return invalid("page_token", "not a token of this server (expected: a next_page_token)");
    }

    private static ServiceException invalid(String field, String description) {
        return new ServiceException(Status.Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", field + ": " + description)
                .at(field, description);
    }
}
