package io.classbell.platform.json;

/** A message as it came over the network; the operation's token knows what to read it as. */
public record RawJson(byte[] json) {}
