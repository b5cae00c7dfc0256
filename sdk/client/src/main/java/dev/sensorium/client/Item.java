package dev.sensorium.client;

/**
 * An item of a bulk call.
 *
 * @param id any text that the caller recognises the item by, at most 1,024 bytes in UTF-8; need not be unique
 * @param content what to embed
 */
public record Item(String id, Content content) {}
