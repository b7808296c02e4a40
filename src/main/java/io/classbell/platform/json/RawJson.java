package io.classbell.platform.json;

/** A message as it arrived over the network; the operation determines the type to decode it to. */
public record RawJson(byte[] json) {}
