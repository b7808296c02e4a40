package io.classbell.platform.bus;

/** A message as it came over the network; the operation's token knows what to read it as. */
record Wire(byte[] json) {}
