package io.classbell.platform.bus;

import io.classbell.platform.json.Json;
import io.classbell.platform.json.RawJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The one codec for every message of the platform. Inside a JVM the record is handed over as it is;
 * on the wire it is JSON. There is none per record: a peer that lacked one would turn a command
 * that was executed into a time-out.
 */
final class WireCodec implements MessageCodec<Object, Object> {
  static final String NAME = "classbell";

  @Override
  public void encodeToWire(Buffer buffer, Object body) {
    byte[] json = body instanceof RawJson wire ? wire.json() : Json.writeBytes(body);
    buffer.appendInt(json.length).appendBytes(json);
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    return new RawJson(buffer.getBytes(position + 4, position + 4 + length));
  }

  @Override
  public Object transform(Object body) {
    return body;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
