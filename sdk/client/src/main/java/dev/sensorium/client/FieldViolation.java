package dev.sensorium.client;

import java.io.Serializable;

/**
 * A field of a request that is not as it should be.
 *
 * @param field its path, such as "contents[2].text"
 * @param description what it is and what was expected
 */
public record FieldViolation(String field, String description) implements Serializable {}
